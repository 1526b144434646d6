import json

import h5py

from grokscope.store.doctor.examination import examine, mend
from grokscope.store.doctor.formats import check_versions


def marked(path, version):
    with h5py.File(path, "a") as file:
        file.attrs["schema_version"] = version


def test_each_kind_of_file_of_a_newer_version_is_refused_by_name(interrupted, files):
    (segment, *_) = sorted((interrupted / "segments").iterdir())
    for path in (interrupted / "run.h5", segment, interrupted / "resume.h5"):
        marked(path, "9.1.0")
        (finding,) = check_versions(files(interrupted))
        assert finding.severity == "problem"
        assert finding.fix is None
        assert "has schema version 9.1.0; this grokscope reads 1.x" in finding.found
        assert path.name in finding.found
        marked(path, "1.0.0")
    data = json.loads((interrupted / "summary.json").read_text()) | {"schema_version": "9.1.0"}
    (interrupted / "summary.json").write_text(json.dumps(data))
    assert "9.1.0" in check_versions(files(interrupted))[0].found


def test_a_newer_log_is_refused_by_name_and_kept(dead, files):
    log = dead / "live" / "metrics.wal"
    data = log.read_bytes().replace(b"log 1", b"log 8", 1)
    log.write_bytes(data)
    (finding,) = check_versions(files(dead))
    assert "metrics.wal has schema version 8" in finding.found
    list(mend(dead, examine(dead)))
    assert log.read_bytes() == data


def test_newer_files_are_never_mended(interrupted):
    for path in [*interrupted.glob("*.h5"), *(interrupted / "segments").iterdir()]:
        marked(path, "2.0.0")
    before = {p: p.read_bytes() for p in interrupted.rglob("*.h5")}
    list(mend(interrupted, examine(interrupted, deep=True), deep=True))
    assert {p: p.read_bytes() for p in interrupted.rglob("*.h5")} == before


def test_files_of_this_version_are_no_finding(finished, files):
    assert check_versions(files(finished)) == []
