"""Tables: what reads back, to the last bit, and what is quoted."""

import csv
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from grokscope.errors import BadExport
from grokscope.store.curves.reader import read_metrics
from grokscope.store.export.table import export_table
from grokscope.store.keeping.annotations import annotate
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from tests.store.conftest import CONFIG, train


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else math.nan


@pytest.fixture
def odd(begin):
    """A live run whose numbers are hard to write."""
    writer = begin("odd")
    for step, value in enumerate([0.1 + 0.2, 1e-308, math.inf, -math.inf, math.nan, 1 / 3]):
        writer.log(step, step / 7, {"loss/of, mine": value, "test_accuracy": 1.0})
    writer.log(9, 2.0, {"other": 5.0})
    writer._presence.sum_up("running")
    return writer


def test_curves_read_back_to_the_last_bit(odd, tmp_path):
    export_table([read_summary(odd.path)], tmp_path / "a.csv")
    rows, metrics = rows_of(tmp_path / "a.csv"), read_metrics(odd.path)
    expected = {"epoch": metrics.epoch, "wall_time": metrics.wall_time}
    expected |= {name: curve.values for name, curve in metrics.curves.items()}
    assert [int(row["step"]) for row in rows] == [0, 1, 2, 3, 4, 5, 9]
    for name, values in expected.items():
        np.testing.assert_array_equal([number(row[name]) for row in rows], values)
    names = ["run", "step", "epoch", "wall_time", "test_accuracy", "loss.of, mine", "other"]
    assert list(rows[0]) == names


def test_several_runs_share_one_table(odd, begin, tmp_path):
    other = begin("other")
    train(other, 0, 5, checkpoints=False)
    other.finish("finished")
    told = []
    runs = [read_summary(odd.path), read_summary(other.path)]
    export_table(runs, tmp_path / "a.csv", progress=lambda *now: told.append(now))
    rows = rows_of(tmp_path / "a.csv")
    assert [row["run"] for row in rows] == ["odd"] * 7 + ["other"] * 5
    assert [row["train_accuracy"] for row in rows[7:]] == ["0.0", "0.05", "0.1", "0.15", "0.2"]
    assert {row["train_accuracy"] for row in rows[:7]} == {""}
    assert {row["other"] for row in rows[7:]} == {""}
    assert told == [(1, 2), (2, 2)]


def test_many_rows_come_in_blocks(begin, tmp_path, monkeypatch):
    monkeypatch.setattr("grokscope.store.export.table.ROWS", 4)
    train(begin(), 0, 11, checkpoints=False)
    export_table(Catalogue(tmp_path / "store").refresh(), tmp_path / "a.csv")
    assert [int(row["step"]) for row in rows_of(tmp_path / "a.csv")] == list(range(11))


def test_one_row_tells_what_a_listing_tells_of_a_run(begin, store, tmp_path):
    title = 'a "title", of\n=two lines ä'
    writer = begin(config=CONFIG | {"title": title})
    train(writer, 0, 100, checkpoints=False)
    writer.finish("finished")
    annotate(writer.path, lambda a: a.tagged(["paper", "b"]).noted("one,\ntwo"))
    (run,) = Catalogue(store).refresh()
    export_table([run], tmp_path / "a.csv", "runs")
    (row,) = rows_of(tmp_path / "a.csv")
    assert (row["id"], row["status"], row["regime"]) == ("run", "finished", run.outcome.regime)
    assert float(row["t_test"]) == run.outcome.t_test
    assert row["title"] == run.title
    assert (row["tags"], row["note"], row["starred"]) == ("b paper", "one,\ntwo", "0")
    assert float(row["model.init_scale"]) == 10.0
    assert json.loads(row["model.hidden"]) == [4]
    assert (row["seed"], row["seed.root"], row["seed.init"]) == ("3", "3", "")
    assert float(row["train_accuracy.max"]) == run.metrics["train_accuracy"].max


def test_runs_of_other_configurations_fill_their_own_columns(begin, store, tmp_path):
    for name, config in {"a": CONFIG, "b": CONFIG | {"optimizer": {"lr": 0.1}}}.items():
        train(begin(name, config), 0, 3, checkpoints=False)
    runs = sorted(Catalogue(store).refresh(), key=lambda run: run.id)
    export_table(runs, tmp_path / "a.csv", "runs")
    assert [row["optimizer.lr"] for row in rows_of(tmp_path / "a.csv")] == ["", "0.1"]


def test_a_file_that_is_there_stands_unless_told_otherwise(odd, tmp_path):
    run = read_summary(odd.path)
    export_table([run], tmp_path / "a.csv", "runs")
    before = (tmp_path / "a.csv").read_bytes()
    with pytest.raises(BadExport, match="--force"):
        export_table([replace(run, seed=7)], tmp_path / "a.csv", "runs")
    assert (tmp_path / "a.csv").read_bytes() == before
    export_table([replace(run, seed=7)], tmp_path / "a.csv", "runs", force=True)
    assert rows_of(tmp_path / "a.csv")[0]["seed"] == "7"
