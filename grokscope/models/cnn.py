"""Convolutional network: convolutions that keep the size, each halved by pooling, then dense."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig
from grokscope.kinds import Features, Model, Signature
from grokscope.layout import Layout, ParameterSpec

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class CNN(Model):
    """Convolution, ReLU and 2x2 maximum pooling, as often as there are channels; then dense layers.

    Convolutions pad with zeros, not across the edges. Weights and biases are drawn uniformly
    within 1 / √(inputs of a unit), as torch does by default. On 16 x 16 lattices it has the 6,798
    parameters of the source.
    """

    name: ClassVar[str] = "cnn"
    summary: ClassVar[str] = "convolutions with pooling, then dense layers"
    source: ClassVar[str] = "arXiv:2502.01739, table 1"

    channels: tuple[int, ...] = (2, 4)
    """Channels of the convolutions, first to last; each at least 1."""
    kernel: int = 3
    """Side of a convolution's window, odd."""
    hidden: tuple[int, ...] = (100,)
    """Widths of the dense hidden layers, first to last; each at least 1."""

    def __post_init__(self) -> None:
        widths = {"channels": self.channels, "hidden": self.hidden}
        for key, counts in widths.items():
            if not all(isinstance(count, int) and count >= 1 for count in counts):
                raise BadConfig(f"cnn: {key} must be at least 1 each, got {list(counts)}")
        if not self.channels:
            raise BadConfig("cnn: channels must name one convolution at least; mlp has none")
        if self.kernel < 1 or not self.kernel % 2:
            raise BadConfig(f"cnn: kernel must be odd, got {self.kernel}")
        if not 0 < self.init_scale < 1e30:
            raise BadConfig(f"cnn: init_scale must lie in (0, 1e30), got {self.init_scale}")

    @property
    def convolutions(self) -> tuple[str, ...]:
        """Names of the convolutions, input side first."""
        return tuple(f"conv{i + 1}" for i in range(len(self.channels)))

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the dense layers, input side first."""
        return (*(f"hidden{i + 1}" for i in range(len(self.hidden))), "output")

    def layout(self, signature: Signature) -> Layout:
        """Return weight and bias of each layer in turn.

        Weights are (out, in, row, column) for convolutions and (in, out) for dense layers.

        Raises
        ------
        BadConfig
            If the inputs are no planes, or too small to be halved as often.
        """
        planes, rows, columns = self._planes(signature)
        specs, before, axis = [], planes, "plane"
        for name, count in zip(self.convolutions, self.channels, strict=True):
            shape, axes = (count, before, self.kernel, self.kernel), (name, axis, "row", "column")
            specs += [
                ParameterSpec(f"{name}.weight", axes, shape),
                ParameterSpec(f"{name}.bias", (name,), (count,)),
            ]
            before, axis, rows, columns = count, name, rows // 2, columns // 2
        widths = (before * rows * columns, *self.hidden, signature.n_classes)
        dims = ("pooled", *self.layers)
        for i, name in enumerate(self.layers):
            specs += [
                ParameterSpec(f"{name}.weight", dims[i : i + 2], widths[i : i + 2]),
                ParameterSpec(f"{name}.bias", (name,), widths[i + 1 : i + 2]),
            ]
        return Layout(tuple(specs))

    def pooled(self, signature: Signature) -> int:
        """Return how many numbers the last pooling gives."""
        first = f"{self.layers[0]}.weight"
        shapes = {spec.name: spec.shape for spec in self.layout(signature).parameters}
        return shapes[first][0]

    def draw(self, signature: Signature, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return weights and biases uniform within 1 / √fan-in, float32 (parameter,)."""
        layout = self.layout(signature)
        tensors, bound = {}, 1.0
        for spec in layout.parameters:
            if spec.name.endswith(".weight"):
                fan_in = spec.shape[0] if len(spec.shape) == 2 else spec.size // spec.shape[0]
                bound = fan_in**-0.5
            tensors[spec.name] = rng.uniform(-bound, bound, spec.shape)
        return layout.pack(tensors).astype(np.float32)

    def forward(self, parameters: Mapping[str, "Tensor"], inputs: "Tensor") -> "Tensor":
        """Return logits, (run, example, class); see `Model.forward`.

        With one intra-op thread on the CPU, a run's logits and gradients do not depend on how
        many other runs are computed with it, to the last bit.
        """
        return self.preactivations(parameters, inputs)[-1]

    def preactivations(
        self, parameters: Mapping[str, "Tensor"], inputs: "Tensor"
    ) -> "list[Tensor]":
        """Return what each layer gives before its activation and pooling, the logits last.

        Returns
        -------
        list of Tensor
            (run, example, channel, row, column) of each convolution, then (run, example, width).
        """
        from grokscope.models.convolution import pool_convolutions
        from grokscope.models.dense import ACTIVATIONS, preactivations

        found, pooled = pool_convolutions(self.convolutions, parameters, inputs)
        dense = preactivations(self.layers, ACTIVATIONS["relu"], True, parameters, pooled)
        return [*found, *dense]

    def module(self, signature: Signature) -> "nn.Module":
        """Return the plain module."""
        from grokscope.models.convolution import ConvolutionalModule

        return ConvolutionalModule(self.convolutions, self.layers, self.layout(signature))

    def _planes(self, signature: Signature) -> tuple[int, int, int]:
        found = signature.inputs
        if not isinstance(found, Features) or len(found.shape) != 3:
            raise BadConfig("cnn: inputs must be planes (channel, row, column); mlp takes others")
        least = 2 ** len(self.channels)
        if min(found.shape[1:]) < least:
            raise BadConfig(
                f"cnn: planes of {found.shape[1]} x {found.shape[2]} cannot be halved "
                f"{len(self.channels)} times; sides must be at least {least}, or channels fewer"
            )
        return found.shape[0], found.shape[1], found.shape[2]
