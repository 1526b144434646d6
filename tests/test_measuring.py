"""Measuring: several processes find what one does, and what goes wrong in them is told."""

import numpy as np
import pytest

from grokscope.errors import GrokscopeError, MissingData
from grokscope.measuring import Awaiting, Measurers, gathered
from grokscope.store.curves.reader import read_analyses
from grokscope.study import Trained
from grokscope.train.plan import plan
from grokscope.train.session import train


@pytest.fixture
def paths(small, tmp_path):
    plans = plan([small("epochs=3", "dense_until=3", f"seed={s}") for s in (0, 1)], tmp_path)
    train(plans, tmp_path, device="cpu", notify=lambda line: None)
    return [one.path for one in plans]


def evidence(paths):
    return {"seeds": [Trained(path, "cpu") for path in paths]}


def each(text):
    return lambda evidence: [float(run.measure(text)[-1]) for run in evidence["seeds"]]


def refused(evidence):
    with pytest.raises(MissingData, match="200 epochs apart"):
        evidence["seeds"][1].measure("euclidean_speed interval=200")
    return each("gini")(evidence)


READERS = [
    each("gini"),
    lambda evidence: len(evidence["seeds"]),
    lambda evidence: [*each("gini every=2")(evidence), *each("weight_norm")(evidence)],
    refused,
]


def test_several_processes_find_what_one_does_and_keep_it(paths):
    several = dict(gathered(READERS, evidence(paths), 2))
    kept = [read_analyses(path) for path in paths]
    assert [set(one) for one in kept] == [{"gini", "weight_norm"}] * 2
    assert several == dict(gathered(READERS, evidence(paths), 1))
    assert several[0] == several[3] == [float(one["gini"].values[-1]) for one in kept]
    assert np.isfinite(several[2]).all()


def test_what_is_known_is_not_asked_for_again(paths, monkeypatch):
    left = []

    def take(measurers):
        run, text = measurers._asked.pop(0)
        run.learn(text, Trained(run.path, "cpu").take(text))
        left.append([run.path for run, _ in measurers._asked])
        return run

    monkeypatch.setattr(Measurers, "wait", take)
    several = dict(gathered(READERS[:1] * 2, evidence(paths), 2))
    assert several == dict(gathered(READERS[:1] * 2, evidence(paths), 1))
    # one run is measured, then the other
    assert left == [paths[1:], []]


def test_what_needs_no_measure_starts_no_process(paths, monkeypatch):
    monkeypatch.setattr(Measurers, "_start", lambda self: pytest.fail("started"))
    assert list(gathered(READERS[1:2], evidence(paths), 2)) == [(0, 2)]


def test_a_process_that_dies_is_told(paths):
    with Measurers(2) as measurers:
        measurers.ask([Awaiting(paths[0], "cpu")], "gini")
        measurers._deal()
        (worker,) = measurers._workers.values()
        worker.kill()
        with pytest.raises(GrokscopeError, match=r"\(pid \d+\) ended with exit code -9; what was"):
            measurers.wait()
