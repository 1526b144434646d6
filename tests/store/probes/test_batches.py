import numpy as np
import pytest

from grokscope.store.probes import batches as writing
from grokscope.store.probes.batches import Probes
from grokscope.store.probes.reading import batches, open_probes


@pytest.fixture
def probes(tmp_path):
    return Probes(tmp_path)


def test_values_wait_until_they_are_due(probes, tmp_path, monkeypatch):
    assert not probes.due
    probes.add("a", 0, 0.0, np.zeros(3))
    assert not probes.due
    monkeypatch.setattr(writing, "MOST_SECONDS", 0.0)
    assert probes.due
    probes.flush()
    assert not probes.due
    assert len(batches(tmp_path / "probes")) == 1


def test_many_bytes_are_due_at_once(probes, monkeypatch):
    monkeypatch.setattr(writing, "MOST_BYTES", 100)
    probes.add("a", 0, 0.0, np.zeros(3))
    assert not probes.due
    probes.add("b", 1, 0.0, np.zeros(30))
    assert probes.due


def test_probes_of_other_steps_and_shapes_share_a_batch(probes, tmp_path):
    for step in range(4):
        probes.add("a", step, step / 2, np.full((2, 3), step))
        if step % 2:
            probes.add("b", step, step / 2, np.array(step, np.int32))
    probes.flush()
    found = open_probes(tmp_path)
    assert len(batches(tmp_path / "probes")) == 1
    assert found["a"].read()[:, 1, 2].tolist() == [0, 1, 2, 3]
    assert (found["b"].step.tolist(), found["b"].epoch.tolist()) == ([1, 3], [0.5, 1.5])
    assert found["b"].read().tolist() == [1, 3]


def test_what_the_caller_changes_afterwards_is_kept_as_it_was(probes, tmp_path):
    values = np.ones(3)
    probes.add("a", 0, 0.0, values)
    values[:] = 9
    probes.flush()
    assert open_probes(tmp_path)["a"].read().tolist() == [[1, 1, 1]]


@pytest.mark.parametrize(
    ("step", "values", "about", "told"),
    [
        (
            1,
            np.zeros(3),
            {},
            r"'a' of float64, shape \(3,\), where the first one was of float32, axes {'x': 2}",
        ),
        (1, np.zeros((2, 1)), {}, r"shape \(2, 1\), where the first"),
        (1, np.zeros(2), {"dims": ("y",)}, "labels of shape"),
        (1, np.zeros(2), {"coords": {"x": [1, 3]}}, "axes or labels other than"),
        (0, np.zeros(2), {}, "at step 0 after one at step 0"),
        (-1, np.zeros(2), {}, "at step -1"),
        (1, np.zeros(2), {"epoch": np.nan}, "epoch nan"),
    ],
)
def test_what_is_not_like_the_first_is_refused_and_costs_nothing(
    probes, tmp_path, step, values, about, told
):
    about = {"epoch": 0.0} | about
    probes.add("a", 0, 0.0, np.zeros(2, np.float32), ("x",), {"x": [1, 2]})
    with pytest.raises(ValueError, match=told):
        probes.add("a", step, values=values, **about)
    probes.add("a", 7, 0.0, np.ones(2))
    probes.flush()
    assert open_probes(tmp_path)["a"].step.tolist() == [0, 7]


def test_real_numbers_do_not_become_whole_ones(probes):
    probes.add("a", 0, 0.0, np.array([1, 2]))
    with pytest.raises(ValueError, match=r"float64.* where the first one was of int64"):
        probes.add("a", 1, 0.0, np.array([1.5, 2]))


def test_a_disk_that_refuses_costs_nothing(probes, tmp_path, monkeypatch):
    probes.add("a", 0, 0.0, np.zeros(2))
    with monkeypatch.context() as full:
        full.setattr(writing, "publish", lambda path, write: (_ for _ in ()).throw(OSError(28, "")))
        with pytest.raises(OSError, match="28"):
            probes.flush()
    probes.flush()
    assert open_probes(tmp_path)["a"].step.tolist() == [0]


def test_a_run_taken_up_again_knows_its_probes(probes, tmp_path):
    probes.add("a", 4, 0.0, np.zeros(2, np.float32), ("x",), None, {"long_name": "A", "units": "1"})
    probes.flush()
    again = Probes(tmp_path)
    with pytest.raises(ValueError, match="at step 4 after one at step 4"):
        again.add("a", 4, 0.0, np.zeros(2))
    again.add("a", 5, 0.0, np.zeros(2))
    again.flush()
    found = open_probes(tmp_path)["a"]
    assert (found.probe.dims, found.probe.attrs["long_name"]) == (("x",), "A")
    assert found.step.tolist() == [4, 5]


def test_a_long_run_keeps_few_files(probes, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST_FILES", 8)
    for step in range(40):
        probes.add("a", step, 0.0, np.full(5, step))
        probes.flush()
        assert len(batches(tmp_path / "probes")) < 8
    assert open_probes(tmp_path)["a"].read()[:, 0].tolist() == list(range(40))


def test_values_at_the_resume_point_wait_for_no_others(tmp_path):
    probes = Probes(tmp_path, settled=7)
    probes.add("late", 8, 8.0, np.zeros(3))
    assert not probes.due
    probes.add("a", 7, 7.0, np.zeros(3))
    assert probes.due
    probes.flush()
    probes.add("a", 8, 8.0, np.zeros(3))
    assert not probes.due
