"""Away: what is on the screen to the clipboard of whatever terminal shows it, and to a file."""

import base64
import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from grokscope.tui import words
from grokscope.tui.acts.processes import folder

if TYPE_CHECKING:
    from textual.app import App

    from grokscope.tui.away.writing import Taken

MOST_BYTES = 74_994
"""Characters of an escape sequence that xterm takes at most."""
PLACE = "yanked"
NAME = 60
"""Characters of a file's name."""
PATH = 38
"""Characters of a path in a message."""
PATIENCE = 2.0
"""Seconds that tmux may take."""


def yank(taken: "Taken", app: "App[None]") -> str:
    """Copy the Python that redraws a view, else its text, and return what was done in one line.

    The clipboard is asked by OSC 52, which crosses SSH; it is also written into a file, for there
    are terminals that do not take it and none that says so.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    what, suffix = ("Python", ".py") if taken.code else ("text", ".txt")
    data = (taken.code or taken.text).encode("utf-8", "surrogateescape")
    path = folder(PLACE) / default_file(taken, suffix)
    path.write_bytes(data)
    told = words.path(path, PATH)
    if len(base64.b64encode(data)) > MOST_BYTES:
        return f"{what}, too long for a clipboard, is in {told}"
    app.copy_to_clipboard(data.decode("utf-8", "replace"))
    if os.environ.get("TMUX"):
        app.run_worker(lambda: to_tmux(data), thread=True, group="tmux", exit_on_error=False)
    return f"{what} yanked to the clipboard, also in {told}"


def to_tmux(data: bytes) -> None:
    """Give tmux what was yanked, as its buffer and for the terminal that it runs in.

    By default tmux takes no clipboard from what runs in it.
    """
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )


def default_file(taken: "Taken", suffix: str) -> Path:
    """Return the file that is offered to write a view into."""
    return Path(f"{taken.name[:NAME]}{suffix}")
