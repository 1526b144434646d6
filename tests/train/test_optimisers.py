"""Optimisers: equal to torch's own, whichever kernel runs, and per row."""

import pytest
import torch

from grokscope.config.sections import Optimizer
from grokscope.train.optimisers import OPTIMISERS

TORCH = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def reference(settings, theta, grads):
    """Return where torch's optimiser takes one row."""
    parameter = torch.nn.Parameter(theta.clone())
    keys = {"lr": settings.lr, "weight_decay": settings.weight_decay}
    if settings.name == "sgd":
        keys |= {"momentum": settings.momentum}
    else:
        keys |= {"betas": settings.betas, "eps": settings.eps}
    optimiser = TORCH[settings.name]([parameter], **keys)
    for grad in grads:
        parameter.grad = grad.clone()
        optimiser.step()
    return parameter.detach()


def ours(settings, theta, grads, rows):
    """Return where the row optimiser takes all rows, chunk by chunk."""
    theta = theta.clone()
    optimiser = OPTIMISERS[settings[0].name](settings, theta)
    if rows == "arithmetic":
        optimiser.fused = None
    state = [torch.zeros_like(theta) for _ in optimiser.slots]
    for t, grad in enumerate(grads, 1):
        optimiser.update(slice(0, len(theta)), theta, grad.clone(), state, t)
    return theta


@pytest.mark.parametrize("kernel", ["default", "arithmetic"])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_row_follows_torch_with_its_own_hyperparameters(name, kernel):
    settings = [
        Optimizer(name=name, lr=lr, weight_decay=wd, betas=(0.9, b2), momentum=m)
        for lr, wd, b2, m in [(1e-2, 0.1, 0.999, 0.9), (1e-3, 0.0, 0.98, 0.0), (0.1, 1.0, 0.9, 0.5)]
    ]
    generator = torch.Generator().manual_seed(0)
    theta = torch.randn(3, 37, generator=generator, dtype=torch.float64)
    grads = torch.randn(20, 3, 37, generator=generator, dtype=torch.float64)
    found = ours(settings, theta, grads, kernel)
    for r, each in enumerate(settings):
        expected = reference(each, theta[r], grads[:, r])
        torch.testing.assert_close(found[r], expected, rtol=1e-12, atol=1e-12)


def test_coupled_and_decoupled_decay_differ():
    theta, grads = torch.ones(1, 5), torch.ones(3, 1, 5)
    ends = [
        ours([Optimizer(name=name, lr=0.1, weight_decay=0.5)], theta, grads, "default")
        for name in ("adam", "adamw")
    ]
    assert not torch.allclose(*ends)


def test_the_kernel_that_ran_is_named():
    adam = OPTIMISERS["adam"]([Optimizer(name="adam")], torch.zeros(1, 3))
    assert adam.kernel == ("fused" if hasattr(torch, "_fused_adam_") else "rows")
    assert OPTIMISERS["sgd"]([Optimizer(name="sgd")], torch.zeros(1, 3)).kernel == "rows"
