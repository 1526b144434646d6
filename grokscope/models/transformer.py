"""Transformers that read a few symbols and answer at the last: one layer, or Power's decoder.

What an experiment needs to know of them is numpy; torch is imported when they compute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from grokscope.kinds import Signature
from grokscope.layout import Layout, ParameterSpec
from grokscope.models.transformer_keys import Norm, Positions, TransformerKeys

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class Transformer(TransformerKeys):
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


def is_gain(spec: ParameterSpec) -> bool:
    """Return whether a tensor multiplies what a layer norm made."""
    return spec.name.endswith("norm.weight")
