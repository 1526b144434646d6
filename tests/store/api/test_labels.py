import math

import numpy as np
import pytest

from grokscope.store.api.labels import run_labels
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.recording.recorder import Recorder


@pytest.fixture
def runs(store):
    """Return a maker of runs that differ as told, in their order."""

    def make(*configs, **options):
        for config in configs:
            with Recorder("r", store=store, time_unit="step", config=config, **options) as rec:
                rec.log(0, train_accuracy=0.0, test_accuracy=0.0)
        return sorted(Catalogue(store).refresh(), key=lambda run: run.created)

    return make


def values(labels, name):
    return labels[name].data.tolist()


def test_keys_that_differ_go_by_their_short_names(runs):
    labels = run_labels(
        runs(*({"model": {"name": "mlp", "init_scale": s}, "p": 113} for s in (1.0, 10.0)))
    )
    assert values(labels, "init_scale") == [1.0, 10.0]
    assert set(labels) == {
        "run", "seed", "status", "regime", "t_train", "t_test", "t_grok", "init_scale",
    }  # fmt: skip
    assert all(label.dims == ("run",) for label in labels.values())
    assert all({"long_name", "units"} <= label.attrs.keys() for label in labels.values())
    assert labels["init_scale"].attrs["long_name"] == "model.init_scale"


def test_a_short_name_of_two_keys_is_no_name(runs):
    labels = run_labels(
        runs(
            {"model": {"name": "mlp"}, "a": {"lr": 1}, "b": {"lr": 1}},
            {"model": {"name": "cnn"}, "a": {"lr": 2}, "b": {"lr": 1}},
        )
    )
    assert values(labels, "a.lr") == [1, 2]
    assert values(labels, "model") == ["mlp", "cnn"]
    assert "lr" not in labels


def test_a_name_that_is_taken_is_told_in_full(runs):
    made = runs({"data": {"step": 1, "regime": "a"}}, {"data": {"step": 2, "regime": "b"}})
    labels = run_labels(made, taken={"step"})
    assert values(labels, "data.step") == [1, 2]
    assert values(labels, "data.regime") == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((1, 2), [1, 2]),
        ((1, 2.5), [1.0, 2.5]),
        ((1, None), [1.0, math.nan]),
        (("a", None), ["a", ""]),
        ((True, False), [True, False]),
        ((1, "a"), ["1", "a"]),
        (([1, 2], [3]), ["[1,2]", "[3]"]),
        ((2**70, 1), [2.0**70, 1.0]),
        ((10**400, 1), ["1" + "0" * 400, "1"]),
        ((math.inf, 1.0), ["inf", "1.0"]),
    ],
)
def test_values_are_numbers_where_all_are_and_text_otherwise(runs, given, kept):
    found = values(run_labels(runs(*({"key": value} for value in given))), "key")
    np.testing.assert_equal(found, kept)


def test_times_are_told_in_the_runs_own_unit(store):
    for unit in ("step", "epoch"):
        with Recorder("r", store=store, time_unit=unit, chance=0.1, n_test=100) as rec:
            for step in range(20):
                done = float(step >= 10)
                rec.log(step, epoch=step / 2, train_accuracy=done, test_accuracy=done)
    runs = sorted(Catalogue(store).refresh(), key=lambda run: run.created)
    assert values(run_labels(runs), "t_test") == [10.0, 5.0]
    assert "unit_label" not in run_labels(runs)["t_test"].attrs
    assert run_labels(runs[:1])["t_test"].attrs["unit_label"] == "step"


def test_a_run_without_accuracies_has_no_regime_and_no_times(store):
    with Recorder("r", store=store) as rec:
        rec.log(0, train_loss=1)
    labels = run_labels(Catalogue(store).refresh())
    assert values(labels, "regime") == [""]
    assert np.isnan(values(labels, "t_grok")).all()
