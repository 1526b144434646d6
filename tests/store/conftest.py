"""Small runs to store."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from grokscope.events import Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.writing.writer import RunWriter

CONFIG = {
    "name": "modadd-grok",
    "task": {"name": "modular_addition", "p": 113},
    "model": {"name": "mlp", "hidden": [4], "init_scale": 10.0},
    "seed": {"root": 3, "init": None},
}


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no disk: no test here cuts the power."""
    monkeypatch.setattr("os.fsync", lambda place: None)


@pytest.fixture
def layout() -> Layout:
    return Layout(
        (
            ParameterSpec("w_in", ("input", "hidden"), (5, 4)),
            ParameterSpec("b_in", ("hidden",), (4,)),
        )
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def begin(store: Path, layout: Layout) -> Iterator[Callable[..., RunWriter]]:
    """Begin a run; whatever is still open at the end is closed."""
    writers = []

    def make(name: str = "run", config: dict = CONFIG, **options) -> RunWriter:
        options = {"layout": layout, "total_epochs": 100, "patience": 0.05} | options
        yardstick = Yardstick(chance=1 / 113, n_test=3831)
        writer = RunWriter.create(store, name, config=config, yardstick=yardstick, **options)
        writers.append(writer)
        return writer

    yield make
    for writer in writers:
        writer._log.close()


def row(step: int, size: int = 24) -> np.ndarray:
    return np.random.default_rng(step).normal(size=size).astype(np.float32)


def train(writer: RunWriter, start: int, stop: int, checkpoints: bool = True) -> None:
    """Log a run that fits at step 20 and generalises at step 60."""
    for step in range(start, stop):
        values = {"train_accuracy": min(1, step / 20), "test_accuracy": min(1, step / 60)}
        writer.log(step, step, values)
        if checkpoints:
            writer.checkpoint(step, step, row(step))


def edit(run: Path, **changes: object) -> None:
    """Write a run's summary anew with other values."""
    path = run / "summary.json"
    data = json.loads(path.read_text()) | changes
    path.with_suffix(".new").write_text(json.dumps(data))
    path.with_suffix(".new").replace(path)


@pytest.fixture
def three(begin: Callable[..., RunWriter], store: Path) -> Path:
    """Runs a-1, a-2 of one name and b-1 of another, oldest first."""
    for age, (run_id, name) in enumerate([("a-1", "a"), ("a-2", "a"), ("b-1", "b")]):
        writer = begin(run_id, CONFIG | {"name": name})
        train(writer, 0, 3, checkpoints=False)
        writer.finish("finished")
        edit(writer.path, created=1000.0 + age)
    return store
