"""Adam: equal to torch's own, whichever kernel runs, and per row."""

from dataclasses import replace

import pytest
import torch

from grokscope.config.sections import Optimizer

VARIANTS = [
    {},
    {"warmup": 5, "schedule": "cosine", "final_lr": 1e-4},
    {"weight_decay_to": "initial"},
    {"clip_norm": 2.0},
    {"keep_norm": True},
    {"fixed_norm": 3.0, "clip_norm": 1.0, "schedule": "linear"},
]


@pytest.mark.parametrize("kernel", ["fused", "rows", "together"])
@pytest.mark.parametrize("keys", VARIANTS, ids=str)
@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_every_row_follows_torch_with_its_own_settings(name, keys, kernel, ours, reference):
    settings = [
        Optimizer(name=name, lr=lr, weight_decay=wd, betas=(0.9, b2))
        for lr, wd, b2 in [(1e-2, 0.1, 0.999), (1e-3, 0.0, 0.98), (0.1, 1.0, 0.9)]
    ]
    settings = [settings[0], *(replace(each, **keys) for each in settings)]
    generator = torch.Generator().manual_seed(0)
    theta = torch.randn(4, 37, generator=generator, dtype=torch.float64)
    grads = torch.randn(20, 4, 37, generator=generator, dtype=torch.float64)
    found = ours(settings, theta, grads, kernel)
    for r, each in enumerate(settings):
        expected = reference(each, theta[r], grads[:, r])
        torch.testing.assert_close(found[r], expected, rtol=1e-12, atol=1e-12)


def test_coupled_and_decoupled_decay_differ(ours):
    theta, grads = torch.ones(1, 5), torch.ones(3, 1, 5)
    ends = [
        ours([Optimizer(name=name, lr=0.1, weight_decay=0.5)], theta, grads)
        for name in ("adam", "adamw")
    ]
    assert not torch.allclose(*ends)
