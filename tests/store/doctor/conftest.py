"""Runs as their writers left them, to be damaged."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from grokscope.events import Moment, Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.doctor.examination import examine, mend
from grokscope.store.doctor.runfiles import RunFiles
from grokscope.store.files.verdicts import own
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.schema import Group, Variable
from grokscope.store.writing.writer import RunWriter

LAYOUT = Layout(
    (
        ParameterSpec("w_in", ("input", "hidden"), (5, 4)),
        ParameterSpec("b_in", ("hidden",), (4,)),
    )
)
CONFIG = {
    "name": "add",
    "task": {"name": "modular_addition", "p": 5},
    "model": {"name": "mlp", "hidden": [4], "init_scale": 10.0},
    "seed": {"root": 3, "init": None},
}
ROWS = 80


def row(step: int) -> np.ndarray:
    return np.random.default_rng(step).normal(size=LAYOUT.size).astype(np.float32)


def write(store: Path, name: str, rows: int = ROWS) -> RunWriter:
    """Record a run that fits at step 20 and generalises at step 60, saved at step 69."""
    writer = RunWriter.create(
        store,
        name,
        config=CONFIG,
        yardstick=Yardstick(chance=0.2, n_test=20),
        layout=LAYOUT,
        total_steps=100,
        total_epochs=100,
    )
    for step in range(rows):
        writer.log(
            step, step, {"train_accuracy": min(1, step / 20), "test_accuracy": min(1, step / 60)}
        )
        if step % 10 == 0:
            writer.checkpoint(step, step, row(step))
        if step in (rows - 31, rows - 11):
            writer.save_resume({"theta": row(step)}, {"step": step, "epoch": step})
    return writer


def measured(run: Path) -> None:
    values = Variable(("checkpoint",), np.arange(8.0), {"long_name": "a measure", "units": "1"})
    steps = Variable(("checkpoint",), np.arange(0, 80, 10), {"units": "1"})
    group = Group({"speed": values, "checkpoint": steps}, {"measure": "speed"})
    write_analysis(run, "speed", group, {"speed_max": Moment(30, 30.0)})


@pytest.fixture(scope="session")
def wards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run each that is finished and measured, interrupted, and dead with rows in its log."""
    store = tmp_path_factory.mktemp("wards")
    write(store, "finished").finish("finished")
    measured(store / "finished")
    write(store, "interrupted").finish("interrupted", "Ctrl-C")
    dead = write(store, "dead")
    dead._flush()
    dead._log.close()
    lock = json.loads((store / "dead" / "lock.json").read_text())
    (store / "dead" / "lock.json").write_text(json.dumps(lock | {"started": "0"}))
    return store


@pytest.fixture
def store(wards: Path, tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(wards, tmp_path / "store"))
    for path in copy.rglob("*.h5"):
        # as if they had been written there: a first look at each takes longer than all the rest
        own(path, path.lstat())
    return copy


@pytest.fixture
def finished(store: Path) -> Path:
    return store / "finished"


@pytest.fixture
def interrupted(store: Path) -> Path:
    return store / "interrupted"


@pytest.fixture
def dead(store: Path) -> Path:
    return store / "dead"


@pytest.fixture
def files() -> Callable[..., RunFiles]:
    return lambda run, **options: RunFiles(run, now=time.time(), **options)


def flip(path: Path, at: bytes, by: int = 0) -> None:
    """Change one byte of a file, `by` bytes behind the first place that holds `at`."""
    data = bytearray(path.read_bytes())
    place = data.index(at) + by
    data[place] ^= 0xFF
    path.write_bytes(data)


def told(run: Path, deep: bool = False) -> list[str]:
    """Return what is found that can be mended."""
    return [finding.found for finding in examine(run, deep) if finding.fix is not None]


def healed(run: Path, deep: bool = False) -> list[str]:
    """Mend a run, and return what was done; nothing is left to mend, and all of it is readable."""
    before = file_of(run)
    done = list(mend(run, examine(run, deep), deep))
    assert all(each.well for each in done), done
    assert told(run, deep) == []
    assert not [f for f in examine(run, deep) if f.severity == "problem"]
    lists_and_opens(run, anew=file_of(run) != before)
    return [text for each in done for text in (each.line, *filter(None, [each.lost]))]


def file_of(run: Path) -> int:
    """Return what tells whether a run's published file is another one; 0 where there is none."""
    path = run / "run.h5"
    return path.stat().st_ino if path.exists() else 0


def lists_and_opens(run: Path, anew: bool) -> None:
    """Make sure that a run is listed, and, where its file is new, that plain xarray opens that."""
    catalogue = Catalogue(run.parent)
    assert run.name in [each.id for each in catalogue.refresh()]
    assert run.name not in catalogue.broken
    for engine in ("h5netcdf", "netcdf4") if anew else ():
        with xr.open_datatree(run / "run.h5", engine=engine) as tree:
            tree.load()


def resumes(run: Path) -> int:
    """Make sure that a run goes on, and return the step from which it does."""
    writer, point = RunWriter.reopen(run)
    assert point is not None
    for step in range(point.step + 1, 100):
        writer.log(step, step, {"train_accuracy": 1, "test_accuracy": 1})
    writer.finish("finished")
    assert Catalogue(run.parent).refresh()[0] is not None
    return point.step
