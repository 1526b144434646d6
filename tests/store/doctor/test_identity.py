import json

import h5py
import numpy as np

from grokscope.store.curves.reader import read_attrs
from grokscope.store.doctor.examination import examine
from grokscope.store.keeping.annotations import annotate, read_annotations
from grokscope.store.listing.summary import read_summary
from tests.store.doctor.conftest import healed, resumes, told


def test_a_renamed_run_says_its_new_name_once_it_is_mended(interrupted):
    with h5py.File(interrupted / "run.h5", "a") as file:
        file["novelty/values"] = np.arange(3.0)
    renamed = interrupted.rename(interrupted.with_name("another"))
    (found,) = told(renamed)
    assert "says that this is run 'interrupted'" in found
    healed(renamed)
    attrs = read_attrs(renamed)
    assert (attrs["run_id"], attrs["former_id"]) == ("another", "interrupted")
    with h5py.File(renamed / "run.h5") as file:
        assert file["novelty/values"][()].tolist() == [0, 1, 2]
    assert attrs["status"] == "interrupted"
    assert json.loads((renamed / "summary.json").read_text())["id"] == "another"
    assert resumes(renamed) == 69


def test_a_changed_configuration_is_told_and_left(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file.attrs["config"] = file.attrs["config"].replace("10.0", "11.0")
    (finding,) = examine(finished)
    assert (finding.severity, finding.fix) == ("warning", None)
    assert "configuration has digest" in finding.found


def test_a_configuration_that_is_no_json_is_a_problem(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file.attrs["config"] = "{"
    assert [f.severity for f in examine(finished)] == ["problem"]


def test_a_link_in_the_place_of_a_file_is_told(finished, tmp_path):
    target = (finished / "trajectory.h5").rename(tmp_path / "elsewhere.h5")
    (finished / "trajectory.h5").symlink_to(target)
    assert "trajectory.h5 is a symbolic link" in [f.found for f in examine(finished)]


def test_damaged_annotations_are_kept_aside_and_can_be_written_again(finished):
    (finished / "annotations.json").write_text('{"tags": 3}')
    (found,) = told(finished)
    assert "annotations.json is damaged" in found
    assert healed(finished) == [
        "kept as annotations.json.damaged; the run has none now",
        "its tags, note and star",
    ]
    annotate(finished, lambda a: a.tagged(["paper"]))
    assert read_annotations(finished).tags == ("paper",)
    assert (finished / "annotations.json.damaged").read_text() == '{"tags": 3}'
    assert read_summary(finished).status == "finished"
