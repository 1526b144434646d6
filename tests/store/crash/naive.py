"""The design that was not chosen, as a control: one HDF5 file, held open, appended to, flushed."""

import os
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np

from tests.store.crash.disk import lay_out
from tests.store.crash.states import Crash

METRICS = ("train_loss", "test_loss")
ROWS, AT_ONCE, CHUNK = 18, 3, 4


class Unopened(Exception):
    """A file, or a variable in it, that xarray cannot read."""


class Naive:
    """Holds crashes of the control against the same promises, as far as it makes any."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def holds(self, crash: Crash) -> None:
        """Assert that both engines open the file, and that no acknowledged row is missing."""
        # what is traced needs none of it
        from tests.store.crash.judge import ENGINES, rows_in

        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()
        lay_out(crash.state, self.place)
        path = self.place / "store" / "naive" / "run.h5"
        if not crash.promise.begun:
            return
        for engine in ENGINES:
            try:
                rows = rows_in(path, engine)
            except Exception as error:
                raise Unopened(f"{engine}: {error}") from error
            assert rows > crash.rows, f"rows up to {crash.rows} were acknowledged; {rows} are there"


def main(root: Path) -> None:
    """Append rows and flush, again and again."""
    run = root / "store" / "naive"
    run.mkdir(parents=True)
    marks = os.open(root / "marks", os.O_WRONLY | os.O_CREAT)
    with h5py.File(run / "run.h5", "w", libver=("earliest", "v110")) as file:
        group = file.create_group("metrics")
        growing = {"maxshape": (None,), "chunks": (CHUNK,)}
        step = group.create_dataset("step", (0,), "i8", **growing)
        step.make_scale("step")
        curves = [group.create_dataset(name, (0,), "f8", **growing) for name in METRICS]
        for curve in curves:
            curve.dims[0].attach_scale(step)
        file.flush()
        for start in range(0, ROWS, AT_ONCE):
            for dataset in (step, *curves):
                dataset.resize((start + AT_ONCE,))
                dataset[start:] = np.arange(start, start + AT_ONCE)
            file.flush()
            os.write(marks, f"acked {start + AT_ONCE - 1}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
