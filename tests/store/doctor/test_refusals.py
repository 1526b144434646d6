"""Mending on a disk that refuses one call after another: nothing more is lost than without."""

import os
import shutil

import numpy as np
import pytest

from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_metrics
from grokscope.store.doctor.examination import examine, mend

CALLS = ("replace", "rename", "unlink", "link", "write", "pwrite", "writev", "fsync")
TIMES = 4
"""Most mendings until all is mended."""


def damage_all(run):
    """Damage a run's published file, its summary and one checkpoint."""
    data = (run / "run.h5").read_bytes()
    (run / "run.h5").write_bytes(data[:-1])
    (run / "summary.json").write_text("{}")
    path = min((run / "segments").glob("ck-*.h5"))
    path.write_bytes(path.read_bytes()[:-1])


def refuse(patch, number):
    """Let the one of all calls that change a disk fail; return where they are counted."""
    made = []

    def counted(real):
        def call(*words, **options):
            made.append(real.__name__)
            if len(made) == number:
                raise OSError(28, "No space left on device")
            return real(*words, **options)

        return call

    for name in CALLS:
        patch.setattr(os, name, counted(getattr(os, name)))
    return made


def held(run):
    """Return what of a run is readable."""
    trajectory = open_trajectory(run)
    steps = read_metrics(run).step.tolist()
    return steps, trajectory.checkpoints.tolist(), trajectory.rows()


def mended(run):
    for _ in range(TIMES):
        if not list(mend(run, examine(run))):
            return
    raise AssertionError([finding.found for finding in examine(run)])


@pytest.mark.slow
def test_whichever_call_the_disk_refuses_the_next_mending_loses_no_more(interrupted, tmp_path):
    damage_all(interrupted)
    whole = shutil.copytree(interrupted, tmp_path / "whole" / "interrupted")
    with pytest.MonkeyPatch.context() as patch:
        made = refuse(patch, 0)
        mended(whole)
    expected = held(whole)
    assert len(made) > 20
    assert expected[1] == [50, 60, 70]
    for number in range(1, len(made) + 1):
        run = shutil.copytree(interrupted, tmp_path / str(number) / "interrupted")
        with pytest.MonkeyPatch.context() as patch:
            refuse(patch, number)
            list(mend(run, examine(run)))
        mended(run)
        for one, other in zip(held(run), expected, strict=True):
            np.testing.assert_array_equal(one, other, str((number, made[number - 1])))
        left = [path for path in run.rglob("*") if path.name.endswith(".tmp")]
        # a file that could not be removed goes once it is old
        assert left == [] or made[number - 1] == "unlink", (number, left)
        shutil.rmtree(run.parent)
