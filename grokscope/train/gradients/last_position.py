"""Last position: gradients of a one-layer transformer without layer norm, by hand.

Only the closing '=' answers, and its query is the same for every example. Keys and values depend
on a symbol and its place alone, so scores, and what each head would add to the residual stream,
are tables with a row for each place and symbol there; an example's attention is a weighted sum
of their rows. The perceptron and the unembedding take examples in tiles that stay in cache.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from grokscope.kinds import Model, Signature, Tokens
from grokscope.models.attention import sinusoids
from grokscope.models.dense import ACTIVATIONS, BACKWARD, IN_PLACE, NARROW, WHOLE
from grokscope.models.transformer import Transformer
from grokscope.train.buffers import LINE
from grokscope.train.gradients.path import Path, Views
from grokscope.train.gradients.tables import Gathered, by_row, gather, scatter, weight_slopes
from grokscope.train.losses import Loss

TILE = 1024
"""Examples of a run that go through the perceptron and back at once."""

PARTS = ("query", "key", "value", "attention_out")
DENSE = ("layer1.mlp_in.weight", "layer1.mlp_out.weight", "unembed.weight")


@dataclass
class Batch:
    """Examples of several runs, as rows of the tables."""

    seen: Gathered
    """The row of each (example, place)."""
    heads: Gathered
    """The rows of each example, one for each place and head."""
    labels: Tensor


@dataclass
class Tables:
    """What one step makes of every symbol at every place it can have; `row` counts both."""

    stream: Tensor
    """The residual stream before attention, (run, row, d_model)."""
    last: Tensor
    """The same of the closing '=', (run, 1, d_model)."""
    query: Tensor
    """That of the closing '=', divided by √d_head, (run, 1, head, d_head)."""
    reach: Tensor
    """What a head's scores are the stream's products with, (run, d_model, head)."""
    scores: Tensor
    """(run, row, head)."""
    values: Tensor
    """(run, head, row, d_head)."""
    out: Tensor
    """Weights from values to what they add, (run, head, d_head, d_model)."""
    added: Tensor
    """What a head adds to the stream where it sees a row alone, (run, row · head, d_model)."""


class LastPosition(Path):
    """Gradients of a one-layer `Transformer` without layer norm on the CPU."""

    name = "last_position"

    def __init__(self, model: Model, signature: Signature, loss: Loss) -> None:
        super().__init__(model, signature, loss)
        assert isinstance(model, Transformer)
        assert isinstance(signature.inputs, Tokens)
        self.transformer = model
        self.tokens = signature.inputs
        self.sizes = model.sizes(signature)
        step = 2 if model.operator else 1
        places = range(self.sizes.places)
        self.free = [*places][: step * self.tokens.positions : step]
        """Places of tokens."""
        self.fixed = [place for place in places if place not in self.free]
        self.constants = [self.sizes.symbols - 2] * (len(self.fixed) - 1)
        self.constants.append(self.sizes.symbols - 1)
        """Symbols at the fixed places."""
        self.n_free = self.tokens.positions * self.tokens.vocabulary
        self.n_rows = self.n_free + len(self.fixed)
        self.height = -(-self.n_rows // LINE) * LINE
        """Rows of a table with empty ones behind, so that each run's starts on a cache line."""
        self.activate = IN_PLACE.get(model.activation, ACTIVATIONS[model.activation])
        self.backward = BACKWARD[model.activation]

    @classmethod
    def fits(cls, model: Model, device: torch.device) -> bool:
        """Return whether it is such a transformer, of whole widths, on the CPU."""
        if not isinstance(model, Transformer) or device.type != "cpu":
            return False
        bare = model.layers == 1 and model.norm == "none" and not model.tied
        widths = (model.d_model, model.d_mlp)
        return bare and all(width >= NARROW and width % WHOLE == 0 for width in widths)

    def prepare(self, inputs: Tensor, labels: Tensor) -> Batch:
        """Return the batch as rows of the tables; see `Path.prepare`."""
        heads = self.transformer.heads
        rows = torch.empty(*inputs.shape[:2], self.sizes.places, dtype=torch.int64)
        block = torch.arange(self.tokens.positions) * self.tokens.vocabulary
        rows[..., self.free] = inputs + block
        rows[..., self.fixed] = torch.arange(self.n_free, self.n_rows)
        by_head = (rows[..., None] * heads + torch.arange(heads)).flatten(2)
        seen = by_row(rows.flatten(1)[..., None], self.height)
        return Batch(seen, by_row(by_head, self.height * heads), labels)

    @torch.no_grad()
    def gradient(self, parameters: Views, gradients: Views, batch: Batch) -> None:
        """Write the gradient of each run's mean loss; see `Path.gradient`."""
        tables = self._tables(parameters)
        weights, stream = self._attended(tables, batch)
        self._perceive(parameters, gradients, stream, batch.labels)
        along = weight_slopes(tables.added, batch.heads, stream).view_as(weights) * weights
        slopes = along.sub_(weights * along.sum(2, keepdim=True))
        scores = self.buffer("scores", tables.scores.shape, stream)
        scatter(slopes.flatten(1, 2), batch.seen, scores)
        added = self.buffer("added", tables.added.shape, stream)
        scatter(stream, batch.heads, added, weights)
        embedded = self._attend(parameters, gradients, tables, scores, added)
        embedded[:, self.n_rows - 1] += stream.sum(1)
        self._embed(gradients, embedded)

    @torch.no_grad()
    def logits(self, parameters: Views, batch: Batch) -> Tensor:
        """Return logits of a batch; see `Path.logits`."""
        _, stream = self._attended(self._tables(parameters), batch)
        *_, logits = self._forward(self._filled(parameters), stream)
        return logits[..., : self.sizes.outputs]

    def _tables(self, parameters: Views) -> Tables:
        """Return what every symbol gives at every place it can have."""
        embedding = parameters["embed.weight"]
        runs, _, d = embedding.shape
        places = parameters.get("position.weight")
        if places is None:
            places = sinusoids(self.sizes.places, d).to(embedding).expand(runs, -1, -1)
        stream = self.buffer("stream", (runs, self.height, d), embedding, 0.0)
        tokens = embedding[:, None, : self.tokens.vocabulary]
        torch.add(tokens, places[:, self.free, None], out=self._by_place(stream))
        stream[:, self.n_free : self.n_rows] = embedding[:, self.constants] + places[:, self.fixed]
        query, key, value, out = (parameters[f"layer1.{part}.weight"] for part in PARTS)
        heads = query.shape[2:]
        last = stream[:, self.n_rows - 1 : self.n_rows]
        asked = torch.bmm(last, query.flatten(2)).unflatten(2, heads) / math.sqrt(heads[1])
        reach = (key * asked).sum(-1)
        values = torch.bmm(stream, value.flatten(2)).unflatten(2, heads).transpose(1, 2)
        values = values.contiguous()
        # copied, so that one run's is aligned as those of several are
        out = self.buffer("out", out.shape, out).copy_(out)
        added = torch.matmul(values, out).transpose(1, 2).flatten(1, 2)
        return Tables(stream, last, asked, reach, torch.bmm(stream, reach), values, out, added)

    def _by_place(self, rows: Tensor) -> Tensor:
        """Return the rows of tokens, (run, place, token, d_model), as a view."""
        return rows[:, : self.n_free].unflatten(1, (self.tokens.positions, -1))

    def _attended(self, tables: Tables, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return where each example's heads look, and its residual stream after that.

        Returns
        -------
        Tensor, (run, example, place, head)
        Tensor, (run, example, d_model)
        """
        shape = (*batch.labels.shape, self.sizes.places, self.transformer.heads)
        weights = gather(tables.scores, batch.seen).view(shape).softmax(2)
        return weights, gather(tables.added, batch.heads, weights).add_(tables.last)

    def _filled(self, parameters: Views) -> Views:
        """Return parameters with an unembedding that is filled up to whole vectors."""
        unembed = parameters["unembed.weight"]
        shape = (*unembed.shape[:2], -(-self.sizes.outputs // WHOLE) * WHOLE)
        filled = self.buffer("unembed", shape, unembed, 0.0)
        filled[..., : self.sizes.outputs] = unembed
        return {**parameters, "unembed.weight": filled}

    def _perceive(
        self, parameters: Views, gradients: Views, stream: Tensor, labels: Tensor
    ) -> None:
        """Go from the stream after attention to the loss and back, and write its slope over it.

        Parameters
        ----------
        stream : Tensor, (run, example, d_model)
        """
        filled = self._filled(parameters)
        unembed = torch.empty_like(filled["unembed.weight"])
        found = {**gradients, "unembed.weight": unembed}
        for start in range(0, stream.shape[1], TILE):
            tile = slice(start, start + TILE)
            share = labels[:, tile].shape[1] / labels.shape[1]
            self._tile(filled, found, stream[:, tile], labels[:, tile], share, start == 0)
        gradients["unembed.weight"].copy_(unembed[..., : self.sizes.outputs])

    def _tile(
        self,
        parameters: Views,
        gradients: Views,
        x: Tensor,
        labels: Tensor,
        share: float,
        first: bool,
    ) -> None:
        """Do so for some examples, a `share` of all; add to gradients unless they are the first."""
        into, out, unembed = (parameters[name] for name in DENSE)
        d_into, d_out, d_unembed = (gradients[name] for name in DENSE)
        kept = 0 if first else 1
        told, h, y, logits = self._forward(parameters, x)
        delta = self.loss.slope(logits, labels).mul_(share)
        d_unembed.baddbmm_(y.mT, delta, beta=kept)
        dy = torch.bmm(delta, unembed.mT, out=y)
        d_out.baddbmm_(h.mT, dy, beta=kept)
        dh = torch.bmm(dy, out.mT, out=self.buffer("slope", h.shape, h))
        dz = self.backward(dh, told)
        d_into.baddbmm_(x.mT, dz, beta=kept)
        if self.transformer.bias:
            for part, each in (("mlp_in", dz), ("mlp_out", dy)):
                bias = gradients[f"layer1.{part}.bias"]
                bias.copy_(each.sum(1)) if first else bias.add_(each.sum(1))
        x.copy_(dy).baddbmm_(dz, into.mT)

    def _forward(self, parameters: Views, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return what tells the hidden slopes, the hidden layer, the last stream and logits.

        Parameters
        ----------
        x : Tensor, (run, example, d_model)
            The stream after attention.
        """
        into, out, unembed = (parameters[name] for name in DENSE)
        hidden, outputs = (*x.shape[:2], into.shape[2]), (*x.shape[:2], unembed.shape[2])
        z = torch.bmm(x, into, out=self.buffer("hidden", hidden, x))
        if self.transformer.bias:
            z.add_(parameters["layer1.mlp_in.bias"][:, None])
        h = self.activate(z)
        y = torch.baddbmm(x, h, out, out=self.buffer("end", x.shape, x))
        if self.transformer.bias:
            y.add_(parameters["layer1.mlp_out.bias"][:, None])
        logits = torch.bmm(y, unembed, out=self.buffer("logits", outputs, x))
        logits[..., self.sizes.outputs :] = self.loss.absent
        return h if self.transformer.activation in IN_PLACE else z, h, y, logits

    def _attend(
        self, parameters: Views, gradients: Views, tables: Tables, scores: Tensor, added: Tensor
    ) -> Tensor:
        """Go back from the tables to the stream before attention.

        Parameters
        ----------
        scores, added : Tensor
            Slopes at the tables of these names, shaped as they are.

        Returns
        -------
        Tensor, (run, row, d_model)
        """
        query, key, value, _ = (parameters[f"layer1.{part}.weight"] for part in PARTS)
        found = {part: gradients[f"layer1.{part}.weight"] for part in PARTS}
        heads = added.unflatten(1, (-1, self.transformer.heads)).transpose(1, 2)
        found["attention_out"].copy_(torch.matmul(tables.values.mT, heads))
        values = torch.matmul(heads, tables.out.mT).transpose(1, 2).flatten(2)
        found["value"].copy_(torch.bmm(tables.stream.mT, values).view_as(value))
        stream = torch.bmm(values, value.flatten(2).mT)
        stream.baddbmm_(scores, tables.reach.mT)
        reach = torch.bmm(tables.stream.mT, scores)[..., None]
        torch.mul(reach, tables.query, out=found["key"])
        asked = (key * reach).sum(1).flatten(1)[:, None] / math.sqrt(key.shape[3])
        found["query"].copy_(torch.bmm(tables.last.mT, asked).view_as(query))
        stream[:, self.n_rows - 1 : self.n_rows].baddbmm_(asked, query.flatten(2).mT)
        return stream

    def _embed(self, gradients: Views, stream: Tensor) -> None:
        """Write the gradients of symbols and places, given those of what they make together."""
        by_place, fixed = self._by_place(stream), stream[:, self.n_free : self.n_rows]
        embedding = gradients["embed.weight"]
        torch.sum(by_place, 1, out=embedding[:, : self.tokens.vocabulary])
        embedding[:, self.tokens.vocabulary :] = 0
        for i, symbol in enumerate(self.constants):
            embedding[:, symbol] += fixed[:, i]
        if "position.weight" in gradients:
            gradients["position.weight"][:, self.free] = by_place.sum(2)
            gradients["position.weight"][:, self.fixed] = fixed
