import numpy as np

from grokscope.events import Curves, Yardstick, outcomes
from grokscope.store.curves.outcomes import events_group


def told(stop, unit="epoch", start=0):
    step = np.arange(start, stop)
    train, test = np.minimum(step / 20, 1), np.minimum(step / 60, 1)
    yardstick = Yardstick(0.01, 1000, time_unit=unit)
    return events_group(outcomes(Curves(step, step / 2, train, test), yardstick, True)).variables


def test_each_rule_is_a_row():
    variables = told(100)
    assert variables["rule"].data.tolist() == ["ceiling", "manning-coe"]
    assert variables["regime"].data.tolist() == ["grokking", "grokking"]


def test_times_stand_in_the_tasks_unit_in_steps_and_in_epochs():
    variables = told(100)
    found = {name: variables[f"t_test{name}"].data[0] for name in ("", "_step", "_epoch")}
    assert found == {"": 28.5, "_step": 57, "_epoch": 28.5}
    assert told(100, "step")["t_test"].data[0] == 57
    assert variables["t_grok_step"].data[0] == 57 - 19
    assert variables["t_test"].attrs["unit_label"] == "epoch"


def test_what_was_not_reached_is_nan_and_censored():
    variables = told(40)
    assert np.isnan(variables["t_test"].data[0])
    assert variables["censored"].data[0] == 1
    assert variables["last_step"].data[0] == 39


def test_what_was_learned_before_the_first_evaluation_gives_no_lag():
    variables = told(100, start=30)
    assert variables["t_train_step"].data[0] == variables["first_step"].data[0] == 30
    assert variables["t_test_step"].data[0] == 57
    assert np.isnan(variables["t_grok_step"].data[0])
    assert (variables["censored"].data[0], variables["regime"].data[0]) == (1, "")
