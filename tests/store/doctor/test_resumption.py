import h5py
import pytest

from grokscope.errors import Unreadable
from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.doctor.examination import examine
from tests.store.doctor.conftest import healed, resumes, told


def test_a_damaged_newest_point_is_moved_aside_and_the_older_one_serves(interrupted):
    (interrupted / "resume.h5").write_bytes(b"torn")
    (found,) = told(interrupted)
    assert "resume.h5" in found
    (line,) = healed(interrupted)
    assert line == "kept as resume.h5.damaged; the run resumes from resume.previous.h5"
    assert resumes(interrupted) == 49


def test_a_damaged_older_point_is_moved_aside(interrupted):
    (interrupted / "resume.previous.h5").write_bytes(b"torn")
    assert healed(interrupted) == [
        "kept as resume.previous.h5.damaged; the run resumes from resume.h5"
    ]
    assert resumes(interrupted) == 69


def test_a_run_without_a_sound_point_is_a_problem_that_nothing_mends(interrupted):
    for name in ("resume.h5", "resume.previous.h5"):
        (interrupted / name).write_bytes(b"torn")
    problems = [f for f in examine(interrupted) if f.severity == "problem"]
    assert len(problems) == 2
    assert all(f.fix is None and "--again" in f.means for f in problems)
    with pytest.raises(Unreadable):
        load_resume(interrupted)


def test_an_ended_run_needs_no_point(finished):
    for name in ("resume.h5", "resume.previous.h5"):
        (finished / name).write_bytes(b"torn")
    healed(finished)


def test_a_point_of_another_configuration_is_told(interrupted):
    with h5py.File(interrupted / "resume.h5", "a") as file:
        file.attrs["config_digest"] = "0" * 64
    (finding,) = examine(interrupted)
    assert "saved under another configuration" in finding.found


def test_counters_that_are_no_json_are_damage(interrupted):
    with h5py.File(interrupted / "resume.h5", "a") as file:
        file.attrs["counters"] = "{"
    (found,) = told(interrupted)
    assert "its counters cannot be read" in found
    healed(interrupted)
