"""What is done in tmux from the first key to the last, with nothing replaced."""

import itertools
import os
import shlex
import shutil
import subprocess
import sys
import time

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.acts.processes import started

PATIENCE = 60.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux"),
]


class Pane:
    """A terminal multiplexer of its own with the explorer in it.

    Every opening has a server of its own: one that is on its way out still takes a call at
    its socket and drops it ("server exited unexpectedly").
    """

    def __init__(self, folder):
        self._sockets = (folder / f"socket{number}" for number in itertools.count())

    def open(self, store, *words, within=()):
        self._tmux = ["tmux", "-S", str(next(self._sockets)), "-f", "/dev/null"]
        explorer = [sys.executable, "-m", "grokscope", "--store", str(store)]
        line = shlex.join([*within, *explorer, *words])
        self.run("new-session", "-d", "-x", "80", "-y", "24", f"{line}; echo left: $?; cat")

    def run(self, *words):
        return subprocess.run(
            [*self._tmux, *words], capture_output=True, text=True, check=True, env=dict(os.environ)
        ).stdout

    def keys(self, *keys):
        self.run("send-keys", *keys)

    def wait(self, text):
        end = time.monotonic() + PATIENCE
        while text not in (seen := self.run("capture-pane", "-p")):
            assert time.monotonic() < end, f"{text!r} is not in\n{seen}"
            time.sleep(0.1)
        return seen

    def close(self):
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def pane(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("TMUX", raising=False)
    pane = Pane(tmp_path)
    yield pane
    pane.close()


def test_a_launched_run_outlives_the_explorer_and_its_terminal(pane, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    pane.open(store)
    pane.wait("no runs here yet")
    pane.keys("R")
    pane.wait("modular addition, groks")
    pane.keys("Down", "Down")
    pane.wait("▌modadd-grok")
    pane.keys("-l", "p=11 hidden=[16] epochs=150 seed=0..1 --jobs=1")
    pane.wait("2 runs: 2 to train")
    pane.keys("Enter")
    pane.wait("training 2 runs")
    pane.close()
    (process,) = started(store)
    end = time.monotonic() + PATIENCE
    while process.ending() is None and time.monotonic() < end:
        time.sleep(0.2)
    assert process.ending().code == 0
    assert [run.status for run in Catalogue(store).refresh()] == ["finished"] * 2
    pane.open(store)
    pane.wait("2 runs")
    pane.keys("e")
    assert "done" in pane.wait("run modadd-grok --set p=11")


def test_the_view_is_yanked_into_tmux_and_runs(pane, pair):
    pytest.importorskip("matplotlib")
    pane.open(pair)
    pane.wait("modadd-grok")
    pane.keys("Enter")
    pane.wait("plateau")
    pane.wait("grokking: t_train 14")
    pane.keys("y")
    pane.wait("Python yanked to tmux's buffer and the clipboard, also in ")
    code = pane.run("show-buffer")
    done = subprocess.run(
        [sys.executable, "-"], input=code, text=True, capture_output=True, check=False,
        env=os.environ | {"MPLBACKEND": "Agg"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    pane.keys("q")
    pane.wait("left: 0")


def test_a_view_is_saved_in_one_explorer_and_opened_by_name_in_the_next(pane, pair):
    pane.open(pair)
    pane.wait("modadd-grok")
    pane.keys("Enter")
    pane.wait("grokking: t_train 14")
    pane.keys("x", "v")
    pane.wait("what you look at now")
    pane.keys("v")
    pane.wait("a name for")
    pane.keys("-l", "by step")
    pane.keys("Enter")
    pane.wait("saved as by step")
    pane.keys("q")
    pane.wait("left: 0")
    pane.close()
    pane.open(pair, "--view", "by step")
    pane.wait("by step")
    pane.wait("log step")


def test_a_terminal_that_takes_the_escape_sequence_has_what_was_yanked(pane, pair):
    """As beyond SSH: nothing but the sequence reaches the terminal, which here is tmux itself."""
    pane.open(pair, within=("env", "-u", "TMUX", "TERM=xterm-256color"))
    pane.run("set-option", "-s", "set-clipboard", "on")
    pane.wait("modadd-grok")
    pane.keys("y")
    pane.wait("Python yanked to the clipboard, also in ")
    end = time.monotonic() + PATIENCE
    while not pane.run("list-buffers") and time.monotonic() < end:
        time.sleep(0.1)
    assert "grokscope.open_runs(runs" in pane.run("show-buffer")
