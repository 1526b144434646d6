"""Names that lead out of a store, and hostile runs, through every command that takes a run."""

import json
import os
import shutil

import pytest

from tests.cli.conftest import call
from tests.store.inspection.hostile import HOSTILE

STEERING = "\x1b[31mred\x07 \x9b5m [bold]b[/] \u202eback"
TAKING = {
    "show": ["show", "RUN"],
    "show --config": ["show", "RUN", "--config"],
    "show --json": ["show", "RUN", "--json"],
    "compare": ["compare", "RUN", "RUN"],
    "measure": ["measure", "RUN", "weight_norm"],
    "resume": ["resume", "RUN"],
    "ls": ["ls", "RUN"],
    "tag": ["tag", "RUN", "+x"],
    "note": ["note", "RUN", "x"],
    "star": ["star", "RUN"],
    "export": ["export", "RUN", "--to", "OUT"],
    "thin": ["thin", "RUN", "--keep", "last", "--yes"],
    "rm": ["rm", "RUN", "--yes"],
    "stop": ["stop", "RUN"],
    "extend": ["extend", "RUN", "--epochs", "900"],
    "fork": ["fork", "RUN"],
    "restore": ["restore", "RUN"],
    "plot": ["plot", "RUN"],
    "cluster": ["cluster", "RUN", "--clusters", "1", "--device", "cpu"],
    "doctor": ["doctor", "RUN"],
    "doctor --fix": ["doctor", "RUN", "--fix"],
}
OUTSIDE = [
    "../outside",
    "..",
    ".",
    "store/../../outside",
    "ABSOLUTE",
    "link",
    "linked/../outside",
    ".trash",
    "datasets",
    "CON",
    "one\x00two",
    "ｒｕｎ",
    "run\u202e",
    "a" * 101,
    "-",
    "~",
    "%2e%2e",
]


def words(command, name, tmp_path):
    there = {"RUN": name, "OUT": tmp_path / "taken.h5"}
    return [there.get(word, word) for word in TAKING[command]]


def tree(place):
    """Return all that lies in a directory: names and what is in them."""
    return {
        path.relative_to(place): path.read_bytes() if path.is_file() else None
        for path in sorted(place.rglob("*"))
    }


SLOW = ("measure", "cluster", "thin", "extend", "fork", "doctor --fix")
"""Commands that import or do much."""
COMMANDS = [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in TAKING]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_name_leads_out_of_the_store(stored, store, tmp_path, command):
    (run,) = stored("run")
    outside = store.parent / f"outside-{store.name}"
    shutil.copytree(run, outside)
    (store / "link").symlink_to(outside)
    before = tree(outside)
    for name in OUTSIDE:
        told = name.replace("../outside", f"../{outside.name}").replace("ABSOLUTE", str(outside))
        done = call(*words(command, told, tmp_path))
        assert done.code in (0, 1, 2), (name, done.err)
        assert done.code or command == "ls" or "doctor" in command, (name, done.out)
        assert "\x1b" not in done.err + done.out
        assert "Traceback" not in done.err
    assert tree(outside) == before
    assert (store / "link").is_symlink()
    shutil.rmtree(outside)


def test_every_command_that_takes_a_run_is_tried():
    from grokscope.cli import COMMANDS

    without = {"run", "reproduce", "presets", "tasks", "models", "measures"}
    assert {command.split()[0] for command in TAKING} == COMMANDS.keys() - without


CASES = ["external raw storage", "soft link to itself", "garbage", "pipe", "symbolic link"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_hostile_run_is_refused_in_one_line_by_every_command(stored, store, tmp_path, command):
    for number, case in enumerate(CASES):
        (run,) = stored("run")
        run = run.rename(store / f"hostile-{number}")
        (run / "run.h5").unlink()
        HOSTILE[case][0](run / "run.h5")
        told = json.loads((run / "summary.json").read_text())
        told |= {"title": STEERING, "reason": STEERING, "model": STEERING}
        told["metrics"][STEERING] = [1, 0, 2]
        (run / "summary.json").write_text(json.dumps(told))
        done = call(*words(command, run.name, tmp_path))
        assert done.code in (0, 1, 4), (case, done.err)
        assert "Traceback" not in done.err
        shown = (done.out + done.err).replace("\n", "")
        assert shown.isprintable(), (case, [c for c in shown if not c.isprintable()])
        assert "root:" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("part", ["segments", "analysis", "live", "run.h5", "live/metrics.wal"])
def test_resuming_writes_nowhere_but_into_the_run(stored, store, tmp_path, part):
    (run,) = stored("run")
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in (".keep.tmp", "ck-000000000000.h5", "metrics.wal", "file"):
        (mine / name).write_text("mine")
    target = run / part
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    target.symlink_to(mine / "file" if target.suffix else mine)
    before = tree(mine)
    told = json.loads((run / "summary.json").read_text()) | {"state": "interrupted"}
    (run / "summary.json").write_text(json.dumps(told))
    for command in ("resume", "measure", "thin", "doctor --fix", "export", "rm"):
        done = call(*words(command, "run", tmp_path))
        assert "Traceback" not in done.err
    assert tree(mine) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["summary.json", "lock.json", "annotations.json", "run.h5", "live/metrics.wal"]
)
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(stored, tmp_path, name):
    (run,) = stored("run")
    (run / name).parent.mkdir(exist_ok=True)
    (run / name).unlink(missing_ok=True)
    os.mkfifo(run / name)
    for command in TAKING:
        done = call(*words(command, "run", tmp_path))
        assert done.code in (0, 1, 4), (command, done.err)
