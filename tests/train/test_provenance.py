"""Provenance: plain values that HDF5 can hold, and what of them counts when a run goes on."""

import pytest
import torch

from grokscope.train.device import settle
from grokscope.train.ensemble import Ensemble, initial_state
from grokscope.train.provenance import began_on, changed, chosen_on, describe


def test_every_value_is_a_plain_text_or_number(small):
    settle()
    one, cpu = small(), torch.device("cpu")
    ensemble = Ensemble([one], [one.split()], [initial_state(one)], cpu, 1)
    described = describe(ensemble, cpu, 1)
    assert {type(value) for value in described.values()} <= {str, int}
    assert described["threads"] == 1
    assert described["optimiser_kernel"] == ensemble.optimiser.kernel


@pytest.mark.parametrize("told", ["cpu: AVX512", "cuda:0: a GPU", "cuda:3: a GPU", None])
def test_what_a_trial_chose_counts_on_the_same_kind_of_device_alone(told):
    before = {"path": "last_position", "chunk": 1} | ({"device": told} if told else {})
    for kind in ("cpu", "cuda"):
        expected = before if told and told.startswith(kind) else {}
        assert chosen_on(torch.device(kind), before) == expected


def test_a_run_goes_on_where_it_began_if_it_can(monkeypatch):
    for there, expected in ((True, torch.device("cuda", 0)), (False, torch.device("cpu"))):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        monkeypatch.setattr(torch.cuda, "device_count", lambda there=there: int(there))
        assert began_on({"device": "cuda:3: a GPU"}) == expected
        assert began_on({"device": "cpu: AVX512"}) == torch.device("cpu")
        assert began_on({}) == expected


def test_only_what_decides_the_numbers_and_was_told_before_counts_as_changed():
    now = {"path": "dense", "chunk": 4, "dtype": "float32"}
    before = {"path": "autograd", "chunk": 1, "dtype": "float32"}
    assert changed(before, now) == {"path_before": "autograd"}
    assert changed({}, now) == {}
