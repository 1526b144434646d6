import shutil

import h5py
import numpy as np
import pytest

from grokscope.store.curves.analysis import write_analysis
from grokscope.tui.through import sheets as module
from grokscope.tui.through.sheets import Sheets
from tests.tui.conftest import STEPS, begin, record
from tests.tui.films import EVERY, along, growing, tables, write_film


@pytest.fixture
def run(film):
    return film / "modadd-grok-s0"


@pytest.fixture
def sheets(run):
    reader = Sheets(run)
    reader.update([])
    return reader


def test_measures_with_more_than_one_number_a_checkpoint_are_listed_and_curves_are_not(sheets):
    assert sorted(sheets.known) == [
        "fourier_power.output.m64",
        "frequency_power.output",
        "operation_table.m64",
        "pruning_curve.x",
        "singular_values",
        "weight_components.last",
    ]
    one = sheets.known["singular_values"]
    assert (one.dims, one.shape) == (("tensor", "index"), (2, 8))
    assert one.labels["tensor"].tolist() == ["w1", "w2"]
    assert one.title == "singular values"
    assert sheets.known["operation_table.m64"].labels["held_out"].shape == (12, 12)


def test_a_checkpoint_is_found_by_its_time_or_is_the_last_before(sheets):
    one = sheets.known["pruning_curve.x"]
    assert one.index(30.0, "epoch") == 3
    assert one.index(39.9, "epoch") == 3
    assert one.index(30.0 * STEPS, "step") == 3
    assert one.index(-1.0, "epoch") == -1
    assert one.index(1e9, "epoch") == EVERY.size - 1


def test_values_are_those_of_the_checkpoint_and_are_read_only_when_asked(sheets):
    key = "operation_table.m64"
    assert sheets.get(key, 5) is None
    sheets.read([(key, 5), (key, 7)])
    assert sheets.get(key, 6) is None
    assert np.array_equal(sheets.get(key, 5).values, tables()[5])


def test_a_checkpoint_without_values_shows_the_last_one_before_it(sheets):
    key = "pruning_curve.x"
    sheets.read([(key, 4), (key, 5)])
    assert sheets.get(key, 5).index == 4
    assert sheets.get(key, 5) is sheets.get(key, 4)


def test_where_no_checkpoint_so_far_has_values_that_is_told(run, tmp_path):
    values = np.full((EVERY.size, 3), np.nan)
    values[-1] = 1.0
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    write_analysis(copy, "late", along("late", ("x",), values))
    sheets = Sheets(copy)
    sheets.update([])
    sheets.read([("late", 3), ("late", EVERY.size - 1)])
    assert sheets.get("late", 3).index == -1
    assert sheets.get("late", EVERY.size - 1).index == EVERY.size - 1


def test_one_checkpoint_is_read_at_a_time(sheets, monkeypatch):
    taken = []
    reading = h5py.Dataset.__getitem__

    def note(dataset, at, *rest):
        taken.append((dataset.ndim, at))
        return reading(dataset, at, *rest)

    monkeypatch.setattr(h5py.Dataset, "__getitem__", note)
    sheets.read([("fourier_power.output.m64", 2)])
    assert [at for ndim, at in taken if ndim == 3] == [2]


def test_what_was_read_first_is_forgotten_first_and_never_what_is_wanted_now(sheets, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 3 * 144)
    key = "operation_table.m64"
    for n in range(5):
        sheets.read([(key, n)])
    assert [n for n in range(5) if sheets.get(key, n) is not None] == [2, 3, 4]
    sheets.read([(key, n) for n in range(5, 12)])
    assert [n for n in range(12) if sheets.get(key, n) is not None] == list(range(5, 12))


def test_a_measure_stored_later_is_found_and_what_is_read_again_is_new(run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    sheets = Sheets(copy)
    sheets.update([])
    sheets.read([("pruning_curve.x", 0)])
    write_analysis(copy, "new.y", along("new", ("x",), np.outer(growing(), np.ones(3))))
    sheets.update([])
    assert "new.y" in sheets.known
    assert sheets.get("pruning_curve.x", 0) is None


def test_results_that_wait_beside_a_live_run_are_read_too(tmp_path):
    writer = begin(tmp_path, "modadd-grok-s0", 10.0)
    record(writer, 14, 58, until=30)
    write_film(writer.path)
    sheets = Sheets(writer.path)
    sheets.update([("singular_values", 0)])
    sheets.update([("singular_values", 0)])
    assert sheets.get("singular_values", 0).values.shape == (2, 8)
    writer.finish("interrupted")


def test_a_damaged_file_is_a_problem_in_words_and_no_crash(run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    sheets = Sheets(copy)
    (copy / "run.h5").write_bytes((copy / "run.h5").read_bytes()[:900])
    sheets.update([])
    assert "run.h5" in sheets.problem
    assert sheets.known == {}
    shutil.rmtree(copy)
    sheets.update([])
    assert "run" in sheets.problem


def test_what_is_too_large_to_be_seen_is_left_out(run, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 100)
    sheets = Sheets(run)
    sheets.update([])
    assert "operation_table.m64" not in sheets.known
    assert "pruning_curve.x" in sheets.known
