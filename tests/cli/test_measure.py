"""`measure`: computes, keeps, shows, refuses."""

import json
from pathlib import Path

import numpy as np
import pytest

from grokscope.store.curves.analysis import write_analysis
from grokscope.store.curves.reader import read_analyses
from grokscope.store.schema import Group, Variable
from tests.cli.conftest import call


def test_a_measure_is_computed_and_kept_in_the_run(pair):
    done = call("measure", pair[0].id, "weight_norm")
    assert done.code == 0
    assert any(key.startswith("weight_norm") for key in read_analyses(pair[0].path))


def test_names_come_in_any_order_and_several_runs_at_once(pair):
    done = call("measure", "fisher_speed", pair[0].id, pair[1].id, "--json", "--device", "cpu")
    found = json.loads(done.out)
    assert [each["run"] for each in found] == [run.id for run in pair]
    assert {each["key"] for each in found} == {"fisher_speed.output.diagonal.test.f1.n256.s0"}
    assert set(found[0]["moments"]) <= {"speed_min", "speed_max"}


def test_a_convention_is_chosen_and_named(pair):
    words = ["--set", "score=model", "--set", "metric=full", "--set", "samples=16"]
    done = call("measure", pair[0].id, "fisher_cosine", *words, "--device", "cpu")
    assert "fisher_cosine.model.full.test.f1.n16.s0" in done.out


def test_turning_points_are_told_in_the_order_of_time():
    store = Path(__file__).parents[2] / "store"
    done = call("measure", "reference-grok", "--store", store)
    assert "first minimum at epoch 21, next maximum at epoch 48" in done.out


def test_without_a_measure_what_is_stored_is_shown(pair):
    assert "no measures stored" in call("measure", pair[0].id).out
    call("measure", pair[0].id, "weight_norm")
    assert "weight_norm" in call("measure", pair[0].id).out


def test_infinities_are_none_in_json(pair):
    values = Variable(("checkpoint",), np.array([1, np.inf, np.nan]))
    write_analysis(pair[0].path, "compressibility", Group({"compressibility": values}))
    (told,) = json.loads(call("measure", pair[0].id, "--json").out, parse_constant=pytest.fail)
    assert told["values"] == [1, None, None]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["{run}", "fisher_sped"],
            "'fisher_sped' is neither a run nor a measure, did you mean 'fisher_speed'",
        ),
        (["{run}", "nope"], "'nope' is neither a run nor a measure; measures: "),
        (["modadd-grk", "fisher_speed"], "nor a measure, did you mean 'modadd-grok-s0-"),
        (["{run}", "fisher_speed", "--set", "score=modle"], "score must be one of model"),
        (["{run}", "fisher_speed", "--set", "scor=model"], "no parameter 'scor', did you mean"),
        (["{run}", "fisher_speed", "--set", "score"], "--set takes key=value"),
        (["fisher_speed"], "of which run?"),
        (["nothing", "fisher_speed"], "nothing"),
    ],
)
def test_a_mistake_is_one_line(pair, words, message):
    done = call("measure", *(word.format(run=pair[0].id) for word in words))
    assert done.code == 1
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_query_means_all_runs_that_fit_it(pair):
    done = call("measure", "init_scale>0", "weight_norm", "--json")
    assert {each["run"] for each in json.loads(done.out)} == {run.id for run in pair}
    done = call("measure", "init_scale>100", "weight_norm")
    assert (done.code, "fits 'init_scale>100'" in done.err) == (1, True)
