"""Analysis: computed once, kept while true, shared where it can be, refused in one line."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from grokscope.analysis import measure
from grokscope.config import Experiment
from grokscope.errors import BadConfig, MissingData, NoDevice, UnknownName
from grokscope.events import Moment, Yardstick
from grokscope.measures import MEASURES
from grokscope.models.network import TorchNetwork
from grokscope.steps import TANGENTS
from grokscope.store import RunWriter, read_summary
from grokscope.store.checkpoints.segments import Segments
from grokscope.store.checkpoints.thinning import thin
from grokscope.store.curves.reader import read_analyses
from grokscope.store.recording.recorder import Recorder

CONFIG = {
    "name": "toy",
    "task": {"name": "modular_addition", "p": 5},
    "model": {"name": "mlp", "hidden": [6]},
    "seed": {"root": 3},
}
FISHER = ["fisher_speed", "fisher_cosine", "fisher_origin_cosine"]


def walk(n=9):
    """Return parameters of `n` checkpoints whose steps shrink, grow and shrink again."""
    size = Experiment.from_config(CONFIG).layout.size
    lengths = 1.2 + np.cos(np.arange(n) * np.pi / 4)
    moves = np.random.default_rng(0).normal(size=(n, size)) * lengths[:, None] / 10
    return np.cumsum(moves, axis=0).astype(np.float32)


def record(store, rows, config=CONFIG, finish=True):
    """Record a run of 10 steps an epoch, its accuracies reached at epochs 1 and 5."""
    layout = Experiment.from_config(CONFIG).layout
    writer = RunWriter.create(
        store, "toy-s3", config=config, yardstick=Yardstick(0.2, 8), layout=layout
    )
    for e in range(10):
        writer.log(10 * e, e, {"train_accuracy": float(e >= 1), "test_accuracy": float(e >= 5)})
    for e, row in enumerate(rows):
        writer.checkpoint(10 * e, e, row)
    if finish:
        writer.finish("finished")
    return writer.path


@pytest.fixture
def run(tmp_path):
    return record(tmp_path, walk())


@pytest.fixture
def calls(monkeypatch):
    """Count what is asked of networks."""
    counted = []
    for name in ("gram", "fisher_diagonal"):
        whole = getattr(TorchNetwork, name)

        def counting(self, *arguments, whole=whole, name=name):
            counted.append(name)
            return whole(self, *arguments)

        monkeypatch.setattr(TorchNetwork, name, counting)
    return counted


def test_worked_value_of_the_speed_on_a_stored_run(run):
    (speed,) = measure(run, ["fisher_speed"], {"samples": 4, "seed": 2})
    experiment = Experiment.from_config(CONFIG)
    split = experiment.split()
    drawn = np.random.default_rng(2).permutation(len(split.test_labels))[:4]
    network = TorchNetwork(experiment.model, experiment.task.signature)
    rows = walk()
    metric = network.fisher_diagonal(
        rows[:-1], split.test_inputs[drawn], split.test_labels[drawn], "output"
    )
    steps = np.diff(rows.astype(float), axis=0)
    expected = np.sqrt((metric * steps**2).sum(1))
    np.testing.assert_allclose(speed[:-1], expected, rtol=1e-5)
    assert np.isnan(speed[-1])
    assert speed.name == "fisher_speed.output.diagonal.test.f1.n4.s2"
    np.testing.assert_array_equal(speed.checkpoint, 10 * np.arange(9))
    np.testing.assert_array_equal(speed.epoch, np.arange(9))


def test_full_metric_is_matrix_free_and_another_number(run, calls):
    full, diagonal = (
        measure(run, ["fisher_speed"], {"metric": m})[0] for m in ("full", "diagonal")
    )
    assert set(calls) == {"gram", "fisher_diagonal"}
    assert (full[:-1] > 0).all()
    assert not np.allclose(full[:-1], diagonal[:-1])


def test_kept_result_is_returned_without_computing(run, calls):
    first = measure(run, [*FISHER, "weight_norm", "grokking_time"])
    computed = len(calls)
    again = measure(run, [*FISHER, "weight_norm", "grokking_time"])
    assert len(calls) == computed
    for here, there in zip(again, first, strict=True):
        xr.testing.assert_equal(here, there)
        assert here.name == there.name
        assert here.attrs == there.attrs
    measure(run, FISHER, again=True)
    assert len(calls) == 2 * computed


def test_measures_asked_for_together_share_their_work(run, calls):
    measure(run, FISHER[:1])
    alone = len(calls)
    measure(run, FISHER, {"seed": 1})
    assert len(calls) == 2 * alone


def test_other_parameters_are_kept_beside(run):
    measure(run, ["fisher_speed"])
    measure(run, ["fisher_speed"], {"score": "model"})
    with xr.open_datatree(run / "run.h5") as tree:
        assert set(tree["analysis"].children) == {
            "fisher_speed.output.diagonal.test.f1.n256.s0",
            "fisher_speed.model.diagonal.test.f1.n256.s0",
        }


def test_stored_result_explains_itself(run):
    measure(run, ["fisher_cosine", "grokking_time"])
    with xr.open_datatree(run / "run.h5") as tree:
        cosine = tree["analysis/fisher_cosine.output.diagonal.test.f1.n256.s0/fisher_cosine"]
        assert cosine.attrs["long_name"].startswith("Fisher cosine, consecutive steps, output/")
        assert cosine.attrs["units"] == "1"
        assert "2502.01739" in cosine.attrs["references"]
        assert '"inputs":"test"' in cosine.attrs["parameters"]
        assert {"epoch", "digest"} < set(cosine.coords)
        lag = tree["analysis/grokking_time.ceiling/grokking_time"]
        assert lag.item() == 4
        assert lag.attrs["unit_label"] == "epoch"


def test_thinned_trajectory_keeps_what_was_measured_on_all_of_it(run, calls):
    whole = measure(run, FISHER)
    computed = len(calls)
    (run / "trajectory.h5").unlink()
    segments = Segments(run, Experiment.from_config(CONFIG).layout)
    for e in (0, 4, 8):
        segments.add(10 * e, e, walk()[e])
    segments.flush()
    for here, there in zip(measure(run, FISHER), whole, strict=True):
        xr.testing.assert_equal(here, there)
    shutil.rmtree(run / "segments")
    assert len(measure(run, FISHER)[0]) == 9
    assert len(calls) == computed


def test_other_checkpoints_are_measured_anew(run):
    measure(run, ["weight_norm"])
    (run / "trajectory.h5").unlink()
    segments = Segments(run, Experiment.from_config(CONFIG).layout)
    segments.add(0, 0, 2 * walk()[0])
    segments.flush()
    (norm,) = measure(run, ["weight_norm"])
    np.testing.assert_allclose(norm, [2 * np.linalg.norm(walk()[0])], rtol=1e-6)


def test_new_version_of_a_measure_computes_anew(run, monkeypatch):
    measure(run, ["weight_norm"])
    old = MEASURES["weight_norm"]
    new = replace(old, version=2, function=lambda tree: 2 * old.function(tree))
    monkeypatch.setitem(MEASURES, "weight_norm", new)
    (norm,) = measure(run, ["weight_norm"])
    np.testing.assert_allclose(norm, 2 * np.linalg.norm(walk().astype(float), axis=1), rtol=1e-6)


def test_what_can_no_longer_be_computed_is_not_lost_to_a_new_version(run, monkeypatch):
    measure(run, ["weight_norm"])
    thin(run, [0, 4])
    monkeypatch.setitem(MEASURES, "weight_norm", replace(MEASURES["weight_norm"], version=2))
    with pytest.raises(MissingData, match=r"made of 9 checkpoints, of which 2 remain; it is kept"):
        measure(run, ["weight_norm"])
    assert len(read_analyses(run)["weight_norm"].values) == 9


def test_live_run_is_measured_as_it_grows(tmp_path):
    rows = walk()
    writer_path = record(tmp_path, rows[:3], finish=False)
    segments = Segments(writer_path, Experiment.from_config(CONFIG).layout)
    segments.add(0, 0, rows[0])
    segments.add(10, 1, rows[1])
    segments.flush()
    assert len(measure(writer_path, ["weight_norm"])[0]) == 2
    segments.add(20, 2, rows[2])
    segments.flush()
    assert len(measure(writer_path, ["weight_norm"])[0]) == 3


def test_turning_points_of_the_usual_speed_reach_the_summary(tmp_path, monkeypatch):
    run = record(tmp_path, walk(25))

    def products(tree, network, **values):
        """Return a speed that bottoms out at epoch 11 and peaks at 19."""
        epoch = tree["trajectory"]["epoch"]
        gram = np.zeros((25, 3, 3))
        gram[:, 1, 1] = np.exp(2 * np.cos((epoch - 3) * np.pi / 8))
        labels = {"first": list(TANGENTS), "second": list(TANGENTS)}
        return epoch.expand_dims(labels, (1, 2)).copy(data=gram)

    speed = replace(MEASURES["fisher_speed"], prepare=products)
    monkeypatch.setitem(MEASURES, "fisher_speed", speed)
    measure(run, ["fisher_speed"], {"score": "model"})
    assert read_summary(run).moments == {}
    (variant,) = read_analyses(run).values()
    assert variant.moments["speed_min"].epoch == 11
    measure(run, ["fisher_speed"])
    expected = {"speed_min": Moment(110, 11.0), "speed_max": Moment(190, 19.0)}
    assert read_summary(run).moments == expected


@pytest.mark.parametrize(
    ("names", "choices", "error", "words"),
    [
        (["fischer_speed"], {}, UnknownName, "no measure named 'fischer_speed', did you mean"),
        (["fisher_speed"], {"scores": 1}, BadConfig, "no parameter 'scores', did you mean 'score'"),
        (
            ["weight_norm"],
            {"score": "model"},
            BadConfig,
            "weight_norm has no parameter 'score'; accepted: every",
        ),
        (["fisher_speed"], {"score": "mode"}, BadConfig, "one of model, label, output, got 'mode'"),
        (["fisher_speed"], {"interval": 0}, BadConfig, "number of at least 1, got 0"),
        (["fisher_speed"], {"samples": "all"}, BadConfig, "number of at least 1, got 'all'"),
        (["fisher_speed"], {"seed": True}, BadConfig, "number of at least 0, got True"),
        (["fisher_speed"], {"interval": 20}, MissingData, "two checkpoints 20 epochs apart"),
    ],
)
def test_what_cannot_be_measured_is_refused(run, names, choices, error, words):
    with pytest.raises(error, match=words) as refusal:
        measure(run, names, choices)
    assert "\n" not in str(refusal.value)


def test_some_checkpoints_are_measured_as_all_are_and_others_join_them(run, calls):
    (last,) = measure(run, ["fisher_gini"], {"every": 99})
    assert (calls, last.epoch.values.tolist()) == (["fisher_diagonal"], [8])
    (some,) = measure(run, ["fisher_gini"], {"every": 3})
    assert some.epoch.values.tolist() == [2, 5, 8]
    (whole,) = measure(run, ["fisher_gini"])
    assert whole.sizes["checkpoint"] == 9
    done = len(calls)
    (again,) = measure(run, ["fisher_gini"], {"every": 3})
    assert len(calls) == done
    xr.testing.assert_identical(again, whole)
    xr.testing.assert_equal(whole.sel(checkpoint=some.checkpoint), some)
    xr.testing.assert_equal(some.sel(checkpoint=last.checkpoint), last)


def test_a_value_that_needs_neighbours_is_not_taken_of_some(run):
    with pytest.raises(BadConfig, match="fisher_speed has no parameter 'every'"):
        measure(run, ["fisher_speed"], {"every": 3})


def test_several_results_are_taken_into_the_run_at_once(run, monkeypatch):
    merged = []
    monkeypatch.setattr("grokscope.store.curves.analysis.merge_loose", merged.append)
    measure(run, FISHER)
    assert merged == [run]


def test_choice_goes_to_the_measures_that_have_it(run):
    speed, lag = measure(run, ["fisher_speed", "grokking_time"], {"score": "label"})
    assert speed.name.startswith("fisher_speed.label.")
    assert lag.name == "grokking_time.ceiling"


def test_run_without_checkpoints_is_refused(tmp_path):
    run = record(tmp_path, [])
    for name in ("fisher_speed", "weight_norm"):
        with pytest.raises(MissingData, match="kept no"):
            measure(run, [name])


def test_network_of_a_foreign_loop_is_refused_but_its_weights_are_measured(tmp_path):
    run = record(tmp_path, walk(), config={"name": "own", "lr": 0.1})
    with pytest.raises(MissingData, match="network of run 'toy-s3' cannot be rebuilt"):
        measure(run, ["fisher_speed"])
    (norm,) = measure(run, ["weight_norm"])
    np.testing.assert_allclose(norm, np.linalg.norm(walk().astype(float), axis=1), rtol=1e-6)


def test_a_recorded_loop_is_told_what_can_be_measured(tmp_path):
    with Recorder("own", store=tmp_path) as recorder:
        recorder.log(0, train_loss=1.0)
        recorder.checkpoint({"w": np.ones(3)})
    with pytest.raises(MissingData, match=r"a loop of your own.*: grokking_time, weight_norm"):
        measure(recorder.path, ["fisher_speed"])


def test_device_that_is_not_there_is_refused(run):
    with pytest.raises(NoDevice, match="no device named 'abacus'"):
        measure(run, ["fisher_speed"], device="abacus")
