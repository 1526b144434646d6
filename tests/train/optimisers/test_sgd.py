"""Gradient descent: equal to torch's own, whichever kernel runs, and per row."""

from dataclasses import replace

import pytest
import torch

from grokscope.config.sections import Optimizer

VARIANTS = [
    {},
    {"nesterov": True},
    {"warmup": 5, "schedule": "step", "decay_every": 4},
    {"weight_decay_to": "initial"},
    {"clip_norm": 2.0, "keep_norm": True},
]


@pytest.mark.parametrize("kernel", ["fused", "rows", "together"])
@pytest.mark.parametrize("keys", VARIANTS, ids=str)
def test_every_row_follows_torch_with_its_own_settings(keys, kernel, ours, reference):
    settings = [
        Optimizer(name="sgd", lr=lr, weight_decay=wd, momentum=m)
        for lr, wd, m in [(1e-2, 0.1, 0.9), (1e-3, 0.0, 0.3), (0.1, 1.0, 0.5)]
    ]
    plain = [Optimizer(name="sgd", lr=0.05, weight_decay=0.2, momentum=m) for m in (0.0, 0.7)]
    settings = [*plain, *(replace(each, **keys) for each in settings)]
    generator = torch.Generator().manual_seed(0)
    theta = torch.randn(5, 37, generator=generator, dtype=torch.float64)
    grads = torch.randn(20, 5, 37, generator=generator, dtype=torch.float64)
    found = ours(settings, theta, grads, kernel)
    for r, each in enumerate(settings):
        expected = reference(each, theta[r], grads[:, r])
        torch.testing.assert_close(found[r], expected, rtol=1e-12, atol=1e-12)
