"""Provenance: plain values that HDF5 can hold."""

import torch

from grokscope.train.device import settle
from grokscope.train.ensemble import Ensemble, initial_state
from grokscope.train.provenance import describe


def test_every_value_is_a_plain_text_or_number(small):
    settle()
    one, cpu = small(), torch.device("cpu")
    ensemble = Ensemble([one], [one.split()], [initial_state(one)], cpu, 1)
    described = describe(ensemble, cpu, 1)
    assert {type(value) for value in described.values()} <= {str, int}
    assert described["threads"] == 1
    assert described["optimiser_kernel"] == ensemble.optimiser.kernel
