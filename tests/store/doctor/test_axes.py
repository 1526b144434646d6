import json
import math

import h5py
import numpy as np
import pytest

from grokscope.events import Yardstick
from grokscope.store.curves.published import read_published
from grokscope.store.curves.reader import read_attrs, read_metrics
from grokscope.store.doctor.axes import with_axes
from grokscope.store.schema import Group
from grokscope.store.writing.writer import RunWriter
from tests.store.conftest import edit
from tests.store.doctor.conftest import CONFIG, LAYOUT, healed, row


def record(store, steps, epoch, every=0):
    """Record a finished run with evaluations at some steps, and checkpoints at every n-th."""
    writer = RunWriter.create(
        store, "axes", config=CONFIG, yardstick=Yardstick(chance=0.2, n_test=20), layout=LAYOUT
    )
    for at, step in enumerate(steps):
        accuracies = {"train_accuracy": float(at > 10), "test_accuracy": float(at > 30)}
        writer.log(step, epoch(step), accuracies)
        if every and at % every == 0:
            writer.checkpoint(step, epoch(step), row(step))
    writer.finish("finished")
    return writer.path


def overwrite(run, *names):
    """Overwrite what begins some curves, their object headers; the other ones still read."""
    path = run / "run.h5"
    with h5py.File(path) as file:
        places = [h5py.h5o.get_info(file[f"metrics/{name}"].id).addr for name in names]
    data = bytearray(path.read_bytes())
    for place in places:
        data[place : place + 16] = b"\xa5" * 16
    path.write_bytes(data)


def same(run, before):
    after = read_metrics(run)
    np.testing.assert_array_equal(after.step, before.step)
    np.testing.assert_allclose(after.epoch, before.epoch, rtol=1e-12)
    assert set(after.curves) == set(before.curves)
    for name, curve in before.curves.items():
        np.testing.assert_array_equal(after.curves[name].values, curve.values)


UNEVEN = [0, 1, 2, 4, *range(7, 700, 7)]


@pytest.mark.parametrize(("lost", "source"), [("step", "epoch"), ("epoch", "step")])
def test_steps_and_epochs_tell_each_other(store, lost, source):
    run = record(store, UNEVEN, lambda step: step / 7)
    before = read_metrics(run)
    overwrite(run, lost)
    line, *gone = healed(run)
    assert line == (
        f"run.h5 put together anew with {len(UNEVEN)} rows; rebuilt: {lost} from {source};"
        " the damaged file is kept as run.h5.damaged"
    )
    assert gone == []
    same(run, before)
    assert f"rebuilt: {lost} from {source}" in str(read_attrs(run)["mended"])


def test_rows_are_at_the_checkpoints_where_there_are_as_many(store):
    run = record(store, UNEVEN, lambda step: step / 7, every=1)
    before = read_metrics(run)
    overwrite(run, "step", "epoch")
    assert "rebuilt: step from the checkpoints" in healed(run)[0]
    same(run, before)


def test_rows_are_evenly_spaced_where_that_meets_every_event(store):
    run = record(store, range(0, 600, 5), lambda step: step / 4)
    before = read_metrics(run)
    overwrite(run, "step", "epoch")
    assert "rebuilt: step from the newest step, evenly spaced" in healed(run)[0]
    same(run, before)


def test_curves_that_cannot_be_placed_are_given_up_and_told(store):
    run = record(store, UNEVEN, lambda step: step / 7)
    overwrite(run, "step", "epoch")
    line, lost, *_ = healed(run)
    assert "with 0 rows" in line
    assert lost == "the metrics, except those in the log"


def test_even_spacing_that_misses_an_event_is_not_believed(store):
    run = record(store, range(0, 600, 5), lambda step: step / 4)
    outcomes = json.loads((run / "summary.json").read_text())["outcomes"]
    outcomes["ceiling"]["train"] = {"step": 57, "epoch": 57 / 4}
    edit(run, outcomes=outcomes)
    overwrite(run, "step", "epoch")
    assert "with 0 rows" in healed(run)[0]


def test_a_lost_clock_costs_no_curve(store):
    run = record(store, UNEVEN, lambda step: step / 7)
    before = read_metrics(run)
    overwrite(run, "wall_time")
    assert healed(run)[1] == "wall_time"
    same(run, before)
    assert np.isnan(read_metrics(run).wall_time).all()


def test_what_a_dead_run_logged_tells_its_steps(dead):
    before = read_metrics(dead)
    writer, _ = RunWriter.reopen(dead)
    for step in range(70, 80):
        writer.log(step, step, {"train_accuracy": 1.0, "test_accuracy": 1.0})
    writer._presence.publish("running")
    writer.abandon()
    overwrite(dead, "step", "wall_time")
    assert "rebuilt: step from epoch" in healed(dead)[0]
    same(dead, before)


@pytest.mark.parametrize("spoilt", [math.nan, 0.0, 1e300])
def test_epochs_that_do_not_rise_tell_no_steps(store, spoilt):
    run = record(store, UNEVEN, lambda step: step / 7)
    published = read_published(run)
    del published.metrics.variables["step"]
    published.metrics.variables["epoch"].data[50] = spoilt
    assert with_axes(run, published, []) == (Group({}), [], ["step"])


@pytest.mark.parametrize("spoilt", [0, 5000])
def test_steps_that_do_not_rise_tell_no_epochs(store, spoilt):
    run = record(store, UNEVEN, lambda step: step / 7)
    published = read_published(run)
    del published.metrics.variables["epoch"]
    published.metrics.variables["step"].data[50] = spoilt
    assert with_axes(run, published, []) == (Group({}), [], ["epoch"])


def test_a_run_without_rows_has_none_to_place(store):
    run = record(store, [], lambda step: step)
    published = read_published(run)
    del published.metrics.variables["step"], published.metrics.variables["epoch"]
    assert with_axes(run, published, []) == (Group({}), [], ["step", "epoch"])
