"""What the store writes passes the look that files of strangers get."""

import numpy as np
import pytest

from grokscope.layout import Layout, ParameterSpec
from grokscope.store import wal
from grokscope.store.checkpoints.resume import MOST_ARRAYS, load_resume, save_resume
from grokscope.store.checkpoints.segments import MOST_TENSORS, write_segment
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.curves.reader import read_analyses, read_metrics
from grokscope.store.files.verdicts import VERDICTS
from grokscope.store.inspection import open_checked
from grokscope.store.probes.reading import open_probes
from grokscope.store.recording.states import pack_state, unpack_state
from grokscope.store.schema import Group, Variable
from grokscope.store.wal import Log, Row
from tests.store.conftest import row, train


@pytest.fixture(autouse=True)
def strange(monkeypatch):
    """Forget who wrote a file before each time that one is looked for."""
    monkeypatch.setattr(VERDICTS, "passed", lambda key: False)
    monkeypatch.setenv("GROKSCOPE_CACHE", "")
    VERDICTS.forget()
    yield
    VERDICTS.forget()


def test_all_files_of_a_run_pass(begin):
    writer = begin()
    train(writer, 0, 30)
    for step in range(3):
        writer.probes.add("a/b", step, step, np.full((2, 3), step))
    writer.probes.flush()
    state = {"weight": np.ones(3) * 1j, "mask": np.array([True]), "half": np.ones(2, "f2")}
    writer.save_resume(pack_state(state), {"step": 29, "epoch": 29.0})
    curve = Variable(("step",), np.arange(3.0), {"long_name": "x", "units": "1"})
    write_analysis(writer.path, "m", Group({"m": curve}))
    assert set(read_analyses(writer.path)) == {"m"}
    found = unpack_state(load_resume(writer.path).arrays)
    np.testing.assert_array_equal(found["weight"], state["weight"])
    writer.finish("finished")
    trajectory = open_trajectory(writer.path)
    np.testing.assert_array_equal(trajectory.rows()[29], row(29))
    assert read_metrics(writer.path).step.size == 30
    assert set(read_analyses(writer.path)) == {"m"}
    assert len(open_probes(writer.path)["a.b"]) == 3
    for path in writer.path.rglob("*.h5"):
        with open_checked(path):
            pass


def tensors(count):
    specs = (ParameterSpec(f"p{i}", (f"a{i}", f"b{i}"), (2, 3)) for i in range(count))
    return Layout(tuple(specs))


@pytest.mark.slow
def test_the_largest_model_that_is_written_passes(tmp_path):
    layout = tensors(MOST_TENSORS)
    rows = [np.zeros(layout.size)] * 3
    with open_checked(write_segment(tmp_path, layout, range(3), [0.0, 1.0, 2.0], rows)) as file:
        assert len(file["trajectory"]) == 3 * MOST_TENSORS + 3


@pytest.mark.slow
def test_the_largest_state_that_is_written_passes(tmp_path):
    arrays = {str(i): np.full(2, i) for i in range(MOST_ARRAYS)}
    save_resume(tmp_path, arrays, {"step": 1})
    assert len(load_resume(tmp_path).arrays) == MOST_ARRAYS


def test_what_no_file_can_hold_is_refused_when_it_is_written(begin, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="3001 tensors; a file takes 3000"):
        begin(layout=tensors(MOST_TENSORS + 1))
    arrays = dict.fromkeys(map(str, range(MOST_ARRAYS + 1)), np.zeros(1))
    with pytest.raises(ValueError, match="12001 arrays in a resume point"):
        save_resume(tmp_path, arrays, {"step": 1})
    monkeypatch.setattr(wal, "MOST_COLUMNS", 2)
    log = Log(tmp_path / "live" / "log")
    with pytest.raises(ValueError, match="3 metrics; a run takes up to 2"):
        log.append(Row(0, 0.0, 0.0, dict.fromkeys("abc", 1.0)))
    log.close()
