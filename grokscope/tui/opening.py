"""Opening: from the command line to the explorer, without a wait that can be spared."""

import gc
import os
import sys
from pathlib import Path

from grokscope.tui import terminal

FRAMES = "120"
"""Most paints in a second: a key that paints a row and then its curves waits for two of them."""


def explore(
    store: Path,
    *,
    compare: tuple[str, str] | None = None,
    run: str | None = None,
    ascii: bool = False,
    mouse: bool = True,
    view: str | None = None,
) -> None:
    """Open the explorer and return when its user leaves.

    Parameters
    ----------
    store : Path
        The store to show; it is only read.
    compare : (str, str), optional
        Ids of two runs to begin with, side by side.
    run : str, optional
        Id of a run to begin with.
    ascii : bool
        Use ASCII characters alone, whatever the terminal can show.
    mouse : bool
        Take the mouse; without it the terminal selects text as usual.
    view : str, optional
        Name of a saved view to begin with.

    Raises
    ------
    BadTerminal
        If the terminal cannot show it.
    UnknownName
        If the store has no such view.
    SystemExit
        If it broke down, after it said how.
    """
    encoding = terminal.encoding(os.environ)
    plain = terminal.only_ascii(os.environ, sys.stderr.isatty(), encoding)
    saved = None
    if view is not None:
        from grokscope.tui.saved.drawer import named

        saved = view, named(view, store)
    # nothing made while starting is garbage: to look for some costs a tenth of the wait
    gc.disable()
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    try:
        from grokscope.tui.app import Explorer

        app = Explorer(store, compare=compare, run=run, ascii=ascii or plain, view=saved)
        app.run(mouse=mouse)
    finally:
        gc.enable()
    if app.return_code:
        sys.exit(app.return_code)
