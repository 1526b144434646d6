"""Multilayer perceptron on learned embeddings of its tokens.

What an experiment needs to know of it is numpy; torch is imported when it computes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig
from grokscope.kinds import Features, Model, Signature, Tokens
from grokscope.layout import Layout, ParameterSpec
from grokscope.models.mlp import MLP, Activation

if TYPE_CHECKING:
    from torch import Tensor, nn

Combined = Literal["sum", "concatenated"]


@dataclass(frozen=True, kw_only=True)
class EmbeddedMLP(Model):
    """One vector for each symbol, whatever its place, and dense layers on those of an input.

    The vectors of an input are added, so that the network knows no order, or laid side by side.
    They are drawn standard normal; the layers are those of `mlp`, drawn as there.
    """

    name: ClassVar[str] = "embedded_mlp"
    summary: ClassVar[str] = "an embedding shared by all positions, then dense layers"
    source: ClassVar[str] = "arXiv:2205.10343, toy model"

    d_embed: int = 128
    """Width of the embedding, at least 1."""
    combined: Combined = "sum"
    """How an input's vectors enter the layers: their sum, or concatenated."""
    hidden: tuple[int, ...] = (128,)
    """Widths of the hidden layers, first to last; each at least 1."""
    activation: Activation = "relu"
    """Function between layers: relu, tanh, quadratic (the square), gelu or silu."""
    bias: bool = True
    """Whether layers add a bias."""

    def __post_init__(self) -> None:
        if self.d_embed < 1:
            raise BadConfig(f"{self.name}: d_embed must be at least 1, got {self.d_embed}")
        if self.combined not in get_args(Combined):
            known = ", ".join(get_args(Combined))
            raise BadConfig(f"{self.name}: combined must be one of {known}, got {self.combined!r}")
        self.dense.__post_init__()

    @property
    def dense(self) -> MLP:
        """The layers behind the embedding."""
        return MLP(
            hidden=self.hidden,
            activation=self.activation,
            bias=self.bias,
            init_scale=self.init_scale,
        )

    def entering(self, signature: Signature) -> Signature:
        """Return what the layers behind the embedding map.

        Raises
        ------
        BadConfig
            If the task's inputs are no tokens.
        """
        if not isinstance(signature.inputs, Tokens):
            raise BadConfig(f"{self.name}: reads tokens, the task gives features; accepted: mlp")
        vectors = 1 if self.combined == "sum" else signature.inputs.positions
        return Signature(Features((vectors * self.d_embed,)), signature.n_classes)

    def layout(self, signature: Signature) -> Layout:
        """Return the embedding, (symbol, d_embed), then the layers of `mlp`."""
        dense = self.dense.layout(self.entering(signature))
        assert isinstance(signature.inputs, Tokens)
        shape = (signature.inputs.vocabulary, self.d_embed)
        embedding = ParameterSpec("embed.weight", ("symbol", "d_embed"), shape)
        return Layout((embedding, *dense.parameters))

    def draw(self, signature: Signature, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return a normal embedding, then layers as `mlp` draws them, float32 (parameter,)."""
        shape = self.layout(signature).parameters[0].shape
        embedding = rng.standard_normal(shape).astype(np.float32).ravel()
        return np.concatenate([embedding, self.dense.draw(self.entering(signature), rng)])

    def forward(self, parameters: Mapping[str, "Tensor"], inputs: "Tensor") -> "Tensor":
        """Return logits, (run, example, class); see `Model.forward`."""
        from grokscope.models.embedding import embedded, filled

        first, summed = self.dense.layers[0], self.combined == "sum"
        x = embedded(parameters["embed.weight"], inputs, summed)
        x, weight = filled(x, parameters[f"{first}.weight"])
        return self.dense.forward({**parameters, f"{first}.weight": weight}, x)

    def module(self, signature: Signature) -> "nn.Module":
        """Return the plain module: look up, combine, then linear layers."""
        from grokscope.models.embedding import EmbeddedModule

        embedding = self.layout(signature).parameters[0].shape
        dense = self.dense.module(self.entering(signature))
        return EmbeddedModule(embedding, self.combined == "sum", dense)
