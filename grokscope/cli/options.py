"""Options and argument types that several commands share."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem, split_arg_string

F = TypeVar("F", bound=Callable[..., Any])
BREAKS = (":", "=")
"""Where bash cuts a word in two."""

store_option = click.option(
    "--store",
    metavar="DIR",
    help="Directory of runs. Default: $GROKSCOPE_STORE, then ./store where it exists, "
    "then the user's data directory.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
plain_option = click.option(
    "--plain",
    is_flag=True,
    help="Print whole words, a line for each run or fact, as screen readers and mail want it.",
)
set_option = click.option(
    "--set",
    "assignments",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change a value, by full key (optimizer.lr=1e-3) or by a short one that fits a single "
    "key (seed=3). May be repeated.",
)
sweep_option = click.option(
    "--sweep",
    "axes",
    metavar="KEY=VALUES",
    multiple=True,
    help="Several values: init_scale=0.1,1,10, seed=0:5 (half-open), 'lr=log(1e-4,1e-2,5)', lin(). "
    "'lr,weight_decay=(1e-3,0.1),(1e-2,1)' changes keys together. Repeated, it makes a product.",
)
shard_option = click.option(
    "--shard",
    metavar="I/N",
    help="Train the I-th of N shares alone, from 0/N on: the same runs on every machine.",
)
device_option = click.option(
    "--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N."
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Processes that train at once. Default: one per core on the CPU, one on CUDA.",
)


def refine_options(function: F) -> F:
    """Add the options of a search for the boundary in a sweep."""
    refine = click.option(
        "--refine",
        metavar="WHAT",
        help="Bisect between neighbouring values whose runs differ in WHAT: regime, another "
        "field of words, or a condition such as 't_grok>100'.",
    )
    between = click.option(
        "--between", metavar="KEY", help="Key that --refine goes along. Default: the first swept."
    )
    tolerance = click.option(
        "--tolerance",
        type=click.FloatRange(0, 1, min_open=True),
        default=0.05,
        show_default=True,
        help="Share of its value that --refine finds a boundary to.",
    )
    rounds = click.option(
        "--rounds",
        type=click.IntRange(0, 50),
        default=8,
        show_default=True,
        help="Most bisections of --refine.",
    )
    return refine(between(tolerance(rounds(function))))


def explorer_options(function: F) -> F:
    """Add the options of whatever opens the explorer."""
    plain = click.option("--ascii", is_flag=True, help="Draw with ASCII characters only.")
    mouse = click.option("--mouse/--no-mouse", default=True, help="Let the explorer use the mouse.")
    return plain(mouse(function))


def _cut_off(incomplete: str) -> str:
    """Return what bash, which cuts words at ':' and '=', cut off before the word that it told."""
    if os.environ.get("_GROKSCOPE_COMPLETE") != "bash_complete":
        return ""
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    before = words[: int(os.environ.get("COMP_CWORD", "0"))]
    if incomplete in BREAKS:
        return "".join(before[-1:])
    return "".join(before[-2:]) if before[-1:] and before[-1] in BREAKS else ""


class RunName(click.ParamType):
    """A run by id, by the start of its id, by its name, as @last, or by a query."""

    name = "run"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the ids, names and conditions that begin like the word under the cursor."""
        from grokscope.store.listing.catalogue import Catalogue
        from grokscope.store.location import find_store
        from grokscope.store.query import complete

        try:
            runs = Catalogue(find_store(ctx.params.get("store"))).refresh()
        except OSError:
            return []
        cut = _cut_off(incomplete)
        typed = cut + incomplete
        kept = max(map(typed.rfind, BREAKS)) + 1 if cut else 0
        return [CompletionItem(text[kept:]) for text in complete(typed, len(typed), runs)]


class TrashedName(click.ParamType):
    """A run in the trash, by its id or by its name there."""

    name = "run"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the ids in the trash that begin like the word under the cursor."""
        from grokscope.errors import GrokscopeError
        from grokscope.store.keeping.trash import read_trash
        from grokscope.store.location import find_store

        try:
            ids = sorted({run.id for run in read_trash(find_store(ctx.params.get("store")))})
        except GrokscopeError:
            return []
        return [CompletionItem(n) for n in ids if n.startswith(incomplete)]


class ExperimentName(click.ParamType):
    """A preset by name, or the path of an experiment file."""

    name = "experiment"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the presets that begin like the word, and leave files to the shell."""
        from grokscope.config.files import preset_names

        presets = [CompletionItem(n) for n in preset_names() if n.startswith(incomplete)]
        return [*presets, CompletionItem(incomplete, type="file")]
