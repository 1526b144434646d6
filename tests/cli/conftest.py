"""The command line as its user meets it: words in; exit code, output and errors out."""

import io
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import numpy as np
import pytest

from grokscope.cli import main
from grokscope.store.location import find_store

SMALL = ["--set", "p=11", "--set", "hidden=16", "--set", "epochs=12", "--device", "cpu"]
"""Makes a preset train within a second."""


@dataclass
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """Standard input at which a person sits and types."""

    def isatty(self):
        return True


def call(*words, stdin=None):
    """Run the command line in this process; nothing comes from standard input unless given."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.stdin
    sys.stdin = stdin or io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main([str(word) for word in words])
        code = 0
    except SystemExit as left:
        code = left.code or 0
    finally:
        sys.stdin = before
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture
def store():
    """Return the directory that commands use here without being told."""
    return find_store(None)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """Return where small runs that ended are kept, to be copied by whoever wants one."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def stored(small, store, shelf):
    """Return a maker of small runs that were trained already, which gives their directories."""
    from grokscope.layout import Layout, ParameterSpec
    from grokscope.store.writing.writer import RunWriter

    layout = Layout((ParameterSpec("w", ("in", "out"), (3, 4)),))

    def train(place, name):
        one = small(f"name={name}")
        yardstick = one.yardstick(one.split())
        config = one.as_config()
        writer = RunWriter.create(place, name, config=config, yardstick=yardstick, layout=layout)
        for step in range(4):
            writer.log(step, step, {"train_accuracy": step / 3, "test_accuracy": 0.1})
            writer.checkpoint(step, step, np.full(12, step, np.float32))
        return writer

    def make(*names, live=False):
        for name in names:
            if live:
                train(store, name)
                continue
            if not (shelf / name).exists():
                train(shelf, name).finish("finished")
            shutil.copytree(shelf / name, store / name)
        return [store / name for name in names]

    return make


@pytest.fixture
def pair(store):
    """Train a small pair of runs and return their summaries, the grokking one's first."""
    from grokscope.store.listing.catalogue import Catalogue

    done = call("run", "modadd-grok", "modadd-steady", "--jobs", 1, *SMALL)
    assert done.code == 0, done.err
    runs = {run.name: run for run in Catalogue(store).refresh()}
    return runs["modadd-grok"], runs["modadd-steady"]
