"""Looking at curves: on which axes, which part of them, which quantities, how joined."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on

from grokscope.tui.curves.view import BANDS, OWN, WIDTHS, View, after
from grokscope.tui.pages.page import Page
from grokscope.tui.widgets.plots import Plots

if TYPE_CHECKING:
    from grokscope.tui.curves.panels import Keys, Shown
    from grokscope.tui.plot.viewport import Window

NEARER = 0.5
"""Part of the axis that is still seen after zooming in once."""
TURN = 0.25
"""Part of what is seen by which the keys move along."""
TOLD_BANDS = {
    "": "one run alone",
    "range": "runs that differ in seeds alone: median, least and greatest",
    "quartiles": "runs that differ in seeds alone: median and quartiles",
}


class Looking(Page):
    """A page with panels whose view can be changed."""

    def shown(self) -> "list[Shown]":
        """Return the runs on the screen."""
        raise NotImplementedError

    def pointed(self) -> None:
        """Show what the cursor stands on."""

    @property
    def plots(self) -> Plots:
        """The panels."""
        return self.query_one(Plots)

    @property
    def cursor(self) -> float | None:
        """The time that the cursor stands at, in the first run's unit."""
        return self.session.view.cursor

    def groups(self) -> "list[Keys]":
        """Return the quantities of each panel in the order they are shown."""
        from grokscope.tui.curves import panels

        return panels.layout([shown.book for shown in self.shown()], self.session.view)

    def keys(self) -> list[str]:
        """Return the quantities in the order they are shown."""
        return list(dict.fromkeys(key for keys in self.groups() for key in keys))

    def look(self, view: View, told: str = "") -> None:
        """Change how curves are looked at, and tell what that means."""
        self.session.view = view
        self.redraw()
        if told:
            self.say(told)

    @on(Plots.TitleClicked)
    def action_measure(self) -> None:
        """Show the next quantity below the accuracy."""
        view = self.session.view
        rest = [keys[0] for keys in self._unjoined()[1:]]
        if len(rest) < 2:
            what = "chosen; M chooses" if view.chosen else "stored; `grokscope measures` lists them"
            self.say(f"no other measure is {what}")
            return
        self.look(replace(view, first=rest[1]))

    def action_measures(self) -> None:
        """Choose which quantities are shown, and in which panels."""
        if not self.shown():
            self.say("no run to choose measures of")
        else:
            self.visit("measures")

    def action_second(self) -> None:
        """Draw the second panel against a right axis of the first, or on its own again."""
        view = self.session.view
        if view.second:
            self.look(replace(view, second=False), "no second axis")
        elif len(self._unjoined()) < 2:
            self.say("no second quantity to draw against a right axis; M chooses some")
        else:
            self.look(replace(view, second=True), "m draws the next quantity on the right axis")

    def action_toggle_x(self) -> None:
        """Turn the horizontal axis the other way."""
        self.look(self.session.view.turned())

    def action_toggle_y(self) -> None:
        """Turn the value axis of the quantity below the accuracy the other way."""
        groups = self._unjoined()
        if groups:
            self.look(self.session.view.toggled(groups[min(1, len(groups) - 1)][0]))

    def action_over(self) -> None:
        """Draw curves over the next quantity that is known: time in other units, norm, event."""
        from grokscope.tui.curves import axes

        view, shown = self.session.view, self.shown()
        own, *others = axes.kinds(shown)
        ways = [(OWN, ""), *((kind, "") for kind in others), (OWN, "t_train")]
        x = OWN if view.x == own else view.x
        at = ways.index((x, view.origin)) if (x, view.origin) in ways else -1
        skipped = []
        for turn in range(1, len(ways) + 1):
            kind, origin = ways[(at + turn) % len(ways)]
            if origin and origin not in axes.happened(shown):
                skipped.append(f"no {origin} seen")
            elif kind and axes.lacking(shown, kind):
                skipped.append(f"no {kind} recorded")
            else:
                name = f"{kind or own} since {origin}" if origin else kind or own
                self.look(view.over(kind, origin), "; ".join([f"over {name}", *skipped]))
                return

    def action_align(self) -> None:
        """Count time from the next event that a run on the screen has, or from the start again."""
        from grokscope.tui.curves import axes

        view, there = self.session.view, axes.happened(self.shown())
        if view.x == "weight norm":
            self.say("a weight norm cannot be aligned on an event; x shows another axis")
        elif not there:
            self.say("no run here has an event to align on")
        else:
            origin = str(after(view.origin, ["", *there]))
            told = f"time since {origin}" if origin else "time since the start"
            self.look(view.over(view.x, origin), told)

    def action_smooth(self) -> None:
        """Smooth curves over more evaluations, or no longer."""
        width = int(after(self.session.view.smoothing, WIDTHS))
        told = (
            f"mean of {width} evaluations; events and readout stay raw" if width else "raw curves"
        )
        self.look(replace(self.session.view, smoothing=width), told)

    def action_fold(self) -> None:
        """Draw runs that differ in seeds alone as one: a median in a band, of two kinds."""
        session, shown = self.session, self.shown()
        kin = {run.glance.kin for run in (one.run for one in shown)}
        if not session.view.band and not any(
            sum(run.glance.kin == one for run in session.runs) > 1 for one in kin
        ):
            self.say("no other run differs from this one in its seed alone")
            return
        kind = str(after(session.view.band, BANDS))
        self.look(replace(session.view, band=kind), TOLD_BANDS[kind])

    def action_zoom(self, by: int) -> None:
        """See less of the horizontal axis, about the cursor, or more of it."""
        at = next(iter(self.places().values()), None)
        self._zoom(NEARER**by, at)

    def action_unzoom(self) -> None:
        """See all of the horizontal axis again."""
        self._see(None, "all is seen already")

    def action_pan(self, by: int) -> None:
        """Move along the horizontal axis."""
        self._pan(by * TURN)

    @on(Plots.Zoomed)
    def _on_zoomed(self, message: Plots.Zoomed) -> None:
        self._zoom(NEARER**message.by, message.place)

    @on(Plots.Panned)
    def _on_panned(self, message: Plots.Panned) -> None:
        self._pan(message.share)

    @on(Plots.Selected)
    def _on_selected(self, message: Plots.Selected) -> None:
        from grokscope.tui.plot.viewport import selected

        scales = self.plots.scales()
        if scales is not None:
            self._see(selected(scales[1], message.start, message.end), "nothing between")

    @on(Plots.Unzoomed)
    def _on_unzoomed(self) -> None:
        self.action_unzoom()

    def places(self) -> dict[str, float]:
        """Return where the cursor stands on the horizontal axis, by run."""
        raise NotImplementedError

    def _zoom(self, factor: float, at: float | None) -> None:
        from grokscope.tui.plot.viewport import zoomed

        scales = self.plots.scales()
        if scales is None:
            self.say("no curve to zoom into")
            return
        seen, whole = scales
        middle = seen.value(0.5) if at is None else at
        self._see(zoomed(seen, whole, middle, factor), "all is seen already")

    def _pan(self, share: float) -> None:
        from grokscope.tui.plot.viewport import panned

        scales = self.plots.scales()
        if scales is None or self.session.view.window is None:
            self.say("all is seen already; z zooms in")
            return
        self._see(panned(*scales, share), f"the axis {'ends' if share > 0 else 'begins'} here")

    def _see(self, window: "Window | None", unchanged: str) -> None:
        if window == self.session.view.window:
            self.say(unchanged)
        else:
            self.look(replace(self.session.view, window=window))

    def _unjoined(self) -> "list[Keys]":
        from grokscope.tui.curves import panels

        apart = replace(self.session.view, second=False)
        return panels.layout([shown.book for shown in self.shown()], apart)
