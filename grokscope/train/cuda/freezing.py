"""Freezing: runs that end early are kept as they stood, on the device, until the host sees it."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.train.early import EarlyEnd
from grokscope.train.ensemble import METRICS


class Freezer:
    """Decides early ends as `EarlyEnd` does, and holds the state of runs that came to theirs.

    Their rows train on, unread, until the ensemble goes on without them: a masked copy at an
    evaluation costs less than masking every update, and runs do not notice each other. The
    host decides again, late, from the same float64 numbers. A run that diverged needs nothing:
    what it does afterwards is not read.

    Parameters
    ----------
    early : sequence of EarlyEnd
        One per run.
    buffers : dict of Tensor, each (run, parameter)
        What a run's state is made of.
    epoch : int
        Where the runs stand.
    """

    def __init__(
        self, early: Sequence[EarlyEnd], buffers: Mapping[str, Tensor], epoch: int
    ) -> None:
        device = next(iter(buffers.values())).device
        told = [one.training for one in early]
        signs = [-1.0 if one.stop_metric.endswith("loss") else 1.0 for one in told]
        wanted = [
            float("inf") if one.stop_beyond is None else sign * one.stop_beyond
            for sign, one in zip(signs, told, strict=True)
        ]
        held = [-1 if one.since is None else one.since for one in early]

        def column(values: Sequence[float], dtype: torch.dtype = torch.int64) -> Tensor:
            return torch.tensor(values, dtype=dtype, device=device)

        self._metric = column([METRICS.index(one.stop_metric) for one in told])[:, None]
        self._sign = column(signs, torch.float64)
        self._wanted = column(wanted, torch.float64)
        self._hold = column([one.stop_hold for one in told])
        self._since = column(held)
        self._going = torch.ones(len(told), dtype=torch.bool, device=device)
        self._epoch = torch.full((1,), epoch, dtype=torch.int64, device=device)
        self._buffers = dict(buffers)
        self._frozen = {name: torch.zeros_like(buffer) for name, buffer in buffers.items()}

    def passed(self) -> None:
        """Count an epoch; work of the device alone."""
        self._epoch.add_(1)

    def look(self, scores: Tensor) -> None:
        """Take an evaluation, (run, metric), of the present epoch; work of the device alone."""
        value = scores.gather(1, self._metric)[:, 0] * self._sign
        holds = value >= self._wanted
        begins = holds & (self._since < 0)
        self._since.copy_(torch.where(begins, self._epoch, self._since))
        self._since.masked_fill_(~holds, -1)
        ends = holds & (self._epoch - self._since >= self._hold) & self._going
        self._going.logical_and_(~ends)
        for name, buffer in self._buffers.items():
            torch.where(ends[:, None], buffer, self._frozen[name], out=self._frozen[name])

    def state(self, run: int) -> dict[str, NDArray[np.float32]]:
        """Return copies of what a run's state was made of when it came to its early end."""
        return {name: rows[run].cpu().numpy().copy() for name, rows in self._frozen.items()}
