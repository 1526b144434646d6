"""Where an export may go."""

import pytest

from grokscope.errors import BadExport, StoreFailed
from grokscope.store.export.target import check_folder, check_target, write_target
from grokscope.store.listing.room import Room


def test_a_new_file_in_a_directory_may_be_written(tmp_path):
    check_target(tmp_path / "a.h5", [tmp_path / "run"], force=False)
    write_target(tmp_path / "a.h5", lambda path: path.write_text("x"), 1)
    assert (tmp_path / "a.h5").read_text() == "x"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("there", "is there already; --force"),
        ("folder", "is a directory; name a file in it"),
        ("none/a.h5", "is no directory"),
        ("run/run.h5", "lies in run 'run'"),
        ("run/live/x.h5", "lies in run 'run'"),
        ("folder/../run/x.h5", "lies in run 'run'"),
    ],
)
def test_other_places_are_refused(tmp_path, name, told):
    (tmp_path / "there").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "run" / "live").mkdir(parents=True)
    (tmp_path / "run" / "run.h5").write_text("data")
    with pytest.raises(BadExport, match=told):
        check_target(tmp_path / name, [tmp_path / "run"], force=False)


def test_force_overwrites_files_outside_runs_alone(tmp_path):
    (tmp_path / "there").write_text("mine")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.h5").write_text("data")
    check_target(tmp_path / "there", [tmp_path / "run"], force=True)
    with pytest.raises(BadExport):
        check_target(tmp_path / "run" / "run.h5", [tmp_path / "run"], force=True)


def test_what_fits_to_the_byte_does_not_fit(tmp_path, monkeypatch):
    room = Room(100 << 20, 1 << 40)
    monkeypatch.setattr("grokscope.store.export.target.room_of", lambda place: room)
    write_target(tmp_path / "a", lambda path: path.write_text("x"), 90 << 20)
    with pytest.raises(StoreFailed, match="about 105 MB, and its disk has 105 MB free"):
        write_target(tmp_path / "b", lambda path: path.write_text("x"), 100 << 20)
    assert not (tmp_path / "b").exists()


def test_a_refusal_is_one_line_and_what_was_there_stands(tmp_path):
    (tmp_path / "a").write_text("mine")

    def refuse(path):
        path.write_text("half")
        raise OSError(27, "File too large")

    with pytest.raises(StoreFailed, match="a' cannot be written: file too large"):
        write_target(tmp_path / "a", refuse)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "mine"


@pytest.fixture
def foreign(tmp_path):
    """Return a store of a whole run, one without a summary, a removed one and a data set."""
    store = tmp_path / "store"
    for place, name in (
        ("whole", "run.h5"), ("whole", "summary.json"), ("whole", "live/metrics.wal"),
        ("bare", "run.h5"), (".trash/gone", "trajectory.h5"), ("datasets/mnist", "images.h5"),
    ):  # fmt: skip
        (store / place / name).parent.mkdir(parents=True, exist_ok=True)
        (store / place / name).write_text("theirs")
    return store


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("whole/run.h5", "lies in run 'whole'"),
        ("whole/new.csv", "lies in run 'whole'"),
        ("whole/live/metrics.wal", "lies in run 'whole'"),
        ("whole/none/new.h5", "lies in run 'whole'"),
        ("bare/trajectory.h5", "lies in run 'bare'"),
        (".trash/gone/trajectory.h5", "in .trash of store 'store'"),
        ("datasets/mnist/images.h5", "in datasets of store 'store'"),
        ("link.h5", "lies in run 'whole'"),
        ("folder/new.h5", "lies in run 'whole'"),
        ("round.h5", "leads nowhere"),
        ("run.h5", "would make a run of its directory"),
    ],
)
def test_no_file_of_any_store_s_runs_is_overwritten(foreign, name, told):
    (foreign / "link.h5").symlink_to(foreign / "whole" / "run.h5")
    (foreign / "folder").symlink_to(foreign / "whole")
    (foreign / "round.h5").symlink_to(foreign / "round.h5")
    for force in (False, True):
        with pytest.raises(BadExport, match=told):
            check_target(foreign / name, [], force=force)


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "is a store"), ("whole/", "lies in run"), ("bare/new", "lies in run"), ("to", "a store")],
)
def test_no_directory_of_a_store_gets_files(foreign, name, told):
    (foreign / "to").symlink_to(foreign)
    with pytest.raises(BadExport, match=told):
        check_folder(foreign / name, [])
    check_folder(foreign.parent / "exports", [])
    (foreign.parent / "datasets").mkdir()
    check_target(foreign.parent / "datasets" / "a.h5", [], force=False)
