"""What must hold after a crash, whatever the moment it came at."""

import hashlib
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr

from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import Metrics, read_analyses, read_metrics
from grokscope.store.files.verdicts import VERDICTS, identity
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.probes.reading import open_probes
from grokscope.store.writing.writer import RunWriter
from grokscope.train.plan import plan_resume
from grokscope.train.session import train
from tests.store.crash.disk import digest, lay_out
from tests.store.crash.hurried import PROBE, probed
from tests.store.crash.states import Crash

ENGINES = ("h5netcdf", "netcdf4")


class Judge:
    """Holds crashes against the session that went on undisturbed.

    What looks at the same bytes as before is not done again: most states differ from the last one
    in a temporary file alone, which nobody reads.

    Parameters
    ----------
    whole : Path
        The run of that session.
    place : Path
        Where states are laid out, one at a time.
    """

    def __init__(self, whole: Path, place: Path) -> None:
        self.name = whole.name
        self.place = place
        self.metrics = read_metrics(whole)
        trajectory = open_trajectory(whole)
        self.digests = dict(zip(trajectory.checkpoints, trajectory.digests, strict=True))
        probes = open_probes(whole).get(PROBE)
        self.probed = probes.step.tolist() if probes else []
        self._opened: dict[bytes, int] = {}
        self._held: set[tuple[object, ...]] = set()

    def lay_out(self, crash: Crash, wary: bool = True) -> Path:
        """Return a real store in the state of a crash.

        Parameters
        ----------
        wary : bool
            Treat its files as a stranger's, which takes time.
        """
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()
        lay_out(crash.state, self.place)
        if not wary:
            for path in self.place.rglob("*.h5"):
                VERDICTS._passed.add(identity(path.stat()))
        return self.place / "store"

    def holds(self, crash: Crash, onward: bool = False) -> None:
        """Assert that readers see all there should be, and that the run can go on.

        Parameters
        ----------
        onward : bool
            Train it to its end as well.
        """
        if not self.shows(crash, wary=onward):
            return
        if onward:
            self.ends_the_same(self.place / "store")
        elif self.first(crash, "", crash.promise.saved):
            self.resumes(self.place / "store" / self.name, crash)

    def shows(self, crash: Crash, wary: bool = False) -> bool:
        """Assert that readers see all there should be; return whether that is a run."""
        store = self.lay_out(crash, wary)
        there = (store / self.name).exists()
        if there:
            self.reads(store / self.name, crash)
            self.lists(store, crash)
        else:
            assert not crash.promise.begun, "the run is gone"
            assert Catalogue(store).refresh() == []
        return there

    def first(self, crash: Crash, files: str, *rest: object) -> bool:
        """Return whether files whose paths match a pattern were not held to this before."""
        some = {
            path: content
            for path, content in crash.state.items()
            if re.search(files, path) and not path.endswith(".tmp")
        }
        swept = any(path.endswith(".tmp") for path in crash.state)
        key = (files, digest(some), swept, *rest)
        known = key in self._held
        self._held.add(key)
        return not known

    def reads(self, run: Path, crash: Crash) -> None:
        """Assert that both engines open the file, and that no acknowledged row is missing."""
        promise = crash.promise
        published = self.engines_open(run)
        if self.first(crash, r"run\.h5|live/", crash.rows):
            metrics = read_metrics(run)
            assert metrics.step.size >= published
            self.is_a_beginning(metrics, crash.rows)
        if self.first(crash, r"trajectory\.h5|segments/", promise.saved):
            self.checkpoints_are_a_beginning(run, promise.saved)
        if self.first(crash, "probes", promise.saved):
            self.probes_are_a_beginning(run, promise.saved)
        if self.first(crash, r"run\.h5|analysis/", promise.analysed):
            assert set(promise.analysed) <= read_analyses(run).keys()

    def engines_open(self, run: Path) -> int:
        """Open `run.h5` as a stranger would; return its rows. The same bytes are opened once."""
        told = hashlib.sha256((run / "run.h5").read_bytes()).digest()
        if told not in self._opened:
            found = {engine: rows_in(run / "run.h5", engine) for engine in ENGINES}
            assert len(set(found.values())) == 1, found
            tree = open_run(run)
            self.is_a_beginning(read_metrics(run), tree["metrics"].sizes["step"] - 1, "rows")
            self._opened[told] = found["netcdf4"]
        return self._opened[told]

    def is_a_beginning(self, metrics: Metrics, least: int, unit: str = "step") -> None:
        """Assert that rows are the first ones of the whole session, up to `least` and beyond."""
        count = metrics.step.size
        np.testing.assert_array_equal(metrics.step, self.metrics.step[:count])
        newest = (int(metrics.step[-1]) if count else -1) if unit == "step" else count - 1
        assert newest >= least, f"rows up to {least} were acknowledged, {newest} is the newest"
        for name, curve in metrics.curves.items():
            whole = self.metrics.curves[name].values[:count]
            np.testing.assert_array_equal(curve.values, whole)

    def checkpoints_are_a_beginning(self, run: Path, least: int) -> None:
        """Assert that checkpoints are the first ones of the whole session."""
        if least < 0 and not any((run / "segments").glob("ck-*.h5")):
            return
        trajectory = open_trajectory(run)
        steps = list(self.digests)[: len(trajectory)]
        assert trajectory.checkpoints.tolist() == steps
        assert trajectory.digests.tolist() == [self.digests[step] for step in steps]
        assert steps[-1] >= least

    def probes_are_a_beginning(self, run: Path, least: int) -> None:
        """Assert that all up to a resume point is there, and each value that of its step."""
        stored = open_probes(run).get(PROBE)
        steps = [] if stored is None else stored.step.tolist()
        assert steps == self.probed[: len(steps)]
        assert set(steps) >= {step for step in self.probed if step <= least}
        if stored is not None:
            np.testing.assert_array_equal(stored.read(), [probed(step) for step in steps])

    def lists(self, store: Path, crash: Crash) -> None:
        """Assert that a listing shows the run, and knows that nobody writes it any more."""
        catalogue = Catalogue(store)
        (found,) = catalogue.refresh()
        assert catalogue.broken == {}
        assert found.status in {"dead", "interrupted", "finished"}
        if crash.promise.ended:
            assert found.status == crash.promise.ended

    def resumes(self, run: Path, crash: Crash) -> None:
        """Assert that the run can be taken up, at its newest resume point or after."""
        writer, point = RunWriter.reopen(run, patience=0.0)
        step = -1 if point is None else point.step
        assert step >= crash.promise.saved
        assert not list(run.rglob(".*.tmp"))
        self.is_a_beginning(read_metrics(run), step)
        trajectory = open_trajectory(run) if point else None
        assert trajectory is None or trajectory.checkpoints[-1] <= step
        writer.finish("interrupted")
        assert read_metrics(run).step.tolist() == [s for s in self.metrics.step if s <= step]
        assert read_summary(run).status == "interrupted"

    def ends_the_same(self, store: Path) -> None:
        """Assert that the run, trained to its end, is what it would have been."""
        summary = read_summary(store / self.name)
        if summary.status != "finished":
            train([plan_resume(summary)], store, device="cpu", notify=lambda line: None)
        run = store / self.name
        assert read_summary(run).status == "finished"
        assert self.engines_open(run) == self.metrics.step.size
        self.is_a_beginning(read_metrics(run), int(self.metrics.step[-1]))
        trajectory = open_trajectory(run)
        found = dict(zip(trajectory.checkpoints, trajectory.digests, strict=True))
        assert found == self.digests


def rows_in(path: Path, engine: str) -> int:
    """Open a file with plain xarray and read all of it; return the number of its rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with xr.open_datatree(path, engine=engine, cache=False) as tree:
            tree.load()
            return int(tree["metrics"].sizes.get("step", 0))


def failures(
    crashes: list[Crash], check: Callable[[Crash], None], most: int = 10**6
) -> dict[str, str]:
    """Return what each crash that does not hold failed at."""
    found: dict[str, str] = {}
    for crash in crashes:
        try:
            check(crash)
        except Exception as error:
            line = str(error).strip().partition("\n")[0][:150]
            found[crash.after] = f"{type(error).__name__}: {line}"
            if len(found) >= most:
                break
    return found
