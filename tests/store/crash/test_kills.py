"""Real training sessions killed at random moments: nothing acknowledged is lost, all go on."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grokscope.config import load
from grokscope.train.plan import plan
from grokscope.train.session import train
from tests.store.crash.hurried import EXPERIMENT
from tests.store.crash.judge import Judge
from tests.store.crash.states import Crash, Promise

KILLS = 100
ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_a_hundred_sessions_killed_at_random_lose_nothing_and_go_on(tmp_path):
    file = tmp_path / "tiny.toml"
    file.write_text(EXPERIMENT)
    whole = tmp_path / "whole"
    whole.mkdir()
    plans = plan([load(str(file))], whole)
    train(plans, whole, device="cpu", notify=lambda line: None)
    judge = Judge(plans[0].path, tmp_path / "crashed")
    chance = random.Random()
    bad, midway = {}, 0
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.crash.forge", str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT,
    ) as forge:  # fmt: skip

        def session(name, seconds):
            root = tmp_path / name
            root.mkdir()
            forge.stdin.write(f"{root} {seconds}\n")
            forge.stdin.flush()
            return root, *map(int, forge.stdout.readline().split())

        session("warm", -1)
        start = time.perf_counter()
        session("undisturbed", -1)
        length = time.perf_counter() - start
        for number in range(KILLS):
            seconds = chance.uniform(0, length)
            root, status, acked, saved = session(str(number), seconds)
            midway += status == 9 and 0 <= acked < judge.metrics.step[-1]
            promise = Promise(acked, -1, saved, begun=acked >= 0)
            crash = Crash(f"{number}, after {seconds:.3f} s", {}, promise, acked)
            try:
                check(judge, root / "store", crash, onward=number % 5 == 0)
            except Exception as error:
                bad[crash.after] = repr(error)
        forge.stdin.close()
    assert bad == {}
    assert midway >= KILLS // 10


def check(judge: Judge, store: Path, crash: Crash, onward: bool) -> None:
    """Assert of a real directory what `Judge.holds` asserts of one that is laid out."""
    judge.place = store.parent
    run = store / judge.name
    if not run.exists():
        assert not crash.promise.begun
        return
    judge.reads(run, crash)
    judge.lists(store, crash)
    if onward:
        judge.ends_the_same(store)
    else:
        judge.resumes(run, crash)
