"""Convolution: gradients of convolutions, ReLU and pooling by hand, examples along the last axis.

A convolution is one product of its weight with the windows that its planes are seen through. The
windows are laid out by their place in the pool, so that pooling is the largest of four blocks,
and with examples last every copy moves long stretches.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from grokscope.kinds import Features, Model, Signature
from grokscope.models.cnn import CNN
from grokscope.models.mlp import MLP
from grokscope.train.gradients.dense import Batch, Dense
from grokscope.train.gradients.path import Path, Views
from grokscope.train.losses import Loss

aten = torch.ops.aten


@dataclass
class Planes:
    """Examples of several runs, padded, (run, plane, row, column, example), and their labels."""

    padded: Tensor
    labels: Tensor


@dataclass
class Stage:
    """What one convolution made of one run's planes."""

    windows: Tensor
    """See `_seen`."""
    z: Tensor
    """Before bias, pooling and ReLU, (channel, place in the pool, place of the pool)."""
    padded: Tensor
    """What pooling and ReLU give, with zeros around, (channel, row, column, example)."""


class Convolution(Path):
    """Gradients of a `CNN` on the CPU; its dense layers go the way of `Dense`."""

    name = "convolution"

    def __init__(self, model: Model, signature: Signature, loss: Loss) -> None:
        super().__init__(model, signature, loss)
        assert isinstance(model, CNN)
        self.cnn = model
        self.pad = model.kernel // 2
        shape = (model.pooled(signature),)
        tail = MLP(hidden=model.hidden, activation="relu", bias=True)
        self.dense = Dense(tail, replace(signature, inputs=Features(shape)), loss)

    @classmethod
    def fits(cls, model: Model, device: torch.device) -> bool:
        """Return whether it is a `CNN` on the CPU whose dense layers are not too narrow."""
        if not isinstance(model, CNN) or device.type != "cpu":
            return False
        return Dense.fits(MLP(hidden=model.hidden), device)

    def prepare(self, inputs: Tensor, labels: Tensor) -> Planes:
        """Return the batch padded, examples last; see `Path.prepare`."""
        runs, n, planes, rows, columns = inputs.shape
        p = self.pad
        padded = inputs.new_zeros(runs, planes, rows + 2 * p, columns + 2 * p, n)
        padded[:, :, p : p + rows, p : p + columns] = inputs.movedim(1, -1)
        return Planes(padded, labels)

    @torch.no_grad()
    def gradient(self, parameters: Views, gradients: Views, batch: Planes) -> None:
        """Write the gradient of each run's mean loss; see `Path.gradient`."""
        each = [self._ascend(parameters, padded, run) for run, padded in enumerate(batch.padded)]
        features = self._features(each)
        delta = self.dense.descend(parameters, gradients, Batch(features, batch.labels))
        weight = parameters[f"{self.dense.mlp.layers[0]}.weight"]
        # classes that were filled up have no weight
        delta = delta[..., : weight.shape[2]]
        slope = torch.bmm(delta, weight.mT, out=self.buffer("slope", features.shape, features))
        for run, stages in enumerate(each):
            last = slope[run].T.view(self._last(stages).shape)
            self._descend(parameters, gradients, stages, last, run)

    @torch.no_grad()
    def logits(self, parameters: Views, batch: Planes) -> Tensor:
        """Return logits of a batch; see `Path.logits`."""
        each = [self._ascend(parameters, padded, run) for run, padded in enumerate(batch.padded)]
        return self.dense.logits(parameters, Batch(self._features(each), batch.labels))

    def _ascend(self, parameters: Views, padded: Tensor, run: int) -> list[Stage]:
        """Return what one run's convolutions make of its planes."""
        stages = []
        for name in self.cnn.convolutions:
            # a copy lies alike for every run, and with it the bits of products as narrow as these
            kernel = parameters[f"{name}.weight"][run].flatten(1).clone()
            bias = parameters[f"{name}.bias"][run]
            seen = _seen(padded, self.cnn.kernel)
            windows = self.buffer(f"{name} windows {run}", seen.shape, padded).copy_(seen)
            *_, rows, columns, n = seen.shape
            shape = (len(kernel), 4, rows * columns * n)
            z = self.buffer(f"{name} output {run}", shape, padded)
            torch.mm(kernel, _flat(windows), out=z.flatten(1))
            top = _largest(z).view(-1, rows, columns, n).add_(bias[:, None, None, None])
            around = (len(kernel), rows + 2 * self.pad, columns + 2 * self.pad, n)
            padded = self.buffer(f"{name} pooled {run}", around, top, 0.0)
            torch.clamp_min(top, 0, out=_inner(padded, self.pad))
            stages.append(Stage(windows, z, padded))
        return stages

    def _last(self, stages: list[Stage]) -> Tensor:
        """Return what the last pooling gives, (channel, row, column, example)."""
        return _inner(stages[-1].padded, self.pad)

    def _features(self, each: list[list[Stage]]) -> Tensor:
        """Return what enters the dense layers, (run, example, feature)."""
        last = [self._last(stages) for stages in each]
        n = last[0].shape[-1]
        shape = (len(last), n, last[0].numel() // n)
        features = self.buffer("features", shape, last[0])
        for run, pooled in enumerate(last):
            features[run] = pooled.reshape(-1, n).T
        return features

    def _descend(
        self, parameters: Views, gradients: Views, stages: list[Stage], slope: Tensor, run: int
    ) -> None:
        """Write one run's gradients of the convolutions, from the slope at what they gave."""
        for number, name in reversed([*enumerate(self.cnn.convolutions)]):
            stage, into = stages[number], gradients[f"{name}.weight"][run]
            slope = aten.threshold_backward(slope, _inner(stage.padded, self.pad), 0).flatten(1)
            torch.sum(slope, dim=1, out=gradients[f"{name}.bias"][run])
            delta = self.buffer(f"{name} slope", stage.z.shape, slope)
            delta = _to_largest(slope, stage.z, out=delta).flatten(1)
            into.copy_((delta @ _flat(stage.windows).T).view(into.shape))
            if number:
                back = self.buffer(f"{name} back", stage.windows.shape, slope)
                kernel = parameters[f"{name}.weight"][run].flatten(1).T.contiguous()
                torch.mm(kernel, delta, out=_flat(back))
                slope = self._fold(back, stages[number - 1].padded)

    def _fold(self, windows: Tensor, padded: Tensor) -> Tensor:
        """Return the sums of what all windows tell of each place that they see."""
        total = self.buffer("fold", padded.shape, padded).zero_()
        places = _seen(total, self.cnn.kernel)
        for i in range(self.cnn.kernel):
            for j in range(self.cnn.kernel):
                places[:, i, j] += windows[:, i, j]
        return _inner(total, self.pad)


def _seen(padded: Tensor, kernel: int) -> Tensor:
    """Return padded planes, (plane, row, column, example), as windows see them.

    Returns
    -------
    Tensor, (plane, row and column in the window, row and column in the pool, row and column of
    the pool, example)
        A view.
    """
    planes, rows, columns, n = padded.shape
    down, right = ((side - kernel + 1) // 2 for side in (rows, columns))
    a, b, c, d = padded.stride()
    shape = (planes, kernel, kernel, 2, 2, down, right, n)
    return padded.as_strided(shape, (a, b, c, b, c, 2 * b, 2 * c, d), padded.storage_offset())


def _flat(windows: Tensor) -> Tensor:
    """Return windows as a matrix: place in the window, place of the window."""
    return windows.flatten(0, 2).flatten(1)


def _inner(padded: Tensor, pad: int) -> Tensor:
    """Return planes without their padding."""
    rows, columns = padded.shape[1:3]
    return padded[:, pad : rows - pad, pad : columns - pad]


def _largest(z: Tensor) -> Tensor:
    """Return the largest of four blocks, (channel, 4, place) to (channel, place)."""
    first = torch.maximum(z[:, 0], z[:, 1])
    return torch.maximum(first, torch.maximum(z[:, 2], z[:, 3]), out=first)


def _to_largest(slope: Tensor, z: Tensor, out: Tensor) -> Tensor:
    """Write slopes at the largest of four blocks into `out`, zero at the others.

    Of equals the first counts, as torch has it.
    """
    upper, lower = torch.maximum(z[:, 0], z[:, 1]), torch.maximum(z[:, 2], z[:, 3])
    # comparing into numbers and multiplying takes a tenth of the time of choosing
    keep = torch.ge(upper, lower, out=upper)
    above = keep * slope
    for half, place in ((above, 0), (slope - above, 2)):
        torch.ge(z[:, place], z[:, place + 1], out=keep)
        torch.mul(half, keep, out=out[:, place])
        torch.sub(half, out[:, place], out=out[:, place + 1])
    return out
