"""Runs that ended, to be put away, and holders of them."""

import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from grokscope.store.lock import new_holder
from tests.store.conftest import train


@pytest.fixture
def finished(begin):
    """Return a maker of runs that ended."""

    def make(name):
        writer = begin(name)
        train(writer, 0, 10)
        writer.finish("finished")
        return writer.path

    return make


def held_by(run, **changes):
    holder = replace(new_holder(), **changes)
    (run / "lock.json").write_text(json.dumps(asdict(holder)))
    return holder


def dead_pid():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid
