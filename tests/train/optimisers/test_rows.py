"""Row optimisers: a run does not notice its company; which kernel runs; what constrains weights."""

import numpy as np
import pytest
import torch

from grokscope.config.sections import Optimizer
from grokscope.train.optimisers import OPTIMISERS

KEYS = [
    {},
    {},
    {"lr": 0.1},
    {"warmup": 3, "schedule": "cosine"},
    {"weight_decay_to": "initial"},
    {"weight_decay_to": "initial"},
    {"clip_norm": 0.5},
    {"keep_norm": True, "weight_decay": 0.0},
]


def made(name, keys, theta=None, initial=None):
    settings = [Optimizer(**({"name": name, "weight_decay": 0.3} | each)) for each in keys]
    like = torch.zeros(len(keys), 16) if theta is None else theta
    return OPTIMISERS[name](settings, like, total_steps=9, initial=initial)


@pytest.mark.parametrize("kernel", ["fused", "rows"])
@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("size", [7, 37, 1609])
def test_a_run_does_not_notice_its_company_to_the_last_bit(name, size, kernel, ours):
    momentum = {"momentum": 0.9} if name == "sgd" else {}
    settings = [
        Optimizer(**({"name": name, "lr": 0.01, "weight_decay": 0.3} | momentum | each))
        for each in KEYS
    ]
    generator = torch.Generator().manual_seed(size)
    theta = torch.randn(8, size, generator=generator)
    grads = torch.randn(12, 8, size, generator=generator)
    alone = [
        ours(settings[r : r + 1], theta[r : r + 1], grads[:, r : r + 1], kernel) for r in range(8)
    ]
    expected = torch.cat(alone)
    for chunk in (1, 3, 8):
        found = ours(settings, theta, grads, kernel, chunk)
        assert torch.equal(found.view(torch.int32), expected.view(torch.int32))


def test_neighbours_of_equal_settings_share_a_call():
    optimiser = made("adam", KEYS, initial=lambda run: np.zeros(16, np.float32))
    buffers = torch.zeros(4, 8, 16)
    blocks = optimiser.blocks(slice(0, 8), buffers[0], buffers[1], buffers[2:])
    assert [len(block.settings) for block in blocks] == [2, 1, 1, 2, 1, 1]
    optimiser.fused = None
    blocks = optimiser.blocks(slice(1, 4), *(b[1:4] for b in buffers[:2]), buffers[2:, 1:4])
    assert [len(block.settings) for block in blocks] == [1, 1, 1]


def test_initial_weights_are_asked_for_where_they_matter_alone():
    asked = []

    def initial(run):
        asked.append(run)
        return np.ones(16, np.float32)

    made("adamw", [*KEYS, {"weight_decay_to": "initial", "weight_decay": 0.0}], initial=initial)
    assert sorted(asked) == [4, 5, 7]


def test_weights_pulled_to_their_start_come_back_to_it(ours):
    start = torch.randn(1, 37, generator=torch.Generator().manual_seed(1))
    grads = torch.zeros(400, 1, 37)
    grads[0] = 1
    settings = [Optimizer(name="sgd", lr=0.1, weight_decay=0.5, weight_decay_to="initial")]
    torch.testing.assert_close(ours(settings, start, grads), start)
    assert not torch.allclose(ours(settings, start, grads[:3]), start)


def test_a_kept_norm_is_that_of_the_start_and_a_fixed_one_is_as_told(ours):
    generator = torch.Generator().manual_seed(2)
    theta = torch.randn(2, 5009, generator=generator)
    settings = [Optimizer(name="adam", keep_norm=True), Optimizer(name="adam", fixed_norm=2.5)]
    found = ours(settings, theta, torch.randn(30, 2, 5009, generator=generator)).double()
    expected = [theta[0].double().norm().item(), 2.5]
    assert found.norm(dim=1).tolist() == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_kernel_that_ran_is_named(name, monkeypatch):
    fused = OPTIMISERS[name].fused_name
    assert made(name, [{}]).kernel == ("fused" if hasattr(torch, fused) else "rows")
    monkeypatch.delattr(torch, fused, raising=False)
    assert made(name, [{}]).kernel == "rows"


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_private_kernel_that_takes_other_arguments_is_not_used(name, monkeypatch):
    def other(*tensors):
        raise AssertionError

    monkeypatch.setattr(torch, OPTIMISERS[name].fused_name, other, raising=False)
    assert made(name, [{}]).kernel == "rows"


@pytest.mark.parametrize("kernel", ["fused", "rows"])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_state_that_began_anew_counts_from_there_and_the_schedule_goes_on(name, kernel):
    theta, later = torch.ones(2, 1, 16), torch.ones(2, 1, 16)
    settings = [Optimizer(name=name, lr=0.01), Optimizer(name=name, lr=0.01, warmup=200)]
    for row, (one, since, t) in enumerate([(settings[0], 0, 1), (settings[1], 100, 101)]):
        optimiser = OPTIMISERS[name](
            [one], theta[row], total_steps=400, initial=lambda run: None, since=since
        )
        if kernel == "rows":
            optimiser.fused = None
        state = [torch.zeros(1, 16) for _ in optimiser.slots]
        optimiser.update(slice(0, 1), theta[row], torch.ones(1, 16), state, t)
    # half of the warm-up is over
    torch.testing.assert_close(later[1] - theta[1], (later[0] - theta[0]) / 2)
