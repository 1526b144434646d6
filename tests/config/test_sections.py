"""Sections: seeds depend on themselves alone, and what values are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config.sections import PURPOSES, Fork, Optimizer, Record, Seeds, Training
from grokscope.errors import BadConfig


@given(st.integers(0, 2**32), st.sampled_from(PURPOSES), st.integers(0, 1000))
def test_a_stream_is_a_function_of_seed_purpose_and_key(seed, purpose, key):
    one, two = Seeds(root=seed).rng(purpose, key), Seeds(root=seed).rng(purpose, key)
    np.testing.assert_array_equal(one.random(4), two.random(4))


def test_purposes_and_keys_do_not_share_a_stream():
    seeds = Seeds(root=0)
    draws = {seeds.rng(p, *key).random() for p in PURPOSES for key in ((), (0,), (1,))}
    assert len(draws) == 12


def test_a_purpose_left_out_follows_the_root():
    assert Seeds(root=7).rng("init").random() == Seeds(root=1, init=7).rng("init").random()


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        (Optimizer, {"warmup": -1}, "optimizer.warmup must be at least 0, got -1"),
        (Optimizer, {"warmup_from": 2.0}, r"optimizer.warmup_from must lie in \[0, 1\], got 2"),
        (Optimizer, {"final_lr": -1e-3}, "optimizer.final_lr must be at least 0"),
        (Optimizer, {"schedule": "exponential"}, "needs optimizer.final_lr greater than 0"),
        (Optimizer, {"schedule": "step"}, "needs optimizer.decay_every of at least 1, got 0"),
        (Optimizer, {"decay_factor": 0.0}, "optimizer.decay_factor must be greater than 0"),
        (Optimizer, {"clip_norm": -1.0}, "optimizer.clip_norm must be at least 0"),
        (Optimizer, {"nesterov": True}, "nesterov needs optimizer.momentum greater than 0, got 0"),
        (Optimizer, {"keep_norm": True, "fixed_norm": 2.0}, "exclude each other, got .* = 2"),
        (Training, {"stop_hold": -1}, "training.stop_hold must be at least 0, got -1"),
        (Training, {"stop_beyond": 1.5}, r"must lie in \[0, 1\] for test_accuracy, got 1.5"),
        (Training, {"stop_beyond": -0.5, "stop_metric": "test_loss"}, "at least 0, got -0.5"),
        (Record, {"measure_every": 0}, "measure_every must be at least 1 epoch, got 0"),
        (Record, {"evaluate_every": 0}, "evaluate_every must be at least 1 epoch, got 0"),
    ],
)
def test_values_out_of_range_are_refused(section, values, message):
    with pytest.raises(BadConfig, match=message):
        section(**values)


def test_a_loss_may_be_stopped_at_any_height():
    assert Training(stop_metric="train_loss", stop_beyond=1.5).stop_beyond == 1.5


def test_a_fork_begins_at_no_negative_step():
    with pytest.raises(BadConfig, match=r"fork.step must be at least 0, got -1"):
        Fork(parent="a", parent_digest="", step=-1, epoch=0, checkpoint="")
