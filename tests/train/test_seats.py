"""Seats: new runs begin at step 0, stopped ones where they were saved, alike ones together."""

import numpy as np
import pytest

from grokscope.errors import BadConfig, RunHeld
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing.budget import PublishBudget
from grokscope.train.ensemble import initial_state
from grokscope.train.plan import plan, plan_resume
from grokscope.train.seats import groups, take


def seats(experiments, store):
    return [take(each, store, PublishBudget(), print) for each in plan(experiments, store)]


def test_a_new_run_stands_at_its_initial_state(small, tmp_path):
    (seat,) = seats([small()], tmp_path)
    np.testing.assert_array_equal(seat.state.theta, initial_state(small()).theta)
    assert (seat.fresh, seat.state.step, dict(seat.before)) == (True, 0, {})
    assert read_summary(seat.writer.path).total_steps == 12 * small().steps_per_epoch
    seat.writer.finish("interrupted")


@pytest.mark.parametrize("saved", [True, False])
def test_a_stopped_run_stands_where_it_was_saved_or_begins_anew(small, tmp_path, saved):
    (seat,) = seats([small()], tmp_path)
    seat.writer.set_attrs({"path": "autograd"})
    if saved:
        arrays = {"theta": seat.state.theta + 1, **seat.state.slots}
        seat.writer.save_resume(arrays, {"epoch": 3, "step": 15})
    seat.writer.finish("interrupted")
    planned = plan_resume(read_summary(seat.writer.path))
    again = take(planned, tmp_path, PublishBudget(), print)
    assert (again.fresh, again.state.step) == ((False, 15) if saved else (True, 0))
    assert again.before["path"] == "autograd"
    again.writer.finish("interrupted")


def test_what_does_not_fit_into_memory_is_said_before_anything_appears(small, tmp_path):
    with pytest.raises(BadConfig, match=r"small does not fit into memory .*make task or model"):
        seats([small("hidden=[1000000000000]")], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_run_that_another_process_began_meanwhile_is_left_to_it(small, tmp_path):
    planned = plan([small()], tmp_path)[0]
    (seat,) = seats([small()], tmp_path)
    with pytest.raises(RunHeld, match="begun by another process just now"):
        take(planned, tmp_path, PublishBudget(), print)
    seat.writer.finish("interrupted")


def test_runs_that_only_differ_in_seed_and_scale_train_together(small, tmp_path):
    found = seats([small(), small("seed=1"), small("hidden=[8]"), small("init_scale=9")], tmp_path)
    assert [len(group) for group in groups(found)] == [3, 1]
    for seat in found:
        seat.writer.finish("interrupted")


def test_runs_of_equal_optimisers_sit_side_by_side(small, tmp_path):
    rates = (1e-3, 1e-2, 1e-3, 1e-2)
    found = seats([small(f"seed={i}", f"lr={lr}") for i, lr in enumerate(rates)], tmp_path)
    (group,) = groups(found)
    assert [seat.experiment.seed.root for seat in group] in ([0, 2, 1, 3], [1, 3, 0, 2])
    for seat in found:
        seat.writer.finish("interrupted")
