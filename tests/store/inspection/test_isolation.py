import json
import subprocess
import sys

from grokscope.store.inspection.isolation import command, environment


def test_a_program_gets_its_words_and_no_place_of_the_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("HDF5_PLUGIN_PATH", str(tmp_path))
    (tmp_path / "grokscope.py").write_text("def main(*words): print('planted')")
    called = command("grokscope.store.doctor.salvaging", "/no/such/file", str(tmp_path / "copy"))
    assert called[0] == sys.executable
    done = subprocess.run(called, capture_output=True, text=True, env=environment(), cwd="/")
    assert "FileNotFoundError" in done.stderr
    assert "/no/such/file" in done.stderr
    assert done.stdout == ""


def test_plugins_of_the_environment_are_left_out(monkeypatch):
    monkeypatch.setenv("HDF5_PLUGIN_PATH", "/somewhere")
    told = environment()
    assert "HDF5_PLUGIN_PATH" not in told
    assert told["HDF5_PLUGIN_PRELOAD"] == "::"
    assert json.dumps(told)
