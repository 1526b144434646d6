import os

import h5py
import numpy as np
import pytest

from grokscope.errors import NewerSchema, Unreadable
from grokscope.store import inspection
from grokscope.store.inspection import damage, open_checked


@pytest.fixture
def path(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run" / "run.h5"


def make(path, build=lambda file: None, version="1.0.0"):
    with h5py.File(path, "w") as file:
        file.attrs["schema_version"] = version
        file["metrics/loss"] = np.arange(100.0)
        build(file)
    return path


def refused(path):
    with pytest.raises(Unreadable) as caught, open_checked(path):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_sound_file_opens(path):
    with open_checked(make(path)) as file:
        assert file["metrics/loss"][3] == 3


def test_a_missing_file_is_missing(path):
    with pytest.raises(FileNotFoundError), open_checked(path):
        pass


@pytest.mark.parametrize("keep", [0, 10, 100, 1000, 2000])
def test_a_truncated_file_is_refused_in_one_line(path, keep):
    data = make(path).read_bytes()
    path.write_bytes(data[:keep])
    assert refused(path).startswith("run/run.h5 is")


def test_garbage_is_refused(path):
    path.write_bytes(os.urandom(5000))
    assert refused(path) == "run/run.h5 is no HDF5 file or a truncated one"


def test_a_file_without_a_version_is_not_ours(path):
    with h5py.File(path, "w") as file:
        file["x"] = 1
    assert "carries no schema_version" in refused(path)


def test_a_newer_major_version_is_refused(path):
    with (
        pytest.raises(NewerSchema, match="schema version 2"),
        open_checked(make(path, version="2.0")),
    ):
        pass


def test_data_kept_in_another_file_is_refused(path, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"x" * 80)
    make(path, lambda f: f.create_dataset("e", (10,), "f8", external=[(str(secret), 0, 80)]))
    assert "keeps its data in another file" in refused(path)


def test_a_virtual_variable_is_refused(path, tmp_path):
    layout = h5py.VirtualLayout((100,), "f8")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", (100,))
    make(path, lambda f: f.create_virtual_dataset("v", layout))
    assert "keeps its data in another file" in refused(path)


@pytest.mark.parametrize("link", [h5py.ExternalLink("/etc/x.h5", "/"), h5py.SoftLink("/metrics")])
def test_links_are_refused(path, link):
    make(path, lambda f: f.__setitem__("away", link))
    assert "'away' is a link" in refused(path)


def test_a_variable_that_claims_more_than_it_holds_is_refused(path):
    make(path, lambda f: f.create_dataset("huge", (10**12,), "f8", chunks=(1000,)))
    assert "claims 8000000000000 bytes, of which 0 are stored" in refused(path)


def test_zeros_squeezed_a_thousandfold_are_refused(path):
    make(path, lambda f: f.create_dataset("z", data=np.zeros(2**22), compression="gzip"))
    assert "claims" in refused(path)


def test_too_many_objects_are_refused(path, monkeypatch):
    monkeypatch.setattr(inspection, "MAX_OBJECTS", 50)
    make(path, lambda f: [f.create_group(f"g{i}") for i in range(60)])
    assert "holds more than 50 objects" in refused(path)


def test_deep_nesting_is_refused(path):
    make(path, lambda f: f.create_group("/".join("abcdefghijkl")))
    assert "8 levels" in refused(path)


def test_a_group_that_contains_itself_is_refused(path):
    make(path, lambda f: f["metrics"].__setitem__("self", f["metrics"]))
    assert "levels" in refused(path)


def test_a_vast_attribute_is_refused(path):
    def build(file):
        file.attrs.create("vast", np.zeros(2**18 + 1))

    with h5py.File(path, "w", libver="latest") as file:
        file.attrs["schema_version"] = "1.0.0"
        build(file)
    assert "attribute 'vast' holds" in refused(path)


def test_a_filter_that_needs_a_plugin_is_refused(path):
    make(path, lambda f: f.create_dataset("l", data=np.zeros(100), compression="lzf"))
    assert "needs a filter plugin" in refused(path)


def test_a_checksum_that_does_not_fit_is_damage(path):
    data = np.arange(1000.0)
    make(path, lambda f: f.create_dataset("c", data=data, chunks=(1000,), fletcher32=True))
    raw = path.read_bytes()
    at = raw.index(data.tobytes())
    path.write_bytes(raw[: at + 80] + b"\xff" + raw[at + 81 :])
    told = pytest.raises(Unreadable, match=r"run/run\.h5 is damaged")
    with open_checked(path) as file, told, damage(path):
        file["c"][:]


def test_text_that_is_none_is_damage(path):
    make(path, lambda f: f.create_dataset("t", data=b"\xff", dtype=h5py.string_dtype()))
    told = pytest.raises(Unreadable, match=r"run/run\.h5 is damaged")
    with open_checked(path) as file, told, damage(path):
        file["t"].asstr()[()]


@pytest.mark.parametrize(
    "mistake", [KeyError, ValueError, OSError, RuntimeError, ZeroDivisionError]
)
def test_mistakes_of_the_reader_itself_are_not_told_as_damage(path, mistake):
    with pytest.raises(mistake, match="mine"), open_checked(make(path)):
        raise mistake("mine")
