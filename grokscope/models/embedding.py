"""Embeddings in torch: batched over runs, and as the plain module that this must equal."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grokscope.models.dense import WHOLE


def embedded(weight: Tensor, tokens: Tensor, summed: bool) -> Tensor:
    """Return the vectors of tokens, added or side by side.

    Parameters
    ----------
    weight : Tensor, (run, symbol, width)
    tokens : Tensor of int64, (run or 1, example, position)

    Returns
    -------
    Tensor, (run, example, width), or (run, example, position · width) where they are not added
    """
    runs, symbols, width = weight.shape
    first = torch.arange(runs, device=tokens.device)[:, None, None] * symbols
    vectors = F.embedding(tokens + first, weight.reshape(-1, width))
    return vectors.sum(2) if summed else vectors.flatten(2)


def filled(x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return inputs and dense weights, filled up with zeros to a multiple of `WHOLE` inputs.

    Gradients of narrow inputs would have bits that depend on the runs beside them.

    Parameters
    ----------
    x : Tensor, (run, example, in)
    weight : Tensor, (run, in, out)
    """
    missing = -x.shape[-1] % WHOLE
    if not missing:
        return x, weight
    return F.pad(x, (0, missing)), F.pad(weight, (0, 0, 0, missing))


class EmbeddedModule(nn.Module):
    """The reference that the batched form must equal: one network, nothing clever.

    Called with tokens (example, position); returns logits (example, class).

    Parameters
    ----------
    shape : (int, int)
        Symbols, and width of the embedding.
    dense : Module
        The layers behind it, whose parameters keep their names.
    """

    def __init__(self, shape: Sequence[int], summed: bool, dense: nn.Module) -> None:
        super().__init__()
        self.summed = summed
        self.embed = nn.Embedding(shape[0], shape[1])
        for name, layer in dense.named_children():
            self.add_module(name, layer)
        self.dense = [dense]

    def forward(self, inputs: Tensor) -> Tensor:
        """Return logits."""
        vectors = self.embed(inputs)
        return self.dense[0](vectors.sum(1) if self.summed else vectors.flatten(1))
