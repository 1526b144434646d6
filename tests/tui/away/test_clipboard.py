"""To the clipboard of the terminal, and to a file."""

import base64
import io
import sys

import pytest
from rich.segment import Segment

from grokscope.tui.away.clipboard import MOST_BYTES, default_file, to_tmux, yank
from grokscope.tui.away.writing import Taken

LINES = [[Segment("what is seen")]]


class Terminal:
    """Stands in for the app."""

    def __init__(self):
        self.clipboard, self.workers = "", []

    def copy_to_clipboard(self, text):
        self.clipboard = text

    def run_worker(self, work, **options):
        self.workers.append(work)


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    monkeypatch.delenv("TMUX", raising=False)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path))
    tmp_path.chmod(0o700)
    return tmp_path / "yanked"


def test_python_goes_to_the_clipboard_and_to_a_file_that_is_told(place):
    app = Terminal()
    said = yank(Taken("a-run", LINES, "print('ü')\n"), app)
    assert app.clipboard == "print('ü')\n"
    assert (place / "a-run.py").read_text() == app.clipboard
    assert said.startswith("Python yanked to the clipboard, also in ")
    assert said.endswith("/yanked/a-run.py")
    assert app.workers == []


def test_a_page_without_python_gives_its_text(place):
    app = Terminal()
    assert yank(Taken("help", LINES), app).startswith("text yanked")
    assert app.clipboard == "what is seen\n"
    assert (place / "help.txt").read_text() == app.clipboard


def test_what_is_too_long_for_a_clipboard_lies_in_the_file_alone(place):
    app = Terminal()
    most = MOST_BYTES // 4 * 3
    assert "clipboard, is in" in yank(Taken("long", LINES, "x" * (most + 4)), app)
    assert app.clipboard == ""
    assert (place / "long.py").stat().st_size == most + 4
    yank(Taken("short", LINES, "x" * most), app)
    assert app.clipboard


def test_tmux_is_given_it_as_its_buffer(place, tmp_path, monkeypatch):
    (tmp_path / "tmux").write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/words; cat > {tmp_path}/in\n'
    )
    (tmp_path / "tmux").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    app = Terminal()
    yank(Taken("a", LINES, "print()\n"), app)
    (work,) = app.workers
    work()
    assert (tmp_path / "words").read_text() == "load-buffer -w -\n"
    assert (tmp_path / "in").read_text() == "print()\n"
    monkeypatch.setenv("PATH", str(place))
    to_tmux(b"nobody is there")


def test_names_of_files_are_no_longer_than_disks_take():
    assert len(str(default_file(Taken("x" * 300, LINES), ".svg"))) < 100


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
