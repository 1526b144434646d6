"""How tokens and features enter a dense layer."""

import torch
from torch import Tensor
from torch.nn import functional as F


def encode(inputs: Tensor, width: int) -> Tensor:
    """Return inputs as vectors: one-hot blocks for tokens, features flattened.

    Parameters
    ----------
    inputs : Tensor, (example, position) of int64 or (example, ...) of floats
    width : int
        Length of the result's last axis.

    Returns
    -------
    Tensor, (example, width)
    """
    if inputs.is_floating_point():
        return inputs.flatten(1)
    return F.one_hot(inputs, width // inputs.shape[1]).flatten(1)


def gather_sum(weight: Tensor, tokens: Tensor) -> Tensor:
    """Return one-hot blocks times `weight`, without making them: a sum of its rows.

    Parameters
    ----------
    weight : Tensor, (run, positions · vocabulary, width)
    tokens : Tensor, (run or 1, example, position)

    Returns
    -------
    Tensor, (run, example, width)
    """
    runs, rows, width = weight.shape
    positions = tokens.shape[-1]
    if runs == 1 and len(tokens) == 1:
        blocks = weight[0].unflatten(0, (positions, -1))
        gathered = [F.embedding(tokens[0, :, i], blocks[i]) for i in range(positions)]
        return sum(gathered[1:], gathered[0])[None]
    block = torch.arange(positions, device=tokens.device) * (rows // positions)
    first_row = torch.arange(runs, device=tokens.device)[:, None, None] * rows
    index = tokens + block + first_row
    flat = weight.reshape(-1, width)
    total = F.embedding(index[..., 0], flat)
    for position in range(1, positions):
        total = total + F.embedding(index[..., position], flat)
    return total
