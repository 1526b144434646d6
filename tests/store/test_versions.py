import pytest

from grokscope.errors import NewerSchema, OlderSchema, Unreadable
from grokscope.store.versions import check_version
from grokscope.store.wal import MAGIC, Log, Tail, read_log


@pytest.mark.parametrize("version", ["1", "1.0.0", "1.7.2", "1.99.0-rc1"])
def test_any_minor_version_of_this_major_one_is_accepted(version):
    check_version(version, "run")


@pytest.mark.parametrize("version", ["2.0.0", "10.1", "99999999999.0"])
def test_a_newer_major_version_is_refused_by_name(version):
    with pytest.raises(NewerSchema, match=r"run has schema version .*; this grokscope reads 1\.x"):
        check_version(version, "run")


def test_an_older_major_version_is_refused_with_what_mends_it():
    with pytest.raises(OlderSchema, match=r"version 0\.9\.0; .* `grokscope doctor --fix` migrates"):
        check_version("0.9.0", "run")


@pytest.mark.parametrize("version", ["", "one", "-1.0", "²"])
def test_what_is_no_version_is_called_so(version):
    with pytest.raises(Unreadable, match="which is none"):
        check_version(version, "run")


@pytest.mark.parametrize("number", [b"2", b"17"])
def test_a_log_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path, number):
    path = tmp_path / "run" / "live" / "metrics.wal"
    path.parent.mkdir(parents=True)
    data = MAGIC.replace(b"1", number) + b"rows of another kind"
    path.write_bytes(data)
    for read in (read_log, Log, lambda path: Tail(path).refresh()):
        with pytest.raises(NewerSchema, match=r"run/live/metrics\.wal has schema version"):
            read(path)
    assert path.read_bytes() == data
