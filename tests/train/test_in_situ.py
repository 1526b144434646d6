"""In situ: what training measures is what the stored trajectory would have given."""

import numpy as np
import pytest

from grokscope.analysis import measure
from grokscope.config import override
from grokscope.errors import BadConfig, UnknownName
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_attrs
from grokscope.store.listing.summary import read_summary
from grokscope.train import in_situ
from grokscope.train.in_situ import Observer
from grokscope.train.plan import plan, plan_resume
from grokscope.train.session import train
from grokscope.train.stop import Stop

FISHER = ["fisher_speed", "fisher_cosine", "fisher_origin_cosine"]
ASKED = 'record.measures=["fisher_speed", "fisher_cosine", "weight_norm"]'
SPARSE = ("dense_until=0", "ratio=1000.0")


def quiet(line):
    """Take a notice without showing it."""
    del line


def run(one, store, stop=None):
    store.mkdir(exist_ok=True)
    (planned,) = plan([one], store)
    train([planned], store, device="cpu", stop=stop, notify=quiet)
    return planned.path


def results(path):
    """Return what a run holds of measures, by key."""
    children = open_run(path)["analysis"].children
    return {key: node.to_dataset().load() for key, node in children.items()}


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for key, result in expected.items():
        assert found[key].attrs == result.attrs
        for name, array in result.variables.items():
            assert found[key][name].attrs == array.attrs
            if array.dtype.kind == "f":
                np.testing.assert_allclose(found[key][name], array, rtol=2e-5, atol=1e-6)
            else:
                np.testing.assert_array_equal(found[key][name], array)


@pytest.fixture
def dense(small, tmp_path):
    """Return what is measured of a trajectory that was stored whole."""
    path = run(small("epochs=12", "dense_until=12"), tmp_path / "dense")
    measure(path, ["fisher_speed", "fisher_cosine", "weight_norm"], device="cpu")
    return results(path)


def test_a_run_without_checkpoints_is_measured_as_if_it_had_them_all(small, dense, tmp_path):
    path = run(small("epochs=12", *SPARSE, ASKED), tmp_path / "sparse")
    assert len(open_trajectory(path)) < 6
    assert_same(results(path), dense)


@pytest.mark.parametrize("most", [1, 3])
def test_how_many_are_held_at_once_changes_nothing(small, dense, tmp_path, monkeypatch, most):
    monkeypatch.setattr(in_situ, "MOST", most)
    assert_same(results(run(small("epochs=12", *SPARSE, ASKED), tmp_path / "held")), dense)


def test_an_interrupted_run_goes_on_measuring(small, dense, tmp_path):
    calls = iter(range(100))
    stop = Stop(also=lambda: next(calls) >= 5)
    path = run(small("epochs=12", *SPARSE, ASKED), tmp_path / "twice", stop)
    speed = results(path)["fisher_speed.output.diagonal.test.f1.n256.s0"]
    assert speed.epoch.values.tolist() == [0, 1, 2, 3, 4, 5]
    assert np.isnan(speed.fisher_speed.values).tolist() == [False] * 5 + [True]
    train([plan_resume(read_summary(path))], path.parent, device="cpu", notify=quiet)
    assert_same(results(path), dense)


def test_what_measuring_cost_is_told_over_sessions(small, tmp_path):
    calls = iter(range(100))
    stop = Stop(also=lambda: next(calls) >= 5)
    path = run(small("epochs=12", *SPARSE, ASKED), tmp_path, stop)
    before = read_attrs(path)["measuring_seconds"]
    train([plan_resume(read_summary(path))], tmp_path, device="cpu", notify=quiet)
    assert 0 < before < read_attrs(path)["measuring_seconds"]


def test_a_run_that_diverges_keeps_what_was_measured(small, tmp_path):
    path = run(
        small("epochs=12", *SPARSE, ASKED, "name=sgd", "optimizer.name=sgd", "lr=1e30"), tmp_path
    )
    assert read_summary(path).status == "failed"
    (speed,) = measure(path, ["fisher_speed"], device="cpu")
    assert speed.epoch.values.tolist() == [0]


def test_runs_of_an_ensemble_are_measured_as_alone(small, tmp_path):
    runs = [small("epochs=6", *SPARSE, ASKED, f"seed={seed}") for seed in (1, 2)]
    plans = plan(runs, tmp_path)
    train(plans, tmp_path, device="cpu", notify=quiet)
    alone = run(runs[1], tmp_path / "alone")
    assert_same(results(plans[1].path), results(alone))


def test_what_training_measured_is_not_measured_again(small, tmp_path, monkeypatch):
    path = run(small("epochs=12", *SPARSE, ASKED, "measure_every=5"), tmp_path / "store")

    def refuse(*arguments, **values):
        raise AssertionError

    monkeypatch.setattr("grokscope.analysis.stored.computed", refuse)
    speed, cosine = measure(path, ["fisher_speed", "fisher_cosine"], device="cpu")
    kept = open_trajectory(path).epoch
    assert speed.epoch.values.tolist() == sorted({0, 5, 10, *kept.astype(int)})
    assert np.isfinite(speed.values[:-1]).all()
    assert np.isfinite(cosine.values[1:-1]).all()


def test_parameters_and_longer_steps_are_taken(small, tmp_path):
    asked = 'record.measures=["fisher_speed interval=4 score=model metric=full"]'
    path = run(small("epochs=12", *SPARSE, asked), tmp_path / "sparse")
    whole = run(small("epochs=12", "dense_until=12"), tmp_path / "dense")
    choices = {"interval": 4, "score": "model", "metric": "full"}
    measure(whole, ["fisher_speed"], choices, device="cpu")
    assert_same(results(path), results(whole))


def test_an_early_end_is_measured_too(small, tmp_path):
    early = ("stop_metric=train_loss", "stop_beyond=1e9", "stop_hold=3")
    path = run(small("epochs=12", *SPARSE, ASKED, *early), tmp_path / "store")
    (speed,) = measure(path, ["fisher_speed"], device="cpu")
    assert speed.epoch.values.tolist() == [0, 1, 2, 3]


def test_only_what_is_needed_is_held(small):
    one = small("epochs=100", *SPARSE, ASKED, "measure_every=10")
    observer = Observer(one, one.split())
    # epochs 1, 2 and 3 are kept as the first triple
    near = {e + d for e in (1, 2, 3, *range(0, 101, 10)) for d in (-1, 0, 1)}
    assert {e for e in range(101) if observer.wants(e)} == near & set(range(101))
    for epoch in range(15):
        if observer.wants(epoch):
            observer.see(epoch, epoch, np.full(one.layout.size, epoch, np.float32))
    observer.measure()
    assert observer.samples == []
    assert observer.series[0].result().epoch.values.tolist() == [0, 1, 2, 3, 10]


@pytest.mark.parametrize("interval", [1, 7])
@pytest.mark.parametrize("every", [1, 5, 40])
def test_no_more_is_held_than_is_told_and_not_much_less(small, monkeypatch, interval, every):
    monkeypatch.setattr(in_situ, "MOST", 1)
    asked = f'record.measures=["fisher_cosine interval={interval}", "weight_norm"]'
    one = small("epochs=100", *SPARSE, asked, f"measure_every={every}")
    observer = Observer(one, one.split())
    monkeypatch.setattr(observer, "_found", lambda request, tree, _: tree["trajectory"]["epoch"])
    held = []
    for epoch in filter(observer.wants, range(101)):
        observer.see(epoch, epoch, np.zeros(one.layout.size, np.float32))
        held.append(len(observer.samples))
    most = in_situ.needed(one.record, 100)
    assert most / 2 <= max(held) <= most


@pytest.mark.parametrize(("runs", "most"), [(1, 32), (10, 5), (1000, 3)])
def test_runs_that_are_observed_together_share_the_memory(small, monkeypatch, runs, most):
    one = small("epochs=100", ASKED)
    monkeypatch.setattr(in_situ, "HELD_BYTES", 4 * one.layout.size * 30)
    observer, seen = Observer(one, one.split(), runs=runs), []
    monkeypatch.setattr(observer, "measure", lambda: seen.append(len(observer.samples)))
    for epoch in range(most):
        observer.see(epoch, epoch, np.zeros(one.layout.size, np.float32))
    assert seen == [most]


def test_an_interval_longer_than_the_run_takes_no_more_than_the_run(small):
    one = small("epochs=9", "dense_until=9", 'record.measures=["fisher_speed interval=4000000000"]')
    assert 10 <= in_situ.needed(one.record, 9) <= 2 * 10
    longest = small("epochs=9", "dense_until=9", 'record.measures=["fisher_speed interval=10"]')
    assert in_situ.needed(one.record, 9) == in_situ.needed(longest.record, 9)


def test_checkpoints_that_take_too_much_memory_are_refused(small, monkeypatch):
    one = small("epochs=100", 'record.measures=["fisher_speed interval=20"]')
    monkeypatch.setattr(in_situ, "MOST_BYTES", 4 * one.layout.size * 36 * 2)
    assert in_situ.memory([one, one]) == in_situ.MOST_BYTES
    with pytest.raises(BadConfig, match=r"need 40 checkpoints of a run at once, .* for 3 runs"):
        in_situ.memory([one, one, one])


def test_windows_of_the_flight_recorder_are_left_to_measure_which_loses_nothing(small, tmp_path):
    flying = ("record.flight=5", "record.flight_after=2", "measure_every=8", "lr=0.03")
    path = run(small("epochs=40", *SPARSE, ASKED, *flying), tmp_path / "store")
    key = "fisher_speed.output.diagonal.test.f1.n256.s0"
    before, kept = results(path)[key], open_trajectory(path).epoch.tolist()
    window = set(kept) - set(before.epoch.values)
    assert window
    assert "windows of the flight recorder" in before.fisher_speed.attrs["comment"]
    measure(path, ["fisher_speed"], device="cpu")
    after = results(path)[key]
    assert set(after.epoch.values) == set(before.epoch.values) | window
    assert "comment" not in after.fisher_speed.attrs
    both = after.sel(checkpoint=before.checkpoint)
    np.testing.assert_array_equal(both.fisher_speed, before.fisher_speed)
    assert np.isfinite(after.fisher_speed.sel(checkpoint=after.epoch.isin(list(window)))).sum() > 3


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ("grokking_time", BadConfig, "needs the whole run"),
        ("gini every=5", BadConfig, "which checkpoints are measured .* record.measure_every"),
        ("fisher_sped", UnknownName, "fisher_speed"),
        ("fisher_speed score=x", BadConfig, "score must be one of"),
    ],
)
def test_what_cannot_be_measured_so_is_refused_before_there_is_a_run(
    small, tmp_path, asked, error, told
):
    one = override(small(), [f'record.measures=["{asked}"]'])
    with pytest.raises(error, match=told):
        run(one, tmp_path / "store")
    assert not list((tmp_path / "store").iterdir())


def test_a_key_newer_than_runs_changes_no_digest(small):
    assert "measures" not in small().as_config()["record"]
    assert small(ASKED).digest != small().digest
