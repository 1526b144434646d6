"""Sections: seeds depend on themselves alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config.sections import PURPOSES, Seeds


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
