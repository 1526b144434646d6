"""Multilayer perceptron: dense layers with one activation between them.

What an experiment needs to know of it is numpy; torch is imported when it computes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig
from grokscope.kinds import Model, Signature
from grokscope.layout import Layout, ParameterSpec

if TYPE_CHECKING:
    from torch import Tensor, nn

Activation = Literal["relu", "tanh", "quadratic", "gelu", "silu"]


@dataclass(frozen=True, kw_only=True)
class MLP(Model):
    """Dense layers of the given widths, then one more onto the classes.

    Tokens enter as one one-hot block per position, laid side by side (for a pair of summands the
    two-hot vector of arXiv:2502.01739); features enter flattened. Weights are drawn
    Xavier-normal with gain 1, biases are zero.
    """

    name: ClassVar[str] = "mlp"
    summary: ClassVar[str] = "dense layers with one activation between them"
    source: ClassVar[str] = "arXiv:2502.01739, table 1"

    hidden: tuple[int, ...] = (512,)
    """Widths of the hidden layers, first to last; each at least 1."""
    activation: Activation = "relu"
    """Function between layers: relu, tanh, quadratic (the square), gelu or silu."""
    bias: bool = True
    """Whether layers add a bias."""

    def __post_init__(self) -> None:
        if not all(isinstance(width, int) and width >= 1 for width in self.hidden):
            raise BadConfig(f"mlp: hidden must be widths of at least 1, got {list(self.hidden)}")
        if self.activation not in get_args(Activation):
            known = ", ".join(get_args(Activation))
            raise BadConfig(f"mlp: activation must be one of {known}, got {self.activation!r}")
        if not 0 < self.init_scale < 1e30:
            raise BadConfig(f"mlp: init_scale must lie in (0, 1e30), got {self.init_scale}")

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the dense layers, input side first."""
        return (*(f"hidden{i + 1}" for i in range(len(self.hidden))), "output")

    def layout(self, signature: Signature) -> Layout:
        """Return weight (in, out) and bias (out,) of each layer in turn."""
        widths = (signature.width, *self.hidden, signature.n_classes)
        axes = ("input", *self.layers)
        specs = []
        for i, layer in enumerate(self.layers):
            specs.append(ParameterSpec(f"{layer}.weight", axes[i : i + 2], widths[i : i + 2]))
            if self.bias:
                specs.append(ParameterSpec(f"{layer}.bias", (layer,), widths[i + 1 : i + 2]))
        return Layout(tuple(specs))

    def draw(self, signature: Signature, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return Xavier-normal weights and zero biases, float32 (parameter,)."""
        layout = self.layout(signature)
        tensors: dict[str, NDArray[Any]] = {}
        for spec in layout.parameters:
            if spec.name.endswith(".bias"):
                tensors[spec.name] = np.zeros(spec.shape)
            else:
                std = np.sqrt(2 / sum(spec.shape))
                tensors[spec.name] = std * rng.standard_normal(spec.shape)
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
        """Return what each dense layer gives before its activation, the logits last.

        Returns
        -------
        list of Tensor, each (run, example, width of the layer)
        """
        from grokscope.models.dense import preactivations

        return preactivations(self.layers, self.activate, self.bias, parameters, inputs)

    def activate(self, preactivation: "Tensor") -> "Tensor":
        """Return the activation of each element."""
        from grokscope.models.dense import ACTIVATIONS

        return ACTIVATIONS[self.activation](preactivation)

    def module(self, signature: Signature) -> "nn.Module":
        """Return the plain module: encode, then linear layers with activations between."""
        from grokscope.models.dense import DenseModule

        widths = (signature.width, *self.hidden, signature.n_classes)
        return DenseModule(self.layers, widths, self.activate, self.bias)
