"""Launching: from what is typed to a command line, to what differs, and to what it will take."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grokscope import wording
from grokscope.store.listing.room import human
from grokscope.store.schema import flatten
from grokscope.tui import words
from grokscope.tui.acts.processes import answer, folder

SPAN = re.compile(r"(?<![\d.])([-+]?\d+)\.\.([-+]?\d+)(?![\d.])")
"""A range with both ends, `0..4`."""
SEVERAL = re.compile(r"[-+]?\d+:[-+]?\d+|(log|lin)\s*\(")
"""How a value begins that is several, besides commas."""
HELD = re.compile(r"\"[^\"]*\"|'[^']*'|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}")
"""Quoted or bracketed: commas within part no values."""


@dataclass(frozen=True)
class Base:
    """What a launch starts from."""

    name: str
    """A preset, or the id of a run."""
    title: str
    run: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)
    """Flat; empty where it is not known yet."""
    fork: str = ""
    """The run and the checkpoint to go on from, as `RUN@epoch:58`; empty for a start."""

    @property
    def label(self) -> str:
        """A name for a list."""
        return "a fork" if self.fork else "this run" if self.run else self.name


@dataclass(frozen=True)
class Plan:
    """What would be trained, as `grokscope run --dry-run --json` told it."""

    line: str
    """Counts, time and room."""
    words: tuple[str, ...] = ()
    """What follows `grokscope` to train it."""
    runs: tuple[tuple[str, str], ...] = ()
    """Id and what is done for it."""
    trains: bool = False
    """Whether anything would be trained."""


def where(fork: str) -> str:
    """Return in words from where a fork goes on, told as `RUN@epoch:58` or `RUN@400`."""
    unit, _, time = fork.rpartition("@")[2].rpartition(":")
    return f"from {unit or 'step'} {time} on, with changes"


def arguments(text: str) -> list[str]:
    """Return the arguments that what was typed means: `--set`, `--sweep`, and options as they are.

    Values with commas between them and ranges make sweeps; `0..4` holds both its ends.

    Raises
    ------
    ValueError
        If a quotation is not closed.
    """
    found = []
    for word in shlex.split(text):
        if word.startswith("--"):
            found.append(word)
            continue
        word = SPAN.sub(lambda span: f"{span[1]}:{int(span[2]) + 1}", word)
        found += ["--sweep" if _several(word) else "--set", word]
    return found


def _several(word: str) -> bool:
    key, _, value = word.partition("=")
    return "," in HELD.sub("", key + value) or SEVERAL.match(value.strip()) is not None


def key_of(typed: str, config: Mapping[str, Any]) -> str:
    """Return the full key that a typed one stands for, itself where none does."""
    if typed == "seed":
        return "seed.root"
    fitting = [key for key in config if key.endswith(f".{typed}")]
    return fitting[0] if typed not in config and len(fitting) == 1 else typed


def changes(text: str, config: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what was typed as (key, value before, values after), as far as it can be read."""
    try:
        typed = shlex.split(text)
    except ValueError:
        return []
    found = []
    for word in typed:
        keys, equals, value = word.partition("=")
        if equals and not word.startswith("--"):
            full = [key_of(key.strip(), config) for key in keys.split(",")]
            before = ",".join(wording.value(config.get(key)) for key in full)
            found.append((",".join(full), before, value))
    return found


def completion(text: str, config: Mapping[str, Any]) -> str | None:
    """Return the text with its last word completed: a key, or after '=' the value it has."""
    before, space, word = text.rpartition(" ")
    if not word:
        return None
    start = before + space
    key, equals, value = word.partition("=")
    if equals:
        told = _typed(config.get(key_of(key, config)))
        return f"{start}{key}={told}" if told != value and told.startswith(value) else None
    shorts = wording.shortened(list(config))
    offered = ["seed", *shorts.values(), *config]
    return next((f"{start}{one}=" for one in offered if one.startswith(word)), None)


def _typed(value: Any) -> str:
    """Return a value as it would be typed; empty for one that cannot be."""
    if value is None or isinstance(value, Mapping):
        return ""
    return value if isinstance(value, str) else json.dumps(value).replace(" ", "")


def blamed(problem: str, text: str) -> tuple[int, int]:
    """Return the span of the typed word that a message names, an empty one where none is."""
    for found in re.finditer(r"\S+", text):
        key, _, value = found[0].partition("=")
        if any(part and repr(part) in problem for part in (found[0], key, value)):
            return found.span()
    for found in re.finditer(r"\S+", text):
        key = found[0].partition("=")[0]
        if re.search(rf"\b{re.escape(key)}\b", problem):
            return found.span()
    return 0, 0


def planned(printed: str, line: tuple[str, ...]) -> Plan:
    """Return the plan that a dry run of a command line printed.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it printed something else.
    """
    told = json.loads(printed)
    counts = {"to train": "train", "to resume": "resume", "there already": "reuse",
              "being trained": "live"}  # fmt: skip
    parts = [f"{told[key]} {what}" for what, key in counts.items() if told[key]]
    runs = tuple((str(run["id"]), str(run["action"])) for run in told["plan"])
    counted = f"{told['runs']} {'run' if told['runs'] == 1 else 'runs'}: {', '.join(parts)}"
    trains = bool(told["train"] + told["resume"])
    if not trains:
        return Plan(f"{counted}; --again trains anew", line, runs)
    time = "time unknown"
    if told["seconds"] is not None:
        time = f"about {words.duration(told['seconds'])} ({told['source']})"
    return Plan(f"{counted}; {time}, about {human(told['bytes'])}", line, runs, True)


def bases(printed: str) -> list[Base]:
    """Return the presets that `grokscope presets --json` printed.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it printed something else.
    """
    return [Base(str(row["preset"]), str(row["title"])) for row in json.loads(printed)]


async def plan(base: Base, text: str, store: Path) -> tuple[Base, Plan]:
    """Return what is planned for a base and what was typed, and the base with all its keys.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it cannot be understood; the message says why.
    OSError
        If a command cannot be started, or a file not be written.
    """
    typed = arguments(text)
    command, name = "run", base.name
    if base.fork:
        command, name = "fork", base.fork
    elif base.run:
        # by a file: a run's configuration is that of no preset
        file = folder() / f"{base.name}.toml"
        file.write_text(await _printed(["show", base.name, "--config"], store), encoding="utf-8")
        name = str(file)
    elif not base.config:
        told = await _printed(["presets", base.name, "--json"], store)
        base = replace(base, config=flatten(json.loads(told)))
    line = (command, name, *typed)
    return base, planned(await _printed([*line, "--dry-run", "--json"], store), line)


async def _printed(line: Sequence[str], store: Path) -> str:
    told = await answer(line, store)
    if told.code:
        raise ValueError(told.problem)
    return told.out
