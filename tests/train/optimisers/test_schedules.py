"""Schedules: torch's own, the warm-ups in use, and what follows what."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler as schedulers

from grokscope.config.sections import Optimizer
from grokscope.train.optimisers.schedules import SCHEDULES, learning_rate

LR, TOTAL = 0.02, 40


def torchs(make):
    """Return the learning rate of each update under one of torch's schedulers."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)
    scheduler = make(optimiser)
    rates = []
    for _ in range(TOTAL):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return rates


def ours(**keys):
    settings = Optimizer(lr=LR, **keys)
    return [learning_rate(settings, t, TOTAL) for t in range(1, TOTAL + 1)]


@pytest.mark.parametrize(
    ("keys", "make"),
    [
        ({}, lambda o: schedulers.ConstantLR(o, factor=1)),
        (
            {"schedule": "linear", "final_lr": 0.005},
            lambda o: schedulers.LinearLR(o, 1, 0.25, total_iters=TOTAL),
        ),
        (
            {"schedule": "cosine", "final_lr": 0.002},
            lambda o: schedulers.CosineAnnealingLR(o, TOTAL, eta_min=0.002),
        ),
        (
            {"schedule": "exponential", "final_lr": 0.002},
            lambda o: schedulers.ExponentialLR(o, 0.1 ** (1 / TOTAL)),
        ),
        (
            {"schedule": "step", "decay_every": 7, "decay_factor": 0.5},
            lambda o: schedulers.StepLR(o, 7, 0.5),
        ),
        ({"warmup": 10}, lambda o: schedulers.LambdaLR(o, lambda step: min(step / 10, 1))),
        (
            {"warmup": 9, "warmup_from": 0.1},
            lambda o: schedulers.LambdaLR(o, lambda step: min((step + 1) / 10, 1)),
        ),
        (
            {"warmup": 10, "warmup_from": 0.1},
            lambda o: schedulers.LinearLR(o, 0.1, total_iters=10),
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_rates_are_those_of_torch(keys, make):
    assert ours(**keys) == pytest.approx(torchs(make), rel=1e-12)


def test_the_first_update_of_a_warm_up_from_zero_moves_nothing():
    assert ours(warmup=4)[:6] == [0, LR / 4, LR / 2, LR * 0.75, LR, LR]


@given(st.sampled_from(sorted(SCHEDULES)), st.integers(0, 30), st.integers(1, 30))
def test_a_warm_up_moves_the_schedule_behind_it(schedule, warmup, t):
    keys = {"lr": LR, "schedule": schedule, "final_lr": 1e-3, "decay_every": 5}
    behind = learning_rate(Optimizer(warmup=warmup, **keys), warmup + t, warmup + TOTAL)
    assert behind == learning_rate(Optimizer(**keys), t, TOTAL)


@given(st.sampled_from(["linear", "cosine", "exponential"]), st.integers(1, 10**6))
def test_a_schedule_leads_from_lr_towards_final_lr(schedule, total):
    settings = Optimizer(lr=LR, schedule=schedule, final_lr=1e-3)
    assert learning_rate(settings, 1, total) == LR
    assert 1e-3 <= learning_rate(settings, total, total) <= LR
    assert learning_rate(settings, total + 1, total) == pytest.approx(1e-3, rel=1e-9)
