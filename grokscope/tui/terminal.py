"""What the terminal can show, found out before the explorer takes it over."""

import locale
import select
import sys
from collections.abc import Mapping

from grokscope.errors import BadTerminal

WORKS = "a terminal such as xterm-256color, tmux-256color or screen works"


def only_ascii(environ: Mapping[str, str], is_tty: bool, encoding: str) -> bool:
    """Return whether a terminal can be relied on to show ASCII characters alone.

    Parameters
    ----------
    environ : mapping
        TERM is read.
    is_tty : bool
        Whether standard error, which textual draws on, is a terminal.
    encoding : str
        Of the locale.

    Raises
    ------
    BadTerminal
        If a full screen cannot be drawn at all.
    """
    term = environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        found = f"TERM={term}" if term else "no TERM"
        raise BadTerminal(
            f"the explorer needs a terminal it can draw on, found {found}; {WORKS}, "
            "and `grokscope --plain` tells the runs in words anywhere"
        )
    if not is_tty:
        raise BadTerminal(
            "the explorer draws on standard error, found it redirected; leave stderr on the "
            "terminal, or print the runs with `grokscope ls`"
        )
    utf8 = encoding.lower().replace("-", "").replace("_", "") == "utf8"
    return not utf8 or term == "linux"


def colorless(environ: Mapping[str, str]) -> bool:
    """Return whether no colours are wanted, or the terminal that TERM names has none."""
    term = environ.get("TERM", "")
    return bool(environ.get("NO_COLOR")) or term.startswith("vt") or term.endswith(("-m", "-mono"))


def encoding(environ: Mapping[str, str]) -> str:
    """Return the encoding of the locale, which Python's UTF-8 mode hides where it is C."""
    chosen = next((environ[k] for k in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(k)), "C")
    if "." in chosen:
        return chosen.partition(".")[2].partition("@")[0]
    if chosen in ("C", "POSIX"):
        return "ascii" if sys.platform != "darwin" else "utf-8"
    return locale.getpreferredencoding(False)


def hung_up(descriptor: int) -> bool:
    """Return whether the terminal behind a file descriptor is gone, as after a lost connection."""
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))
