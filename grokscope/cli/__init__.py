"""The command line: one file per command, imported only when it is called or listed."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from grokscope.cli.options import explorer_options, plain_option, store_option
from grokscope.errors import BadQuery, GrokscopeError, nearest

COMMANDS = {
    "run": "grokscope.cli.run",
    "resume": "grokscope.cli.resume",
    "extend": "grokscope.cli.extend",
    "fork": "grokscope.cli.fork",
    "stop": "grokscope.cli.stop",
    "ls": "grokscope.cli.ls",
    "show": "grokscope.cli.show",
    "compare": "grokscope.cli.compare",
    "plot": "grokscope.cli.plot",
    "measure": "grokscope.cli.measure",
    "cluster": "grokscope.cli.cluster",
    "reproduce": "grokscope.cli.reproduce",
    "tag": "grokscope.cli.tag",
    "note": "grokscope.cli.note",
    "star": "grokscope.cli.star",
    "export": "grokscope.cli.export",
    "thin": "grokscope.cli.thin",
    "rm": "grokscope.cli.rm",
    "restore": "grokscope.cli.restore",
    "doctor": "grokscope.cli.doctor",
    "presets": "grokscope.cli.presets",
    "tasks": "grokscope.cli.tasks",
    "models": "grokscope.cli.models",
    "measures": "grokscope.cli.measures",
}
"""Each module defines `command`; the order is that of the help page."""

INTERRUPTED, PIPE_LEFT = 130, 141
"""Exit codes: 128 and the number of the signal."""
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
ECHOED = 120
"""Characters of a word that an error repeats."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, importing nothing."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and return its `command`."""
        module = COMMANDS.get(cmd_name)
        return None if module is None else import_module(module).command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command asked for, or fail naming the nearest and all known ones."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            guess = nearest(args[0], COMMANDS)
            ctx.fail(f"no command named {args[0]!r}{guess}; known: {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="grokscope", prog_name="grokscope")
@store_option
@explorer_options
@plain_option
@click.option("--view", metavar="NAME", help="Open the explorer on a view that was saved there.")
@click.pass_context
def cli(
    ctx: click.Context, store: str | None, ascii: bool, mouse: bool, plain: bool, view: str | None
) -> None:
    """Explore how networks learn: train, measure and compare grokking and steady runs.

    Without a command, opens the explorer on the store, or lists its runs where standard input,
    output and error are not all terminals.
    """
    if store is not None:
        # a command that follows finds it as its own default
        ctx.default_map = {name: {"store": store} for name in COMMANDS}
    if ctx.invoked_subcommand is not None:
        return
    from grokscope.cli.terminal import excuse, interactive

    if plain or not interactive():
        from grokscope.cli.ls import print_runs

        print_runs(store, "plain" if plain else "table", _filter(store, view))
        if not plain:
            excuse("the runs are listed")
        return
    from grokscope.store.location import find_store, open_store
    from grokscope.tui.opening import explore

    explore(open_store(find_store(store)), ascii=ascii, mouse=mouse, view=view)


def _filter(store: str | None, view: str | None) -> list[str]:
    """Return the query of a saved view, where one is asked for."""
    if view is None:
        return []
    from grokscope.store.location import find_store, open_store
    from grokscope.tui.saved.drawer import named

    return list(filter(None, [named(view, open_store(find_store(store))).filter]))


def main(args: list[str] | None = None) -> Any:
    """Run the command line and exit.

    0 done, 1 a mistake or failure, 2 usage, 4 some of several failed, 130 interrupted, 141 the
    reader of a pipe left.
    """
    words = sys.argv[1:] if args is None else args
    try:
        try:
            code = _called(words)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        _let_go()
        sys.exit(PIPE_LEFT)
    except OSError as error:
        # of a stream, which has no name: files of runs are told of where they are written
        if error.filename is not None or error.errno not in UNWRITABLE:
            raise
        _let_go()
        reason = os.strerror(error.errno).lower()
        click.echo(f"grokscope: standard output cannot be written: {reason}", err=True)
        sys.exit(1)
    sys.exit(code)


def _called(words: list[str]) -> int:
    """Run the command line and return its exit code, what went wrong told in one line."""
    stdout = sys.stdout
    try:
        return cli.main(args=words, standalone_mode=False) or 0
    except SystemExit:
        # click wraps the stream and makes 1 of a pipe whose reader left
        if sys.stdout is not stdout:
            sys.stdout = stdout
            raise BrokenPipeError from None
        raise
    except GrokscopeError as error:
        click.echo(f"grokscope: {_short(str(error), words)}", err=True)
        if isinstance(error, BadQuery) and sys.stderr.isatty():
            click.echo(error.pointed(), err=True)
        return 1
    except click.UsageError as error:
        click.UsageError(_short(error.format_message(), words), error.ctx).show()
        return error.exit_code
    except click.ClickException as error:
        click.echo(f"grokscope: {_short(error.format_message(), words)}", err=True)
        return error.exit_code
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        told = f"{str(error.filename)!r} is longer than a file's name can be"
        click.echo(f"grokscope: {_short(told, words)}", err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("grokscope: interrupted", err=True)
        return INTERRUPTED


def _short(message: str, words: Iterable[str]) -> str:
    """Return a message in which what was typed is cut to `ECHOED` characters."""
    typed = {piece for word in words for piece in (word, *word.split("="))}
    for piece in sorted(typed, key=len, reverse=True):
        if len(piece) > ECHOED:
            for written in (repr(piece)[1:-1], piece):
                message = message.replace(written, written[: ECHOED - 1] + "…")
    return message


def _let_go() -> None:
    """Have what is still buffered go nowhere, so that it does not raise at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(Path(os.devnull), os.O_WRONLY), sys.stdout.fileno())
