"""Launching: the selected run's configuration or a preset, edited, and what it would take."""

import asyncio
from typing import TYPE_CHECKING

from textual import work

from grokscope.tui import actions, words
from grokscope.tui.headings import Line as Row
from grokscope.tui.pages.chooser import Choice, Chooser
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.session import Session
from grokscope.tui.widgets.line import Line

if TYPE_CHECKING:
    from grokscope.tui.acts.launching import Base, Plan

PAUSE = 0.4
"""Seconds without a key until what was typed is checked."""


class LaunchScreen(Chooser):
    """Where runs are started."""

    kind = actions.LAUNCH
    BINDINGS = actions.bindings(actions.LAUNCH)
    heading = "launch, starting from"
    hint = "changes: init_scale=1 seed=0..4 lr=1e-3,1e-2 name=mine; options: --jobs=2"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._own: list[Base] = []
        self._presets: list[Base] = []
        self._plan: Plan | None = None
        self._problem = ""
        self._wanted = False

    def on_screen_resume(self) -> None:
        """Begin with the selected run, else with the first preset."""
        run = self.session.run(self.session.selected)
        self._own = []
        if run is not None:
            from grokscope.tui.acts.launching import Base, where

            label = self.session.labels[run.id]
            self._own = [Base(run.id, f"the configuration of {label}", True, run.config)]
            if place := self.session.fork:
                self._own.append(Base(run.id, f"{label} {where(place)}", True, run.config, place))
        self.begin_anew(len(self._own) - 1 if self.session.fork else 0)
        if not self._presets:
            self._list()

    def choices(self) -> list[Choice]:
        """Return the run and the presets."""
        return [(base.label, base.title) for base in self._bases]

    def edited(self) -> None:
        """Forget the plan, and make another once typing pauses."""
        self._plan, self._problem, self._wanted = None, "", False
        self.query_one(Line).mark((0, 0))
        if self._bases:
            self._check()

    def offer(self, typed: str) -> str | None:
        """Return the line with its last key or value completed."""
        from grokscope.tui.acts.launching import completion

        return completion(typed, self._bases[self.at].config) if self._bases else None

    def told(self) -> list[Row]:
        """Return what differs, what it takes and each run; or what is wrong."""
        from grokscope.tui.acts.launching import changes
        from grokscope.tui.acts.logs import wrapped

        if not self._bases:
            return []
        rows: list[Row] = [
            ([(f" {key:<26}{before} → ", MUTED), (after, STRONG)], [])
            for key, before, after in changes(
                self.query_one(Line).value, self._bases[self.at].config
            )
        ] or [([(" as it is: every key alike", MUTED)], [])]
        rows.append(([], []))
        ink, told = PLAIN, "checking …"
        if self._problem:
            ink, told = STRONG, self._problem
        elif self._plan is not None:
            told = self._plan.line
        rows += [([(f" {line}", ink)], []) for line in wrapped([told], self.size.width - 2)]
        runs = self._plan.runs if self._plan is not None else ()
        room = self.size.width - 6
        return rows + [
            ([(f"   {words.shortened(id, room - len(what))}  {what}", MUTED)], [])
            for id, what in runs
        ]

    def action_open(self) -> None:
        """Start what is planned, as soon as it is known to be sound."""
        if self._problem:
            self.say("not started: see what is wrong above")
        elif self._plan is not None and not self._plan.trains:
            self.say("nothing to train; --again trains anew")
        else:
            self._wanted = True
            self.say("starts as soon as it is checked …")
            if self._plan is not None:
                self._start(self._plan)

    @property
    def _bases(self) -> "list[Base]":
        return [*self._own, *self._presets]

    @work(group="presets", exit_on_error=False)
    async def _list(self) -> None:
        from grokscope.tui.acts.launching import bases
        from grokscope.tui.acts.processes import answer

        told = await answer(["presets", "--json"], self.session.store)
        if told.code:
            self.say(told.problem)
            return
        self._presets = bases(told.out)
        if not self._own:
            self.edited()
        self.redraw()

    @work(exclusive=True, group="check", exit_on_error=False)
    async def _check(self) -> None:
        from grokscope.tui.acts.launching import blamed, plan

        await asyncio.sleep(PAUSE)
        at, line = self.at, self.query_one(Line)
        text, base = line.value, self._bases[at]
        try:
            base, self._plan = await plan(base, text, self.session.store)
        except (ValueError, KeyError, TypeError, OSError) as error:
            self._problem = str(error) or "this cannot be planned"
        if not base.run:
            self._presets[at - len(self._own)] = base
        line.mark(blamed(self._problem, text))
        self.redraw()
        if self._wanted:
            self.action_open()

    def _start(self, plan: "Plan") -> None:
        count = len(plan.runs)
        one = self.begin(plan.words, f"training {count} {'run' if count == 1 else 'runs'}")
        if one is not None:
            self.session.watched = one
            self.app.switch_screen("log")
