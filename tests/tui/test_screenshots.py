import os
import subprocess
import sys

from grokscope.tui import settings
from grokscope.tui.screenshots import take, take_sweep
from tests.tui.films import BOTH

PAIR = ("modadd-grok-s0", "modadd-steady-s0")


async def test_pictures_of_list_run_and_comparison_are_written(pair, tmp_path):
    paths = await take(pair, tmp_path, (80, 24), PAIR, PAIR[0])
    assert [path.name for path in paths] == ["run.svg", "runs.svg", "compare.svg"]
    text = {path.stem: path.read_text().replace("&#160;", " ") for path in paths}
    assert all(content.startswith("<svg") for content in text.values())
    assert "Loss, nat" in text["run"]
    assert "t_train" in text["runs"]
    assert "differs:" in text["compare"]


async def test_pictures_through_time_and_of_the_sweep_are_written(film, tmp_path):
    paths = await take_sweep(film, tmp_path, (80, 24), BOTH[0])
    assert [path.name for path in paths] == ["through.svg", "phase.svg"]
    text = {path.stem: path.read_text().replace("&#160;", " ") for path in paths}
    assert "t_test" in text["through"]
    assert "phase" in text["phase"]


def test_pictures_are_those_of_a_user_who_has_chosen_nothing_yet(pair, tmp_path):
    taken = []
    for name, told in (("plain", ""), ("own", "[list]\ninverted = true\nwidths = {t_test = 20}\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / settings.FILE).write_text(told)
        out = tmp_path / name / "out"
        command = [sys.executable, "-m", "grokscope.tui.screenshots", str(pair), str(out)]
        chosen = {settings.VARIABLE: str(tmp_path / name), "NO_COLOR": "1" if told else ""}
        subprocess.run(command, env=os.environ | chosen, check=True, capture_output=True)
        taken.append((out / "runs.svg").read_text())
    assert taken[0] == taken[1]
    assert "#56b4e9" in taken[0].lower()


def test_a_store_with_fewer_than_two_runs_is_refused_in_one_line(tmp_path):
    command = [sys.executable, "-m", "grokscope.tui.screenshots", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "two are needed" in done.stderr
