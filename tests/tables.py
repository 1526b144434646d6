"""Tables of README and CONTRIBUTING, made from the registries by cog: `make docs`."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from grokscope.cli import COMMANDS, cli
from grokscope.config import preset, preset_names
from grokscope.measures import MEASURES
from grokscope.models import MODELS
from grokscope.tasks import TASKS
from grokscope.tui.actions import ACTIONS, key_name

ROOT = Path(__file__).parents[1]


def markdown(header, rows):
    """Print a table."""
    print(f"\n| {' | '.join(header)} |")
    print(f"|{'---|' * len(header)}")
    for row in rows:
        print(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |")
    print()


def commands():
    """Print every command and the first sentence of its help."""
    context = click.Context(cli)
    rows = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        usage = " ".join(["grokscope", name, *command.collect_usage_pieces(context)[1:]])
        first = command.help.split("\n\n")[0].replace("\n", " ")
        rows.append((f"`{usage}`", first))
    markdown(("command", "what it does"), rows)


def presets():
    """Print every preset and what sets it apart."""
    rows = []
    for name in preset_names():
        one = preset(name)
        kind = f"{one.task.name}, {one.model.name}, {one.optimizer.name}"
        rows.append((f"`{name}`", one.title, kind, f"{one.model.init_scale:g}"))
    markdown(("preset", "what it shows", "task, model, optimiser", "init_scale"), rows)


def kinds():
    """Print every task and model."""
    rows = [("task", f"`{t.name}`", t.summary, t.source) for t in TASKS.values()]
    rows += [("model", f"`{m.name}`", m.summary, m.source) for m in MODELS.values()]
    markdown(("", "name", "what it is", "source"), rows)


def study(name):
    """Print the tables of a study that the examples keep, quick and with three seeds.

    When each was made, how, every claim, and what stands behind those that do not hold.
    """
    quick, seeds = (
        json.loads((ROOT / "examples" / "studies" / f"{name}.{scale}.json").read_text())
        for scale in ("quick", "seeds-3")
    )
    for told in (quick, seeds):
        made = datetime.fromtimestamp(told["made"], UTC).date()
        print(f"\n`{told['command']}`, {made}: {_counts(told['claims'])}.")
    first = {one["name"]: one for one in quick["claims"]}
    keys = ("where", "paper", "expected")
    rows = [
        [
            f"`{one['name']}`",
            *(one[key] for key in keys),
            *(first.get(one["name"], {}).get(key, "") for key in ("ours", "verdict")),
            *(one[key] for key in ("ours", "verdict")),
        ]
        for one in seeds["claims"]
    ]
    header = ("claim", "where", "paper", "holds for", "quick", "verdict", "three seeds", "verdict")
    markdown(header, rows)
    print("<details><summary>Readings by convention, and what stands behind them</summary>\n")
    for one in seeds["claims"]:
        if one["verdict"] != "reproduced" or one["note"]:
            note = f" {one['note'][0].upper()}{one['note'][1:]}." if one["note"] else ""
            print(f"- `{one['name']}` ({one['quantity']}): {one['why']}.{note}")
    print("\n</details>\n")


def _counts(claims):
    counts = Counter(one["verdict"] for one in claims)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items())


def measures():
    """Print every measure with its conventions."""
    rows = []
    for m in MEASURES.values():
        chosen = [
            f"{p.name}: {', '.join(map(str, p.choices))}" if p.choices else f"{p.name}: {p.default}"
            for p in m.parameters
        ]
        rows.append(
            (f"`{m.name}`", m.long_name, m.unit_label or m.units, "; ".join(chosen), m.source)
        )
    markdown(("measure", "what it is", "unit", "conventions", "source"), rows)


def keys():
    """Print every key of the explorer."""
    rows = []
    for action in ACTIONS:
        where = {}
        for screen in action.screens:
            where.setdefault(action.keys_on(screen), []).append(screen)
        rows += [
            (" ".join(f"`{key_name(key)}`" for key in keys), action.meaning, ", ".join(screens))
            for keys, screens in where.items()
            if keys
        ]
    markdown(("key", "what it does", "where"), rows)
