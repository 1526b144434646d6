"""The command line as its user meets it: words in; exit code, output and errors out."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

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


def call(*words):
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.stdin
    sys.stdin = io.StringIO()
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


@pytest.fixture
def pair(store):
    """Train a small pair of runs and return their summaries, the grokking one's first."""
    from grokscope.store.catalogue import Catalogue

    done = call("run", "modadd-grok", "modadd-steady", "--jobs", 1, *SMALL)
    assert done.code == 0, done.err
    runs = {run.name: run for run in Catalogue(store).refresh()}
    return runs["modadd-grok"], runs["modadd-steady"]
