"""A run at one instant: what is newest of each part."""

import h5py
import numpy as np
import pytest

from grokscope.errors import NotARun, Unreadable
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.export.snapshot import read_snapshot
from grokscope.store.keeping.annotations import annotate
from grokscope.store.schema import Group, Variable
from tests.store.conftest import train

NEW = Group({"norm": Variable(("checkpoint",), np.ones(3), {"units": "1"})})


@pytest.fixture
def live(begin):
    """A run with rows in its file and newer ones in its log."""
    writer = begin()
    train(writer, 0, 20, checkpoints=False)
    writer._presence.publish("running")
    train(writer, 20, 70, checkpoints=False)
    writer._presence.sum_up("running")
    return writer


def test_the_tail_of_a_live_run_is_there(live):
    metrics = read_snapshot(live.path).groups["metrics"]
    assert metrics.variables["step"].data.tolist() == list(range(70))
    assert metrics.variables["train_accuracy"].attrs["coordinates"] == "epoch wall_time"


def test_events_are_those_of_the_newest_summary(live):
    events = read_snapshot(live.path).groups["events"].variables
    assert events["t_train"].data.tolist() == [19, 19]
    (live.path / "summary.json").unlink()
    published = read_snapshot(live.path).groups["events"].variables
    assert np.isnan(published["t_test"].data[0])


def test_a_result_beside_the_file_takes_the_place_of_an_older_one_in_it(live):
    live.finish("finished")
    write_analysis(live.path, "norm", Group({"norm": Variable(("checkpoint",), np.zeros(3))}))
    (live.path / "analysis").mkdir(exist_ok=True)
    assert read_snapshot(live.path).groups["analysis/norm"].variables["norm"].data[0] == 0
    live._presence.lock.take(live.path)
    write_analysis(live.path, "norm", NEW)
    assert read_snapshot(live.path).groups["analysis/norm"].variables["norm"].data[0] == 1


def test_annotations_are_attributes(live):
    assert read_snapshot(live.path).attrs.items() >= {"tags": "", "note": "", "starred": 0}.items()
    annotate(live.path, lambda a: type(a)(("a", "b/c"), "two\nlines", starred=True))
    told = {"tags": "a b/c", "note": "two\nlines", "starred": 1}
    assert read_snapshot(live.path).attrs.items() >= told.items()


def test_a_dead_run_is_not_told_to_be_running(live):
    assert read_snapshot(live.path).attrs["status"] == "running"
    (live.path / "lock.json").unlink()
    assert read_snapshot(live.path).attrs["status"] == "dead"


def test_groups_of_a_later_version_are_taken_along(live):
    live.finish("finished")
    with h5py.File(live.path / "run.h5", "a") as file:
        file.create_group("later/deep")["x"] = np.arange(3.0)
    groups = read_snapshot(live.path).groups
    assert list(groups) == ["metrics", "events", "later", "later/deep"]
    assert groups["later/deep"].variables["x"].data.tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", ["annotations.json", "run.h5"])
def test_what_is_damaged_is_named(live, name):
    live.finish("finished")
    (live.path / name).write_text("damaged")
    with pytest.raises(Unreadable, match=name):
        read_snapshot(live.path)


def test_a_run_that_is_not_there_is_named(store):
    with pytest.raises(NotARun, match="no run 'none'"):
        read_snapshot(store / "none")
