"""Figures of paths: what is read of steps, and how."""

import numpy as np
import pytest

from grokscope.studies.grokking_vs_learning.directions import COSINE
from grokscope.studies.grokking_vs_learning.figures import geometry
from tests.studies.runs import NAN, Run, by


def test_steps_of_both_tasks_are_read_as_long_as_the_paper_has_them():
    ising, modadd = geometry.both("cosine", COSINE)
    assert ising.groups == ("ising-1", "ising-5")
    run = Run([0], measures={f"{COSINE} interval=200": [1, 2], COSINE: [3, NAN, 4]})
    evidence = {name: [run] for name in ising.groups + modadd.groups}
    assert ising.read(evidence)[COSINE].values[0, 0].tolist() == [1, 2]
    assert modadd.read(evidence)[COSINE].values[0, 0].tolist() == [3, 4]
    assert modadd.read(evidence)["epoch"].values.tolist() == [0, 20]


def test_the_change_of_speed_is_over_the_speed_and_per_epoch():
    panel = geometry.changes("modular addition", 0.5)
    run = Run([0], measures={"fisher_speed": [1, 2, 4, 1]})
    change = panel.read({name: [run] for name in panel.groups})["change"]
    np.testing.assert_allclose(change[0, 0], [0.05, 0.05, -0.3])
    assert panel.limits == (-0.5, 0.5)


def test_stiff_and_sloppy_are_two_variables():
    _, panel = geometry.subspaces("speed", "stiff_speed", "xy")
    run = Run([0], measures={"stiff_speed": by("subspace", stiff=[1, 2], sloppy=[3, 4])})
    found = panel.read({name: [run] for name in panel.groups})
    assert [found[name].values[0, 0].tolist() for name in panel.y] == [[1, 2], [3, 4]]


def test_the_diagonal_is_sorted_and_has_a_floor(monkeypatch):
    values = np.concatenate([np.zeros(100), np.arange(101) / 10])
    monkeypatch.setattr(geometry, "fisher_diagonal", lambda run: values[::-1])
    found = geometry.diagonal(Run([0]))
    assert found["fisher"].values[0] == geometry.TINIEST
    assert found["fisher"].values[-1] == 10
    assert float(found["fisher"].sel(rank=0.75)) == pytest.approx(5)
