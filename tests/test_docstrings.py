"""Docstrings: every example in them gives what it says, on a store made for it."""

import doctest
import importlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from grokscope.store.recording.recorder import Recorder

PACKAGE = Path(__file__).parents[1] / "grokscope"
PROMISED = {
    "grokscope.store.api.cube.open_runs",
    "grokscope.store.api.listing.runs",
    "grokscope.store.recording.recorder.Recorder",
    "grokscope.store.recording.recorder.Recorder.save_resume",
    "grokscope.store.api.tree.open_run",
}


def examples():
    """Return every docstring of the package that holds examples, by name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if ">>>" in path.read_text():
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            module = importlib.import_module(name.removesuffix(".__init__"))
            tests = doctest.DocTestFinder().find(module)
            found |= {test.name: test for test in tests if test.examples}
    return found


EXAMPLES = examples()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """A store with two runs that grokked and two that did not."""
    store = tmp_path_factory.mktemp("demonstration")
    for scale, late in ((1.0, 15), (10.0, 50)):
        for seed in (0, 1):
            config = {"model": {"name": "mlp", "init_scale": scale}}
            with Recorder(
                "demo", store=store, seed=seed, config=config, time_unit="step", chance=0.1,
                n_test=100,
            ) as rec:  # fmt: skip
                for step in range(61):
                    train, test = float(step >= 10), float(step >= late)
                    rec.log(step, train_accuracy=train, test_accuracy=test, test_loss=1 - test)
                    if step % 10 == 0:
                        rec.checkpoint({"weight": np.full((3, 4), step / 60)})
                        rec.probe("logits", np.zeros((5, 2)), ("example", "label"))
    return store


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_what_it_says(name, demonstration, capsys):
    shutil.copytree(demonstration, os.environ["GROKSCOPE_STORE"], dirs_exist_ok=True)
    ran = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(EXAMPLES[name])
    assert ran.failed == 0, capsys.readouterr().out


def test_what_users_call_first_has_examples():
    assert set(EXAMPLES) >= PROMISED
