"""To the clipboard of the terminal, and to a file."""

import base64
import io
import sys

import pytest
from rich.segment import Segment
from textual.geometry import Size

from grokscope.tui.away.clipboard import MOST_BYTES, default_file, sequences, to_tmux, yank
from grokscope.tui.away.writing import Taken

LINES = [[Segment("what is seen")]]


class Terminal:
    """Stands in for the app, its terminal, and its footer."""

    def __init__(self, columns=80):
        self.workers, self.said, self._driver = [], [], io.StringIO()
        self.size = Size(columns, 24)

    def run_worker(self, work, **options):
        self.workers.append(work)

    def call_from_thread(self, call, *arguments):
        call(*arguments)

    @property
    def sent(self):
        """What it was asked to put on the clipboard, in plain words."""
        code = self._driver.getvalue().partition("\x1b]52;c;")[2].partition("\a")[0]
        return base64.b64decode(code).decode()


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path))
    tmp_path.chmod(0o700)
    return tmp_path / "yanked"


def yanked(taken, columns=80):
    app = Terminal(columns)
    yank(taken, app, app.said.append)
    return app


def test_python_goes_to_the_clipboard_and_to_a_file_that_is_told(place):
    app = yanked(Taken("a-run", LINES, "print('ü')\n"))
    assert app.sent == "print('ü')\n"
    assert (place / "a-run.py").read_text() == app.sent
    (said,) = app.said
    assert said.startswith("Python yanked to the clipboard, also in ")
    assert said.endswith("/yanked/a-run.py")
    assert len(said) <= 78
    assert app.workers == []


def test_a_page_without_python_gives_its_text(place):
    app = yanked(Taken("help", LINES))
    assert app.said[0].startswith("text yanked")
    assert app.sent == "what is seen\n"
    assert (place / "help.txt").read_text() == app.sent


def test_what_is_too_long_for_a_clipboard_lies_in_the_file_alone(place):
    most = MOST_BYTES // 4 * 3
    app = yanked(Taken("long", LINES, "x" * (most + 4)))
    assert "clipboard, is in" in app.said[0]
    assert app.sent == ""
    assert (place / "long.py").stat().st_size == most + 4
    assert yanked(Taken("short", LINES, "x" * most)).sent


def test_a_terminal_without_a_clipboard_has_the_file_and_is_told_so(place, monkeypatch):
    monkeypatch.setenv("TERM", "linux")
    app = yanked(Taken("a", LINES, "print()\n"))
    assert app.said[0].startswith("this terminal has no clipboard; Python is in ")
    assert app._driver.getvalue() == ""
    assert (place / "a.py").exists()


TMUX = """#!/bin/sh
echo "$@" >> {0}/words
case "$2" in -w) exit {1};; esac
cat > {0}/in
"""


def by_tmux(tmp_path, monkeypatch, code):
    (tmp_path / "tmux").write_text(TMUX.format(tmp_path, code))
    (tmp_path / "tmux").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    app = yanked(Taken("a", LINES, "print()\n"))
    assert app.said == []
    (work,) = app.workers
    work()
    return app


def test_tmux_is_given_it_as_its_buffer_and_for_its_terminal(place, tmp_path, monkeypatch):
    app = by_tmux(tmp_path, monkeypatch, "$(cat > /dev/null; echo 0)")
    assert (tmp_path / "words").read_text() == "load-buffer -w -\n"
    assert app.said[0].startswith("Python yanked to tmux's buffer and the clipboard, also in ")
    assert app._driver.getvalue() == ""


def test_an_older_tmux_keeps_it_and_the_terminal_is_asked_through_it(place, tmp_path, monkeypatch):
    app = by_tmux(tmp_path, monkeypatch, 1)
    assert (tmp_path / "words").read_text() == "load-buffer -w -\nload-buffer -\n"
    assert (tmp_path / "in").read_text() == "print()\n"
    assert app.said[0].startswith("Python yanked to tmux's buffer, also in ")
    assert "\x1bPtmux;\x1b\x1b]52;c;" in app._driver.getvalue()


def test_where_tmux_is_gone_the_terminal_is_asked(place, tmp_path, monkeypatch):
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    monkeypatch.setenv("PATH", str(place))
    assert to_tmux(b"nobody is there") == ""
    app = yanked(Taken("a", LINES, "print()\n"))
    app.workers[0]()
    assert app.said[0].startswith("Python yanked to the clipboard, also in ")
    assert app.sent == "print()\n"


@pytest.mark.parametrize(
    ("environ", "starts"),
    [
        ({"TERM": "xterm-256color"}, ["\x1b]52;c;"]),
        ({"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/1"}, ["\x1b]52;c;"]),
        ({"TERM": "tmux-256color"}, ["\x1b]52;c;", "\x1bPtmux;\x1b\x1b]52;c;"]),
        ({"TERM": "screen-256color"}, ["\x1b]52;c;", "\x1bP\x1b]52;c;"]),
        ({"TERM": "screen", "STY": "1.pts"}, ["\x1bP\x1b]52;c;"]),
        ({"TERM": "screen-256color", "TMUX": "x"}, ["\x1b]52;c;", "\x1bPtmux;\x1b\x1b]52;c;"]),
    ],
)
def test_what_lies_between_is_asked_to_hand_it_on(environ, starts):
    sent = sequences("QQ==" * 300, environ)
    assert [len(one) > 1200 for one in sent] == [True] * len(starts)
    for one, start in zip(sent, starts, strict=True):
        assert one.startswith(start)


def test_screen_is_sent_pieces_that_join_to_the_whole():
    (sent,) = sequences("QUJD" * 1000, {"STY": "1"})
    pieces = sent.removesuffix("\x1b\\").removeprefix("\x1bP").split("\x1b\\\x1bP")
    assert max(map(len, pieces)) <= 500
    assert "".join(pieces) == "\x1b]52;c;" + "QUJD" * 1000 + "\a"


def test_names_of_files_are_no_longer_than_disks_take():
    assert len(str(default_file(Taken("x" * 300, LINES), ".svg"))) < 100


def test_the_file_is_told_as_long_as_the_terminal_is_wide(place):
    taken = Taken("a-run-of-a-long-name-" * 2, LINES, "print()\n")
    assert len(yanked(taken).said[0]) == 78
    (said,) = yanked(taken, 400).said
    assert said.endswith(str(place / f"{taken.name}.py"))


async def test_the_terminal_is_asked_by_its_escape_sequence(pair, opened, screen, monkeypatch):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        written = io.StringIO()
        monkeypatch.setattr(app._driver, "write", written.write)
        await pilot.press("y")
        await pilot.pause()
        start, code = written.getvalue().partition("\x1b]52;c;")[1:]
        assert start
        text = base64.b64decode(code.partition("\a")[0]).decode()
        compile(text, "yanked", "exec")
        assert "modadd-grok-s0" in text
        assert "Python yanked to the clipboard" in screen(app)[-1]
        assert sys.stdout is not written
