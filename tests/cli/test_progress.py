"""Progress: read from the store, plain lines where there is no terminal."""

import io
import time
from types import SimpleNamespace

from rich.console import Console
from rich.text import Text

from grokscope.cli import progress
from grokscope.cli.progress import Follow, _Bars
from grokscope.cli.tally import Line
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.writer import RunWriter


def begin(one, store):
    writer = RunWriter.create(
        store,
        one.run_id,
        config=one.as_config(),
        yardstick=one.yardstick(one.split()),
        total_epochs=12,
        budget=PublishBudget(share=1.0),
    )
    writer.log(0, 0.0, {"train_accuracy": 0.5, "test_accuracy": 0.25})
    writer.log(10, 3.0, {"train_accuracy": 1.0, "test_accuracy": 0.25})
    return writer


def test_lines_appear_while_training_and_stop_with_it(small, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(progress, "TICK", 0.01)
    monkeypatch.setattr(progress, "LINE", 0.0)
    writer = begin(small(), tmp_path)
    time.sleep(1.1)
    writer.tick()
    with Follow([writer.path, tmp_path / "not-there-yet"]) as follow:
        time.sleep(0.2)
    assert not follow.thread.is_alive()
    assert f"{writer.id}: epoch 3/12" in capsys.readouterr().err
    writer.finish("interrupted")


def test_more_than_a_dozen_runs_are_one_line(small, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(progress, "TICK", 0.01)
    monkeypatch.setattr(progress, "LINE", 0.0)
    writer = begin(small(), tmp_path)
    time.sleep(1.1)
    writer.tick()
    with Follow([writer.path, *(tmp_path / f"later-{i}" for i in range(12))]):
        time.sleep(0.2)
    lines = capsys.readouterr().err.splitlines()
    assert {line.split("  ")[0] for line in lines} == {"13 runs: 0 of 13 ended"}
    writer.finish("interrupted")


def test_the_first_line_of_many_runs_tells_how_fast_they_are(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(progress, "TICK", 0.01)
    monkeypatch.setattr(progress, "LINE", 0.1)
    one = {"epoch": 0.0, "total_epochs": 12.0, "status": "running", "outcome": None}
    runs = [SimpleNamespace(path=tmp_path / "run-0", live=True, **one)]
    follow = Follow([tmp_path / f"run-{i}" for i in range(13)])
    began = time.monotonic()

    def look():
        # as `Runs.look` does: the rate is what was gained since the first look
        if follow.runs._first is None:
            follow.runs._first = (time.monotonic(), 0.0, 0.0)
        elif time.monotonic() > began:
            follow.runs.rate = 5.0
        return runs

    monkeypatch.setattr(follow.runs, "look", look)
    with follow:
        time.sleep(0.3)
    assert "5.00 epochs/s in all" in capsys.readouterr().err.splitlines()[0]


def test_rows_of_runs_keep_their_remaining_time_in_80_columns():
    console = Console(width=80, height=24, file=io.StringIO(), force_terminal=True)
    bars = _Bars(console)
    told = "epoch 19200/20000  train 1.000  test 0.987  memorised"
    rows = [Line(f"modadd-grok-s{i}-4baf12", 5, 9, told, 5400.0, True) for i in range(12)]
    foot = "2 of 12 ended  2 grokking  120 epochs/s in all"
    bars.show([*rows, Line("12 runs", 60, 108, foot, 60.0, True)], with_whole=True)
    with console.capture() as drawn:
        console.print(bars.get_renderable())
    lines = [Text.from_ansi(line).plain for line in drawn.get().splitlines()]
    assert len(lines) == 14
    assert all(line.startswith("modadd-grok-s") for line in lines[:12])
    assert all(f"{told} 1.5h" in line for line in lines[:12])
    assert (lines[12][:7], lines[13].rstrip()) == ("12 runs", foot)
