"""Probes on their way to disk: they wait in memory, and leave it in batches that never change."""

import contextlib
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.store.files.publish import publish, sync
from grokscope.store.hdf5.groups import new_file, write_attrs
from grokscope.store.probes.form import Probe, create_probe, probe_name, probe_of
from grokscope.store.probes.merging import join_batches
from grokscope.store.probes.reading import batch_number, batches, open_probes
from grokscope.store.schema import CONVENTIONS, PROBES, SCHEMA_VERSION

MOST_BYTES = 32 << 20
"""Bytes of values from which a batch is full: what waits in memory."""
MOST_SECONDS = 5.0
"""Age at which values are written though the batch is small."""
MOST_FILES = 32
"""Small batches after which they become one."""

Waiting = tuple[int, float, NDArray[Any]]


class Probes:
    """The probes of a live run; values not yet on disk wait in memory."""

    def __init__(self, run: Path, settled: int = -1) -> None:
        self.directory = run / PROBES
        self._forms: dict[str, Probe] = {}
        self._last: dict[str, int] = {}
        self._waiting: dict[str, list[Waiting]] = {}
        self._bytes, self._since = 0, 0.0
        self.settled = settled
        """Step of the resume point, up to which none may wait; -1 where there is none."""
        self._lost = False
        for name, stored in open_probes(run).items():
            self._forms[name], self._last[name] = stored.probe, int(stored.step[-1])

    @property
    def due(self) -> bool:
        """Whether waiting values should be written now."""
        if not self._waiting:
            return False
        old = time.monotonic() - self._since >= MOST_SECONDS
        return self._lost or old or self._bytes >= MOST_BYTES

    def add(
        self,
        name: str,
        step: int,
        epoch: float,
        values: NDArray[Any],
        dims: Sequence[str] | None = None,
        coords: Mapping[str, Any] | None = None,
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        """Take the values of a probe at a step, a copy of them.

        Parameters
        ----------
        dims, coords, attrs : optional
            As for `probe_of`; after the first call they may be left out.

        Raises
        ------
        ValueError
            If they cannot be stored, or are not like the first ones, or the step does not follow.
        """
        form = self._form(name, values, dims, coords, attrs)
        if not 0 <= step < 1 << 63 or not math.isfinite(epoch):
            raise ValueError(f"probe {name!r} at step {step!r:.40}, epoch {epoch!r:.40}")
        if step <= self._last.get(form.name, -1):
            last = self._last[form.name]
            raise ValueError(f"probe {name!r} at step {step} after one at step {last}")
        kept: NDArray[Any] = np.array(values, form.dtype)
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.setdefault(form.name, []).append((int(step), float(epoch), kept))
        self._forms[form.name], self._last[form.name] = form, int(step)
        self._bytes += kept.nbytes
        # a loop that goes on behind the resume point never takes it again
        self._lost |= step <= self.settled

    def flush(self) -> None:
        """Write what waits as one batch.

        Raises
        ------
        OSError
            If the disk does not take it; all of it waits on.
        """
        if not self._waiting:
            return
        if not self.directory.is_dir():
            self.directory.mkdir()
            sync(self.directory.parent)
        present = batches(self.directory)
        number = batch_number(present[-1]) + 1 if present else 0
        publish(self.directory / f"pb-{number:08d}.h5", self._write)
        self._waiting, self._bytes, self._lost = {}, 0, False
        if len(present) + 1 >= MOST_FILES:
            # what is not joined now is joined at the next batch, or when the run ends
            with contextlib.suppress(OSError):
                join_batches(self.directory.parent, MOST_FILES, MOST_BYTES)

    def _form(
        self,
        name: str,
        values: NDArray[Any],
        dims: Sequence[str] | None,
        coords: Mapping[str, Any] | None,
        attrs: Mapping[str, Any] | None,
    ) -> Probe:
        known = self._forms.get(probe_name(name))
        if known is None:
            return probe_of(name, values, dims, coords, attrs)
        refusal = ValueError(
            f"probe {name!r} of {values.dtype}, shape {values.shape}, where the first one was of"
            f" {known.dtype}, axes {dict(zip(known.dims, known.shape, strict=True))}"
        )
        if values.shape != known.shape:
            raise refusal
        given_dims = known.dims if dims is None else dims
        given_labels = known.labels if coords is None else coords
        given = probe_of(name, values, given_dims, given_labels, known.attrs)
        if not np.can_cast(given.dtype, known.dtype, "same_kind"):
            raise refusal
        if not known.agrees(replace(given, dtype=known.dtype)):
            raise ValueError(f"probe {name!r}: axes or labels other than those of the first one")
        return known

    def _write(self, temporary: Path) -> None:
        with new_file(temporary) as file:
            write_attrs(file, {"Conventions": CONVENTIONS, "schema_version": SCHEMA_VERSION})
            for name, rows in self._waiting.items():
                steps, epochs, values = zip(*rows, strict=True)
                create_probe(file, self._forms[name], steps, epochs, [np.stack(values)])
