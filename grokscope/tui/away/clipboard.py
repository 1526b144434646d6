"""Away: what is on the screen to the clipboard of whatever terminal shows it, and to a file."""

import base64
import os
import subprocess
from collections.abc import Callable, Mapping
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
MESSAGE = 78
"""Least characters of a message; wider terminals have more."""
PATIENCE = 2.0
"""Seconds that tmux may take."""
PIECE = 500
"""Characters that GNU screen hands on at once."""
WITHOUT = ("linux", "dumb", "vt100", "vt220")
"""Terminals that have no clipboard."""
CLIPBOARD = "the clipboard"


def yank(taken: "Taken", app: "App[None]", say: Callable[[str], None]) -> None:
    """Copy the Python that redraws a view, else its text, and say where it went in one line.

    The clipboard is asked by OSC 52, which crosses SSH; inside tmux it is tmux that asks, and
    keeps it as its buffer. It is also written into a file, for there are terminals that do not
    take it and none that says so.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    what, suffix = ("Python", ".py") if taken.code else ("text", ".txt")
    data = (taken.code or taken.text).encode("utf-8", "surrogateescape")
    path = folder(PLACE) / default_file(taken, suffix)
    path.write_bytes(data)
    encoded = base64.b64encode(data).decode()
    room = max(app.size.width - 2, MESSAGE)

    def told(where: str) -> None:
        head = f"{what} yanked to {where}, also in "
        say(head + words.path(path, room - len(head)))

    def send(where: str = CLIPBOARD) -> None:
        if app._driver is not None:
            app._driver.write("".join(sequences(encoded, os.environ)))
        told(where)

    def by_tmux() -> None:
        where = to_tmux(data)
        # an older tmux keeps it and tells no terminal
        app.call_from_thread(told if CLIPBOARD in where else send, where or CLIPBOARD)

    if len(encoded) > MOST_BYTES:
        say(f"{what}, too long for a clipboard, is in {words.path(path, room - 43)}")
    elif os.environ.get("TMUX"):
        app.run_worker(by_tmux, thread=True, group="tmux", exit_on_error=False)
    elif os.environ.get("TERM", "").partition("-")[0] in WITHOUT:
        say(f"this terminal has no clipboard; {what} is in {words.path(path, room - 46)}")
    else:
        send()


def sequences(encoded: str, environ: Mapping[str, str]) -> list[str]:
    r"""Return what asks a terminal to put something on its clipboard, given base64.

    tmux and GNU screen hand on to the terminal that they run in what is wrapped for them. Beyond
    SSH only the terminal's name tells that one of them lies between; what is not meant for it,
    each passes over.
    """
    plain = f"\x1b]52;c;{encoded}\a"
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return [plain, "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"]
    if environ.get("STY") or term.startswith("screen"):
        pieces = [plain[at : at + PIECE] for at in range(0, len(plain), PIECE)]
        wrapped = "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
        return [wrapped] if environ.get("STY") else [plain, wrapped]
    return [plain]


def to_tmux(data: bytes) -> str:
    """Give tmux what was yanked, as its buffer and for the terminal that it runs in.

    By default tmux takes no clipboard from what runs in it.

    Returns
    -------
    str
        Where it is then, in words; empty where tmux did not take it.
    """
    ways = (("-w", "-"), f"tmux's buffer and {CLIPBOARD}"), (("-",), "tmux's buffer")
    with suppress(OSError, subprocess.TimeoutExpired):
        for flags, where in ways:
            done = subprocess.run(
                ["tmux", "load-buffer", *flags],
                input=data,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
            if done.returncode == 0:
                return where
    return ""


def default_file(taken: "Taken", suffix: str) -> Path:
    """Return the file that is offered to write a view into."""
    return Path(f"{taken.name[:NAME]}{suffix}")
