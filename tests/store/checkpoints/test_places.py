from contextlib import contextmanager

import numpy as np
import pytest

from grokscope.errors import MissingData
from grokscope.store.checkpoints import places, trajectory
from grokscope.store.checkpoints.compaction import compact
from grokscope.store.checkpoints.merging import merge
from grokscope.store.checkpoints.places import GONE, find_places
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.inspection import open_checked
from tests.store.checkpoints.test_trajectory import ROWS, put


@pytest.fixture
def run(tmp_path):
    for start in range(0, 30, 3):
        put(tmp_path, start, start + 3)
    return tmp_path


def segments(run):
    return sorted((run / "segments").glob("ck-*.h5"))


def hurry(monkeypatch, module, run):
    """Join each segment to the one before just as it is about to be opened."""
    opened = []

    @contextmanager
    def hurried(path):
        opened.append(path)
        now = segments(run)
        with monkeypatch.context() as calm:
            calm.setattr(module, "open_checked", open_checked)
            if path in now[1:]:
                merge(run, now[now.index(path) - 1 : now.index(path) + 1])
        with open_checked(path) as file:
            yield file

    monkeypatch.setattr(module, "open_checked", hurried)
    return opened


def test_checkpoints_are_found_though_each_file_moves_when_it_is_opened(run, monkeypatch):
    opened = hurry(monkeypatch, places, run)
    found = find_places(run)
    assert found.step.tolist() == [2 * i for i in range(30)]
    assert [path.name for path in found.paths] == ["ck-000000000000.h5"]
    assert len(opened) == 19


def test_checkpoints_are_read_though_each_file_moves_when_it_is_opened(run, monkeypatch):
    opening = open_trajectory(run)
    opened = hurry(monkeypatch, trajectory, run)
    np.testing.assert_array_equal(opening.rows(), ROWS)
    assert len(segments(run)) == 1
    assert len(opened) == 19


def test_what_did_not_change_is_read_once(run, monkeypatch):
    opened = []

    @contextmanager
    def noted(path):
        opened.append(path.name)
        if len(opened) == 10:
            path.unlink()
        with open_checked(path) as file:
            yield file

    monkeypatch.setattr(places, "open_checked", noted)
    assert find_places(run).step.tolist() == [2 * i for i in range(27)]
    assert len(opened) == len(set(opened)) == 10


def test_a_listed_file_that_never_opens_is_given_up(run, monkeypatch):
    def gone(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(places, "open_checked", gone)
    with pytest.raises(FileNotFoundError):
        find_places(run)


def test_a_run_without_checkpoints_has_no_places(tmp_path):
    with pytest.raises(MissingData, match="recorded no checkpoints"):
        find_places(tmp_path)


def test_places_move_and_tell_what_is_gone(run):
    before = find_places(run)
    compact(run)
    moved = before.moved_to(find_places(run))
    assert [path.name for path in moved.paths] == ["trajectory.h5"]
    assert moved.row.tolist() == list(range(30))
    (run / "trajectory.h5").unlink()
    put(run, 4, 9)
    left = before.moved_to(find_places(run))
    assert np.flatnonzero(left.row != GONE).tolist() == [4, 5, 6, 7, 8]
    assert left.step.tolist() == before.step.tolist()
