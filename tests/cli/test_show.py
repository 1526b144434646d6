"""`show`: a run whole, as text, JSON, or its configuration alone."""

import json

import pytest

from grokscope import Recorder
from grokscope.config import preset
from grokscope.config.files import parse
from tests.cli.conftest import SMALL, call


def test_a_run_is_shown_with_both_rules_and_its_metrics(pair):
    done = call("show", pair[0].id)
    assert done.code == 0
    for word in (pair[0].id, "ceiling", "manning-coe", "test_accuracy", "init_scale = 10.0"):
        assert word in done.out


def test_a_configuration_printed_is_the_experiment_again(pair):
    experiment = parse(call("show", pair[0].id, "--config").out, "printed")
    assert experiment.run_id == pair[0].id
    assert experiment.optimizer == preset("modadd-grok").optimizer


def test_json_holds_the_outcome_by_every_rule(pair):
    data = json.loads(call("show", "modadd-steady", "--json").out)
    assert data["id"] == pair[1].id
    assert set(data["outcomes"]) == {"ceiling", "manning-coe"}


def test_probes_are_shown_by_their_dimensions():
    with Recorder("probed", time_unit="step") as rec:
        rec.log(0, train_loss=1)
        rec.probe("block/norm", [[1, 2, 3]], dims=("side", "place"))
    assert "\nprobe/block.norm (step 1, side 1, place 3)\n" in call("show", rec.id).out
    data = json.loads(call("show", rec.id, "--json").out)
    assert data["probes"] == {"block.norm": {"step": 1, "side": 1, "place": 3}}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("trajectory.h5", "trajectory.h5"),
        ("probes.h5", "probes.h5"),
        ("resume.h5", ""),
    ],
)
def test_a_damaged_file_hides_nothing_that_another_holds(stored, name, told):
    (run,) = stored("first")
    (run / name).parent.mkdir(exist_ok=True)
    (run / name).write_text("damaged")
    for words in ((), ("--json",)):
        done = call("show", "first", *words)
        assert done.code == 0
        assert "ceiling" in done.out
        assert "test_accuracy" in done.out or words
        assert done.err.count("\n") == bool(told)
        assert told in done.err
    assert call("show", "first", "--config").code == 0


def test_an_unknown_run_is_one_line():
    done = call("show", "nothing")
    assert done.code == 1
    assert done.err.startswith("grokscope: ")
    assert done.err.count("\n") == 1


def test_what_the_flight_recorder_kept_is_told(store):
    words = ("--set", "flight=5", "--set", "dense_until=0", "--set", "lr=0.1", "--set", "epochs=60")
    done = call("run", "modadd-steady", *SMALL, *words)
    assert (done.code, "the flight recorder holds up to" in done.err) == (0, True)
    (first, *_) = json.loads(call("show", "@last", "--json").out)["flight"]
    line = f"{first['event']} at epoch {first['epoch']:g}: every epoch from {first['first_epoch']}"
    assert line in call("show", "@last").out
