from grokscope.store.doctor.rescue import rescue
from grokscope.store.doctor.salvaging import salvage

PLANTED = "import pathlib; pathlib.Path({!r}).write_text('run'); raise SystemExit(3)"


def plant(tmp_path, monkeypatch):
    """Stand where modules named like those that a salvage needs lie; return the one's trace."""
    (tmp_path / "here").mkdir()
    trace = tmp_path / "trace"
    for name in ("h5py", "numpy", "json", "grokscope"):
        (tmp_path / "here" / f"{name}.py").write_text(PLANTED.format(str(trace)))
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "here"))
    return trace


def test_no_code_is_run_from_where_the_user_stands(finished, tmp_path, monkeypatch):
    trace = plant(tmp_path, monkeypatch)
    found, lost = salvage(finished)
    assert found is not None
    assert lost == []
    assert "8 checkpoints of it saved" in rescue(finished, finished / "trajectory.h5").line
    assert not trace.exists()


def test_paths_may_be_relative(finished, monkeypatch):
    monkeypatch.chdir(finished.parent)
    found, lost = salvage(finished.relative_to(finished.parent))
    assert found is not None
    assert lost == []
