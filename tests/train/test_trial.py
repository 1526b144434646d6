"""A short trial: the quickest of a few epochs, of fewer where these are long."""

from types import SimpleNamespace

import pytest

from grokscope.train import trial
from grokscope.train.ensemble import Ensemble


@pytest.mark.parametrize(
    ("seconds", "expected"), [([9.0], 9.0), ([0.4, 0.25], 0.25), ([0.25, 0.125, 0.125], 0.125)]
)
def test_the_quickest_epoch_with_its_evaluation_counts(small, monkeypatch, seconds, expected):
    now, left = [0.0], list(seconds)

    def passing(work, take):
        def work_in_time(self):
            now[0] += take() / 2
            return work(self)

        return work_in_time

    monkeypatch.setattr(trial, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr(Ensemble, "advance", passing(Ensemble.advance, lambda: left[0]))
    monkeypatch.setattr(Ensemble, "evaluate", passing(Ensemble.evaluate, lambda: left.pop(0)))
    assert trial.seconds_per_epoch(small(), "cpu") == pytest.approx(expected)
    assert left == []
