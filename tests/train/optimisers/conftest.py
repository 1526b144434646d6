"""What tests of optimisers share: rows as an ensemble holds them, and torch's own steps."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from grokscope.train.device import settle
from grokscope.train.ensemble import aligned
from grokscope.train.optimisers import OPTIMISERS
from grokscope.train.optimisers.schedules import learning_rate

TORCH = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


@pytest.fixture(autouse=True)
def _one_thread():
    settle()


def of_torch(parameter, settings):
    """Return torch's optimiser, which decays weights only where that is to zero."""
    keys = {"lr": settings.lr, "weight_decay": settings.weight_decay}
    if settings.weight_decay_to == "initial":
        keys["weight_decay"] = 0.0
    if settings.name == "sgd":
        keys |= {"momentum": settings.momentum, "nesterov": settings.nesterov}
    else:
        keys |= {"betas": settings.betas, "eps": settings.eps}
    return TORCH[settings.name]([parameter], **keys)


@pytest.fixture(scope="session")
def reference():
    """Where torch's optimiser takes one row, with plain code around it."""

    def run(settings, theta, grads):
        parameter = torch.nn.Parameter(theta.clone())
        optimiser = of_torch(parameter, settings)
        norm = theta.norm() if settings.keep_norm else settings.fixed_norm
        for t, grad in enumerate(grads, 1):
            lr = optimiser.param_groups[0]["lr"] = learning_rate(settings, t, len(grads))
            parameter.grad = grad.clone()
            if settings.clip_norm:
                torch.nn.utils.clip_grad_norm_([parameter], settings.clip_norm)
            with torch.no_grad():
                if settings.weight_decay_to == "initial":
                    decay = settings.weight_decay * (parameter - theta)
                    if settings.name == "adamw":
                        parameter -= lr * decay
                    else:
                        parameter.grad += decay
                optimiser.step()
                if norm:
                    parameter *= norm / parameter.norm()
        return parameter.detach()

    return run


@pytest.fixture(scope="session")
def ours():
    """Where the row optimiser takes all rows, chunk by chunk.

    `kernel` is "fused", "rows" (arithmetic, row by row) or "together" (as on a GPU).
    """

    def run(settings, theta, grads, kernel="fused", chunk=100):
        theta = lines(theta)
        start = theta.clone()
        optimiser = OPTIMISERS[settings[0].name](
            settings, theta, total_steps=len(grads), initial=lambda run: start[run].numpy()
        )
        if kernel != "fused":
            optimiser.fused = None
        if kernel == "together":
            optimiser._parts = lambda rows: [rows]
        state = [lines(torch.zeros_like(theta)) for _ in optimiser.slots]
        room = lines(torch.zeros_like(theta))
        cuts = [*range(0, len(theta), chunk), len(theta)]
        for rows in (slice(*cut) for cut in pairwise(cuts)):
            for t, grad in enumerate(grads, 1):
                room[rows] = grad[rows]
                optimiser.update(rows, theta[rows], room[rows], [s[rows] for s in state], t)
        return theta

    return run


def lines(rows):
    """Return rows as an ensemble holds them: each begins on a cache line."""
    buffer = aligned([np.zeros(rows.shape[1], np.float32)] * len(rows), torch.device("cpu"))
    whole = buffer.as_strided((len(rows), buffer.stride(0)), (buffer.stride(0), 1))
    copy = whole.to(rows.dtype)[:, : rows.shape[1]]
    return copy.copy_(rows)
