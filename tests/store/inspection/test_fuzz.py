"""Thousands of damaged runs: each reads or is refused in one line; nothing crashes or hangs."""

import time

import numpy as np
import pytest

from grokscope.errors import GrokscopeError
from grokscope.events import Moment, Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.curves.follower import Follower
from grokscope.store.curves.reader import read_analyses, read_attrs, read_config, read_metrics
from grokscope.store.files import verdicts
from grokscope.store.keeping.annotations import read_annotations
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.lock import read_lock
from grokscope.store.probes.reading import open_probes
from grokscope.store.query.finding import find_run
from grokscope.store.schema import Group, Variable
from grokscope.store.writing.writer import RunWriter
from grokscope.tui.curves.book import Reader
from tests.store.conftest import CONFIG, row, train

SAMPLE = 25
MANY = 2400
SECONDS = 6.0
"""Processor time that reading one damaged run may take; looks have limits of their own."""
LAYOUT = Layout((ParameterSpec("w", ("input", "hidden"), (5, 4)), ParameterSpec("b", ("o",), (4,))))


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Return a finished run and one whose writer died, with all files that a run can have."""
    store = tmp_path_factory.mktemp("fuzz") / "store"
    store.mkdir()
    for name in ("finished", "live"):
        writer = RunWriter.create(
            store, name, config=CONFIG, yardstick=Yardstick(0.01, 1000), layout=LAYOUT
        )
        train(writer, 0, 80)
        for step in range(0, 80, 4):
            writer.probes.add("heads", step, step, np.full((3, 4), step, np.float32))
        writer.save_resume({"theta": row(80), "moments": row(81).astype("f8")}, {"step": 79})
        speed = Variable(("step",), np.arange(80.0), {"long_name": "speed", "units": "1"})
        labels = Variable(("step",), np.arange(80), {"units": "1"})
        group = Group({"step": labels, "speed": speed})
        write_analysis(store / name, "fisher_speed", group, {"speed_min": Moment(3, 3.0)})
        if name == "finished":
            writer.finish("finished")
        else:
            writer._log.close()
    (store / "live" / "annotations.json").write_text('{"tags": ["a"], "note": "b"}')
    return store


FILES = (
    "finished/run.h5",
    "finished/trajectory.h5",
    "finished/resume.h5",
    "finished/probes.h5",
    "finished/summary.json",
    "live/run.h5",
    "live/live/metrics.wal",
    "live/summary.json",
    "live/lock.json",
    "live/annotations.json",
    "live/analysis/fisher_speed.h5",
    "live/segments/*.h5",
    "live/probes/*.h5",
    "live/resume.h5",
)
HEAVY = ("run.h5", "trajectory.h5", "resume.h5", "probes.h5", ".wal", "summary.json")
"""What is damaged more often than other files."""


def damaged(data, rng):
    """Return bytes with one to a few things wrong with them."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        near = min(len(data), 4096 if rng.random() < 0.6 else len(data))
        if near < 2:
            break
        at = int(rng.integers(near))
        kind = rng.integers(6)
        if kind == 0:
            data[at] ^= 1 << rng.integers(8)
        elif kind == 1:
            data[at : at + 4] = rng.bytes(4)
        elif kind == 2:
            data[at : at + 8] = rng.choice([b"\xff" * 8, bytes(8), b"\x7f" + b"\xff" * 7])
        elif kind == 3 and rng.random() < 0.3:
            del data[at:]
        elif kind == 4:
            size, source = int(rng.integers(1, 512)), int(rng.integers(len(data)))
            data[at : at + size] = data[source : source + size]
        else:
            size = int(rng.integers(1, 64))
            data[at:at] = rng.bytes(size)
    return bytes(data)


def parts(store, name):
    """Return all ways to read a run."""
    run = store / name
    return [
        lambda: Catalogue(store).refresh(),
        lambda: find_run(store, name).as_json(),
        lambda: find_run(store, "@last"),
        lambda: read_lock(run),
        lambda: read_annotations(run),
        lambda: read_metrics(run),
        lambda: read_attrs(run),
        lambda: read_config(run),
        lambda: [analysis.moments for analysis in read_analyses(run).values()],
        lambda: open_trajectory(run).rows(),
        lambda: load_resume(run),
        lambda: [stored.read() for stored in open_probes(run).values()],
        lambda: Follower(run).refresh(),
        lambda: Reader(run).read(()),
        lambda: open_run(run).load(),
    ]


def read_everything(store, name):
    """Read a run in all ways; return how many were refused."""
    refusals = 0
    for part in parts(store, name):
        try:
            part()
        except GrokscopeError as error:
            refusals += 1
            told = str(error)
            assert told.isprintable(), repr(told)
            assert len(told) < 1000
    return refusals


def put(target, data):
    """Put another file in the place of one, as its user copies it."""
    target.unlink()
    target.write_bytes(data)


def fuzz(store, seed):
    """Damage one file of a run and read the run; return how many reads were refused."""
    rng = np.random.default_rng(seed)
    heavy = [name for name in FILES if name.endswith(HEAVY)]
    wanted = rng.choice(heavy if rng.random() < 0.8 else list(FILES))
    target = next(store.glob(wanted))
    whole = target.read_bytes()
    put(target, damaged(whole, rng))
    began = time.process_time()
    refusals = read_everything(store, wanted.partition("/")[0])
    assert time.process_time() - began < SECONDS, wanted
    put(target, whole)
    verdicts.own(target, target.stat())
    return refusals


@pytest.fixture
def _still(monkeypatch):
    """Let every file count as one that stands still: a look for each, not for each reading."""
    monkeypatch.setattr(verdicts, "SETTLED", -1e9)


pytestmark = pytest.mark.usefixtures("_still")


def test_the_sound_runs_read_whole(sound):
    assert read_everything(sound, "finished") == 0
    assert read_everything(sound, "live") == 0


def test_a_sample_of_damaged_runs_reads_or_is_refused(sound):
    assert sum(fuzz(sound, seed) > 0 for seed in range(100, 100 + SAMPLE)) > SAMPLE // 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_damaged_runs_read_or_are_refused(sound, part):
    seeds = range(1000 + part, 1000 + MANY, 8)
    refused = sum(fuzz(sound, seed) > 0 for seed in seeds)
    assert refused > len(seeds) // 10
