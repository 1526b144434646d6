"""Transformers in torch: batched over runs, and as the plain module that this must equal."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grokscope.models.dense import ACTIVATIONS, WHOLE
from grokscope.models.transformer_keys import Sizes, TransformerKeys


def logits(model: TransformerKeys, parameters: Mapping[str, Tensor], inputs: Tensor) -> Tensor:
    """Return what several transformers answer at their last position.

    The last layer is computed at that position alone.

    Parameters
    ----------
    parameters : dict of Tensor, each (run, *shape)
    inputs : Tensor of int64, (run or 1, example, position)

    Returns
    -------
    Tensor, (run, example, output)
    """
    embedding = parameters["embed.weight"]
    runs, symbols, d_model = embedding.shape
    tokens = sequence(inputs, symbols, model.operator)
    first = torch.arange(runs, device=tokens.device)[:, None, None] * symbols
    x = F.embedding(tokens + first, embedding.reshape(-1, d_model))
    if model.positions == "learned":
        x = x + parameters["position.weight"][:, None]
    else:
        x = x + sinusoids(tokens.shape[-1], d_model, x.device).to(x)
    for i in range(1, model.layers + 1):
        here = {
            name.removeprefix(f"layer{i}."): value
            for name, value in parameters.items()
            if name.startswith(f"layer{i}.")
        }
        x = layer(model, here, x, 1 if i == model.layers else x.shape[2])
    if model.norm == "pre":
        x = normed(parameters, "final_norm", x)
    if not model.tied:
        return project(x, parameters["unembed.weight"])[:, :, 0]
    outputs = symbols if model.outputs == "symbols" else symbols - model.constants
    return project(x, embedding[:, :outputs].mT)[:, :, 0]


def layer(
    model: TransformerKeys, parameters: Mapping[str, Tensor], x: Tensor, positions: int
) -> Tensor:
    """Return what one layer makes of its input at the last `positions`.

    Parameters
    ----------
    parameters : dict of Tensor, each (run, *shape)
        By their names within the layer.
    x : Tensor, (run, example, position, d_model)

    Returns
    -------
    Tensor, (run, example, positions, d_model)
    """
    pre, post = model.norm == "pre", model.norm == "post"
    y = normed(parameters, "attention_norm", x) if pre else x
    x = x[:, :, -positions:] + attention(parameters, y, positions)
    x = normed(parameters, "attention_norm", x) if post else x
    y = normed(parameters, "mlp_norm", x) if pre else x
    x = x + mlp(model, parameters, y)
    return normed(parameters, "mlp_norm", x) if post else x


def attention(parameters: Mapping[str, Tensor], x: Tensor, positions: int) -> Tensor:
    """Return causal attention at the last `positions`, (run, example, positions, d_model)."""
    query = project(x[:, :, -positions:], parameters["query.weight"])
    key, value = (project(x, parameters[f"{part}.weight"]) for part in ("key", "value"))
    scores = torch.einsum("rnqhe,rnkhe->rnhqk", query, key) / math.sqrt(query.shape[-1])
    weights = scores.masked_fill(~causal(x)[-positions:], -torch.inf).softmax(-1)
    heads = torch.einsum("rnhqk,rnkhe->rnqhe", weights, value)
    return project(heads.flatten(3), parameters["attention_out.weight"].flatten(1, 2))


def mlp(model: TransformerKeys, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Return the perceptron of a layer at each position, (run, example, position, d_model)."""
    for part, activate in (("mlp_in", ACTIVATIONS[model.activation]), ("mlp_out", None)):
        x = project(x, parameters[f"{part}.weight"])
        x = x + parameters[f"{part}.bias"][:, None, None] if model.bias else x
        x = activate(x) if activate else x
    return x


def project(x: Tensor, weight: Tensor) -> Tensor:
    """Return dense weights (run, in, *out) applied to each position, (..., *out).

    Widths are filled up to multiples of `WHOLE`, because matrix products of CPUs treat others by
    where in memory they lie, so that a run's bits would depend on the runs beside it.
    """
    flat = weight.flatten(2)
    width = flat.shape[2]
    fan_in, fan_out = -x.shape[-1] % WHOLE, -width % WHOLE
    if fan_in or fan_out:
        x, flat = F.pad(x, (0, fan_in)), F.pad(flat, (0, fan_out, 0, fan_in))
    return (x.flatten(1, 2) @ flat)[..., :width].reshape(*x.shape[:3], *weight.shape[2:])


def normed(parameters: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
    """Return a layer norm of each position, with the runs' gains and biases."""
    gain, bias = (parameters[f"{name}.{part}"][:, None, None] for part in ("weight", "bias"))
    return F.layer_norm(x, x.shape[-1:]) * gain + bias


def sequence(tokens: Tensor, symbols: int, operator: bool) -> Tensor:
    """Return what is read: tokens and then '=', with the operation between tokens if asked.

    '=' is the last symbol, the operation the one before.

    Parameters
    ----------
    tokens : Tensor of int64, (..., position)

    Returns
    -------
    Tensor of int64, (..., place)
    """
    read = list(tokens.unbind(-1))
    if operator:
        between = torch.full_like(read[0], symbols - 2)
        read = [each for token in read for each in (token, between)][:-1]
    return torch.stack([*read, torch.full_like(read[0], symbols - 1)], dim=-1)


def causal(x: Tensor) -> Tensor:
    """Return which position may see which, bool (position, position seen)."""
    places = x.shape[-2]
    return torch.ones(places, places, dtype=torch.bool, device=x.device).tril()


def sinusoids(places: int, d_model: int, device: torch.device | None = None) -> Tensor:
    """Return positions as sines and cosines of falling frequency, float64 (place, d_model).

    Source: arXiv:1706.03762, section 3.5.
    """
    i = torch.arange(d_model, dtype=torch.float64, device=device)
    angle = torch.arange(places, device=device)[:, None] / 10000 ** ((i - i % 2) / d_model)
    return torch.where(i % 2 == 0, angle.sin(), angle.cos())


class TransformerModule(nn.Module):
    """The reference that the batched form must equal: one network, every position, nothing clever.

    Called with tokens (example, position); returns logits (example, output).
    """

    def __init__(self, model: TransformerKeys, sizes: Sizes) -> None:
        super().__init__()
        self.model = model
        self.embed = nn.Embedding(sizes.symbols, model.d_model)
        if model.positions == "learned":
            self.position = nn.Embedding(sizes.places, model.d_model)
        self.layers = [f"layer{i + 1}" for i in range(model.layers)]
        for name in self.layers:
            self.add_module(name, LayerModule(model))
        if model.norm == "pre":
            self.final_norm = nn.LayerNorm(model.d_model)
        if not model.tied:
            self.unembed = nn.Linear(model.d_model, sizes.outputs, bias=False)
        self.outputs = sizes.outputs

    def forward(self, inputs: Tensor) -> Tensor:
        """Return logits."""
        x = self.embed(sequence(inputs, self.embed.num_embeddings, self.model.operator))
        places, d_model = x.shape[1:]
        learned = self.model.positions == "learned"
        x = x + (self.position.weight if learned else sinusoids(places, d_model).to(x))
        for name in self.layers:
            x = self.get_submodule(name)(x)
        if self.model.norm == "pre":
            x = self.final_norm(x)
        if self.model.tied:
            return x[:, -1] @ self.embed.weight[: self.outputs].T
        return self.unembed(x)[:, -1]


class LayerModule(nn.Module):
    """One layer of the reference: attention and a perceptron, each added to what it read."""

    def __init__(self, model: TransformerKeys) -> None:
        super().__init__()
        d = model.d_model
        self.heads = model.heads
        self.norm = model.norm
        self.activate = ACTIVATIONS[model.activation]
        self.query, self.key, self.value, self.attention_out = (
            nn.Linear(d, d, bias=False) for _ in range(4)
        )
        if model.norm != "none":
            self.attention_norm = nn.LayerNorm(d)
        self.mlp_in = nn.Linear(d, model.d_mlp, bias=model.bias)
        self.mlp_out = nn.Linear(model.d_mlp, d, bias=model.bias)
        if model.norm != "none":
            self.mlp_norm = nn.LayerNorm(d)

    def forward(self, x: Tensor) -> Tensor:
        """Return the next residual stream, (example, position, d_model)."""
        if self.norm == "pre":
            x = x + self.attend(self.attention_norm(x))
            return x + self.perceive(self.mlp_norm(x))
        x = x + self.attend(x)
        x = self.attention_norm(x) if self.norm == "post" else x
        x = x + self.perceive(x)
        return self.mlp_norm(x) if self.norm == "post" else x

    def attend(self, x: Tensor) -> Tensor:
        """Return causal attention of every position."""
        query, key, value = (
            linear(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for linear in (self.query, self.key, self.value)
        )
        heads = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.attention_out(heads.transpose(1, 2).flatten(2))

    def perceive(self, x: Tensor) -> Tensor:
        """Return the perceptron at every position."""
        return self.mlp_out(self.activate(self.mlp_in(x)))
