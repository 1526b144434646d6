"""The command line: one file per command, imported only when it is called or listed."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from grokscope.cli.options import explorer_options, store_option
from grokscope.errors import BadQuery, GrokscopeError, nearest

COMMANDS = {
    "run": "grokscope.cli.run",
    "resume": "grokscope.cli.resume",
    "ls": "grokscope.cli.ls",
    "show": "grokscope.cli.show",
    "compare": "grokscope.cli.compare",
    "measure": "grokscope.cli.measure",
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

INTERRUPTED = 130


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
@click.pass_context
def cli(ctx: click.Context, store: str | None, ascii: bool, mouse: bool) -> None:
    """Explore how networks learn: train, measure and compare grokking and steady runs.

    Without a command, opens the explorer on the store, or lists its runs where standard input,
    output and error are not all terminals.
    """
    if store is not None:
        # a command that follows finds it as its own default
        ctx.default_map = {name: {"store": store} for name in COMMANDS}
    if ctx.invoked_subcommand is not None:
        return
    from grokscope.cli.terminal import interactive

    if not interactive():
        from grokscope.cli.ls import print_runs

        print_runs(store, as_json=False)
        return
    from grokscope.store.location import find_store, open_store
    from grokscope.tui.opening import explore

    explore(open_store(find_store(store)), ascii=ascii, mouse=mouse)


def main(args: list[str] | None = None) -> Any:
    """Run the command line and exit: 0 done, 1 a mistake or failure, 2 usage, 130 interrupted."""
    try:
        sys.exit(cli.main(args=args, standalone_mode=False) or 0)
    except GrokscopeError as error:
        click.echo(f"grokscope: {error}", err=True)
        if isinstance(error, BadQuery) and sys.stderr.isatty():
            click.echo(error.pointed(), err=True)
        sys.exit(1)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("grokscope: interrupted", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # the reader of a pipe left; what is still buffered must not raise at exit
        os.dup2(os.open(Path(os.devnull), os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
