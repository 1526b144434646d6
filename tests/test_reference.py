"""Reference runs: what store/ ships is whole, small, and learned as the paper says."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_analyses, read_metrics
from grokscope.store.listing.catalogue import Catalogue

STORE = Path(__file__).parents[1] / "store"
RUNS = {run.name: run for run in Catalogue(STORE).refresh() if run.name.startswith("reference-")}
FISHER = "fisher_speed.output.diagonal.test.f1.n256.s0"


def test_one_groks_and_one_learns_steadily_when_the_paper_s_pair_does():
    grok, steady = RUNS["reference-grok"].outcome, RUNS["reference-steady"].outcome
    assert (grok.regime, steady.regime) == ("grokking", "steady")
    assert 10 <= grok.t_train <= 20
    assert 45 <= grok.t_test <= 75
    assert steady.t_test <= 12


def test_the_fisher_speed_turns_where_the_paper_s_does():
    moments = RUNS["reference-grok"].moments
    assert 15 <= moments["speed_min"].epoch <= 25
    assert 42 <= moments["speed_max"].epoch <= 54


@pytest.mark.parametrize("name", ["reference-grok", "reference-steady"])
def test_measures_cover_every_epoch_and_name_the_checkpoints_they_came_from(name):
    path = RUNS[name].path
    analysis = read_analyses(path)[FISHER]
    np.testing.assert_array_equal(analysis.epoch, np.arange(201))
    assert read_metrics(path).epoch.size == 201
    kept = open_trajectory(path)
    assert kept.epoch.tolist() == [0, 50, 200]
    with xr.open_datatree(path / "run.h5", engine="h5netcdf") as tree:
        digests = tree[f"analysis/{FISHER}"].digest.values
    assert set(kept.digests.tolist()) <= set(digests.tolist())
    assert len(set(digests.tolist())) == 201


def test_the_weights_that_are_kept_have_the_norm_that_was_recorded():
    path = RUNS["reference-grok"].path
    rows, metrics = open_trajectory(path).rows(), read_metrics(path)
    norms = metrics.curves["weight_norm"].values[[0, 50, 200]]
    np.testing.assert_allclose(np.linalg.norm(rows.astype(float), axis=1), norms, rtol=1e-6)


def test_the_store_stays_small():
    assert sum(p.stat().st_size for run in RUNS.values() for p in run.path.rglob("*.*")) < 6e6
