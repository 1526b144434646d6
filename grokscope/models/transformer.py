"""Transformers that read a few symbols and answer at the last: one layer, or Power's decoder.

What an experiment needs to know of them is numpy; torch is imported when they compute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig
from grokscope.kinds import Model, Signature, Tokens
from grokscope.layout import Layout, ParameterSpec
from grokscope.models.mlp import Activation

if TYPE_CHECKING:
    from torch import Tensor, nn

Norm = Literal["none", "pre", "post"]
Positions = Literal["learned", "sinusoidal"]
Outputs = Literal["symbols", "tokens"]


@dataclass(frozen=True, kw_only=True)
class Transformer(Model):
    """The one-layer transformer of Nanda et al., and what else its keys make of it.

    It reads a task's tokens and a closing '=' with causal attention, scores divided by
    √d_head, and answers at the '='. Weights are normal with variance 1/d_model, those of the
    unembedding 1/outputs, biases zero. By default '=' is one of the answers, though never the
    right one: the authors' loss and accuracy count its logit (226,816 parameters at p = 113),
    their analysis drops it, and so does `Network.logits`.
    """

    name: ClassVar[str] = "transformer"
    summary: ClassVar[str] = "attention and an MLP over the tokens and '=', one layer"
    source: ClassVar[str] = "arXiv:2301.05217, section 3 and the authors' code"

    layers: int = 1
    """Number of layers, each attention and then an MLP, at least 1."""
    d_model: int = 128
    """Width of the residual stream, a multiple of `heads`."""
    heads: int = 4
    """Attention heads of each layer, each d_model / heads wide."""
    d_mlp: int = 512
    """Hidden width of each MLP, at least 1."""
    activation: Activation = "relu"
    """Function in the MLP: relu, tanh, quadratic (the square), gelu or silu."""
    bias: bool = True
    """Whether the MLPs add biases; attention has none."""
    norm: Norm = "none"
    """Layer norm: none; pre, of what enters attention, MLP and unembedding; or post, of the sum
    of what enters and leaves."""
    positions: Positions = "learned"
    """What is added to embeddings by place: learned vectors, or fixed sinusoidal ones."""
    operator: bool = False
    """Whether a symbol for the operation stands between tokens: a ∘ b = instead of a b =."""
    tied: bool = False
    """Whether the embedding serves as the unembedding too."""
    outputs: Outputs = "symbols"
    """What can be answered: symbols, '=' included; or tokens alone."""

    def __post_init__(self) -> None:
        for key in ("layers", "d_model", "heads", "d_mlp"):
            if getattr(self, key) < 1:
                raise BadConfig(f"{self.name}: {key} must be at least 1, got {getattr(self, key)}")
        if self.d_model % self.heads:
            raise BadConfig(
                f"{self.name}: d_model must be a multiple of heads, "
                f"got {self.d_model} and {self.heads}"
            )
        for key, choices in CHOICES.items():
            if getattr(self, key) not in choices:
                known, got = ", ".join(choices), getattr(self, key)
                raise BadConfig(f"{self.name}: {key} must be one of {known}, got {got!r}")
        if not 0 < self.init_scale < 1e30:
            raise BadConfig(f"{self.name}: init_scale must lie in (0, 1e30), got {self.init_scale}")

    def sizes(self, signature: Signature) -> "Sizes":
        """Return how many symbols, places and outputs a task makes.

        Raises
        ------
        BadConfig
            If the task's inputs are no tokens.
        """
        if not isinstance(signature.inputs, Tokens):
            raise BadConfig(f"{self.name}: reads tokens, the task gives features; accepted: mlp")
        tokens = signature.inputs
        places = 2 * tokens.positions if self.operator else tokens.positions + 1
        known = max(tokens.vocabulary, signature.n_classes)
        symbols = known + self.constants
        return Sizes(symbols, places, symbols if self.outputs == "symbols" else known)

    @property
    def constants(self) -> int:
        """Number of symbols that are no tokens: '=', and the operation if it is read."""
        return 2 if self.operator else 1

    def layout(self, signature: Signature) -> Layout:
        """Return embeddings, then each layer's tensors, then the unembedding.

        Dense weights are (in, out); heads have an axis of their own.
        """
        sizes, d = self.sizes(signature), self.d_model
        specs = [ParameterSpec("embed.weight", ("symbol", "d_model"), (sizes.symbols, d))]
        if self.positions == "learned":
            axes = ("position", "d_model")
            specs.append(ParameterSpec("position.weight", axes, (sizes.places, d)))
        for i in range(self.layers):
            specs += self._layer(f"layer{i + 1}")
        if self.norm == "pre":
            specs += self._norm("final_norm")
        if not self.tied:
            axes = ("d_model", "output")
            specs.append(ParameterSpec("unembed.weight", axes, (d, sizes.outputs)))
        return Layout(tuple(specs))

    def _layer(self, layer: str) -> list[ParameterSpec]:
        heads = (self.heads, self.d_model // self.heads)
        specs = [
            ParameterSpec(
                f"{layer}.{part}.weight", ("d_model", "head", "d_head"), (self.d_model, *heads)
            )
            for part in ("query", "key", "value")
        ]
        axes = ("head", "d_head", "d_model")
        specs.append(ParameterSpec(f"{layer}.attention_out.weight", axes, (*heads, self.d_model)))
        if self.norm != "none":
            specs += self._norm(f"{layer}.attention_norm")
        widths = {"d_model": self.d_model, "d_mlp": self.d_mlp}
        for part, fan_in, fan_out in (
            ("mlp_in", "d_model", "d_mlp"),
            ("mlp_out", "d_mlp", "d_model"),
        ):
            shape = (widths[fan_in], widths[fan_out])
            specs.append(ParameterSpec(f"{layer}.{part}.weight", (fan_in, fan_out), shape))
            if self.bias:
                specs.append(ParameterSpec(f"{layer}.{part}.bias", (fan_out,), shape[1:]))
        if self.norm != "none":
            specs += self._norm(f"{layer}.mlp_norm")
        return specs

    def _norm(self, name: str) -> list[ParameterSpec]:
        parts = ("weight", "bias")
        return [ParameterSpec(f"{name}.{part}", ("d_model",), (self.d_model,)) for part in parts]

    def draw(self, signature: Signature, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return normal weights, zero biases and norms that change nothing, (parameter,)."""
        layout = self.layout(signature)
        tensors: dict[str, NDArray[Any]] = {}
        for spec in layout.parameters:
            if len(spec.shape) == 1:
                tensors[spec.name] = np.full(spec.shape, float(is_gain(spec)))
            else:
                fan = spec.shape[-1] if spec.name == "unembed.weight" else self.d_model
                tensors[spec.name] = rng.standard_normal(spec.shape) / np.sqrt(fan)
        return layout.pack(tensors).astype(np.float32)

    def forward(self, parameters: Mapping[str, "Tensor"], inputs: "Tensor") -> "Tensor":
        """Return logits, (run, example, output); see `Model.forward`.

        With one intra-op thread on the CPU, a run's logits and gradients do not depend on how
        many other runs are computed with it, to the last bit.
        """
        from grokscope.models.attention import logits

        return logits(self, parameters, inputs)

    def module(self, signature: Signature) -> "nn.Module":
        """Return the plain module: embeddings, layers at every position, unembedding."""
        from grokscope.models.attention import TransformerModule

        return TransformerModule(self, self.sizes(signature))


@dataclass(frozen=True, kw_only=True)
class Decoder(Transformer):
    """The two-layer decoder of Power et al.: post-norm, sinusoidal positions, no biases.

    It reads a ∘ b = and answers at the '='; the authors' sequences also open and close with a
    mark, whose prediction counts in their loss, and their vocabulary holds the symbols of every
    operation (239). Drawn as torch draws: embeddings standard normal, dense weights uniform
    within ±1/√(inputs), norms that change nothing.
    """

    name: ClassVar[str] = "decoder"
    summary: ClassVar[str] = "attention and an MLP over a ∘ b =, two layers with layer norm"
    source: ClassVar[str] = "arXiv:2201.02177, appendix A.1.2 and the authors' code"

    layers: int = 2
    bias: bool = False
    norm: Norm = "post"
    positions: Positions = "sinusoidal"
    operator: bool = True

    def draw(self, signature: Signature, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return embeddings, dense weights and norms as torch draws them, (parameter,)."""
        layout = self.layout(signature)
        tensors: dict[str, NDArray[Any]] = {}
        for spec in layout.parameters:
            if spec.name in ("embed.weight", "position.weight"):
                tensors[spec.name] = rng.standard_normal(spec.shape)
            elif is_gain(spec) or spec.name.endswith("norm.bias"):
                tensors[spec.name] = np.full(spec.shape, float(is_gain(spec)))
            else:
                fan_in = self.d_mlp if ".mlp_out." in spec.name else self.d_model
                tensors[spec.name] = rng.uniform(-1, 1, spec.shape) / np.sqrt(fan_in)
        return layout.pack(tensors).astype(np.float32)


CHOICES = {
    "activation": get_args(Activation),
    "norm": get_args(Norm),
    "positions": get_args(Positions),
    "outputs": get_args(Outputs),
}
"""What keys that are words accept."""


@dataclass(frozen=True)
class Sizes:
    """What a task makes of a transformer: the number of symbols, of places, of outputs."""

    symbols: int
    """Tokens and labels, which share their numbers; then the operation, if it is read; then =."""
    places: int
    """Length of the sequence."""
    outputs: int


def is_gain(spec: ParameterSpec) -> bool:
    """Return whether a tensor multiplies what a layer norm made."""
    return spec.name.endswith("norm.weight")
