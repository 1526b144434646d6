"""Path: one way of taking the gradients of several runs of a model."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from grokscope.kinds import Model, Signature
from grokscope.train.losses import Loss

Views = Mapping[str, Tensor]


class Path(ABC):
    """A way of taking gradients, with the buffers it works in.

    On the CPU, with one thread, what it gives for a run does not depend on the runs beside it,
    to the last bit.
    """

    name: ClassVar[str]

    def __init__(self, model: Model, signature: Signature, loss: Loss) -> None:
        self.model = model
        self.signature = signature
        self.loss = loss
        self._buffers: dict[tuple[str, tuple[int, ...]], Tensor] = {}

    @classmethod
    @abstractmethod
    def fits(cls, model: Model, device: torch.device) -> bool:
        """Return whether it can serve a model on a device, and is the quicker way there."""

    def prepare(self, inputs: Tensor, labels: Tensor) -> Any:
        """Return a batch in the form that `gradient` reads quickest; kept while orders are fixed.

        Parameters
        ----------
        inputs : Tensor, (run, example, ...)
        labels : Tensor of int64, (run, example)
        """
        return inputs, labels

    @abstractmethod
    def gradient(self, parameters: Views, gradients: Views, batch: Any) -> None:
        """Write the gradient of each run's mean loss over a batch into `gradients`.

        Parameters
        ----------
        parameters, gradients : dict of Tensor, each (run, *shape)
            By the names of the model's layout; gradients are overwritten.
        batch : as `prepare` returns it
        """

    @torch.no_grad()
    def logits(self, parameters: Views, batch: Any) -> Tensor:
        """Return logits of a batch, (run, example, class); beyond the classes they are absent."""
        inputs, _ = batch
        return self.model.forward(parameters, inputs)

    def buffer(
        self, name: str, shape: tuple[int, ...], like: Tensor, fill: float | None = None
    ) -> Tensor:
        """Return a buffer that is kept from step to step, filled when it is made."""
        key = (name, tuple(shape))
        if key not in self._buffers:
            made = torch.empty(shape, dtype=like.dtype, device=like.device)
            self._buffers[key] = made if fill is None else made.fill_(fill)
        return self._buffers[key]
