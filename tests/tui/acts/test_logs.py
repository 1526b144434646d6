"""What was started, in words."""

import time

import pytest

from grokscope.tui.acts.logs import Seen, about, look, row, state, tail, wrapped
from grokscope.tui.acts.processes import Ending, Started

NOW = time.mktime((2026, 3, 14, 15, 9, 0, 0, 0, -1))


def begun(tmp_path, *words, ago=12.0, text=""):
    log = tmp_path / f"{len(list(tmp_path.iterdir()))}.log"
    log.write_text(text)
    return Started(words, tmp_path, NOW - ago, log)


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (None, "running 12s"),
        (Ending(0, ""), "done"),
        (Ending(1, "no run"), "failed 1"),
        (Ending(130, ""), "interrupted"),
        (Ending(None, ""), "killed"),
    ],
)
def test_a_process_stands_in_one_of_five_ways(ending, text, tmp_path):
    assert state(Seen(begun(tmp_path), ending, 0), NOW) == text


def test_a_row_fits_and_tells_when_what_and_the_command(tmp_path):
    seen = Seen(begun(tmp_path, "run", "modadd-grok", "--set", "epochs=30"), None, 0)
    assert row(seen, NOW, 80, True)[0] == "▌ 15:08  running 12s  run modadd-grok --set epochs=30"
    assert len(row(seen, NOW, 40, False)[0]) < 40
    own = Seen(begun(tmp_path, "run", f"{tmp_path}/modadd-s0.toml"), None, 0)
    assert row(own, NOW, 80, False)[0].endswith("run modadd-s0.toml")
    old = Seen(begun(tmp_path, "resume", "a", ago=3e5), Ending(0, ""), 0)
    assert row(old, NOW, 80, False)[0] == " 11 Mar  done         resume a"


def test_the_end_of_a_log_is_shown_as_a_terminal_would(tmp_path):
    log = tmp_path / "a.log"
    log.write_bytes(b"one\r\n10 %\r20 %\r\n\nlast\n")
    assert tail(log) == ["one", "20 %", "", "last"]
    log.write_bytes(b"x" * 300_000 + b"\nlast\n")
    assert tail(log) == ["last"]
    log.write_bytes(b"")
    assert tail(log) == []


def test_lines_are_cut_to_the_width_and_lose_nothing():
    assert wrapped(["", "aa bb cc dd"], 8)[0] == ""
    cut = wrapped(["word " * 30], 20)
    assert all(len(line) <= 20 for line in cut)
    assert "".join(cut).replace(" ", "") == "word" * 30


def test_the_newest_process_that_names_a_run_is_about_it(tmp_path):
    stopped = begun(tmp_path, "stop", "modadd-s0")
    trained = begun(tmp_path, "run", "modadd", text="id  status\nmodadd-s1  failed\n")
    gone = begun(tmp_path, "run", "other")
    gone.log.unlink()
    everything = [gone, trained, stopped]
    assert about("modadd-s0", everything) is stopped
    assert about("modadd-s1", everything) is trained
    assert about("elsewhere", everything) is None


def test_a_look_at_a_log_that_is_gone_finds_nothing_written(tmp_path):
    one = begun(tmp_path, text="abc")
    assert look(one).written == 3
    one.log.unlink()
    assert look(one) == Seen(one, Ending(None, ""), 0)
