import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import NewerSchema, OlderSchema, Unreadable
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.segments import row_digests
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_analyses, read_metrics
from grokscope.store.curves.tail import Tail
from grokscope.store.doctor.examination import examine
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.schema import SCHEMA_VERSION
from grokscope.store.versions import check_version
from grokscope.store.wal import MAGIC, Log, read_log

FIXTURES = sorted(p for p in (Path(__file__).parent / "fixtures").iterdir() if p.name[:1].isdigit())


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


def test_this_version_or_its_neighbour_before_has_a_fixture():
    major, minor, _ = map(int, SCHEMA_VERSION.split("."))
    kept = {tuple(map(int, place.name.split(".")[:2])) for place in FIXTURES}
    assert kept & {(major, minor), (major, max(minor - 1, 0))}


def trained(store):
    return [run for run in store.iterdir() if not run.name.startswith("recorded")]


@pytest.mark.parametrize("store", FIXTURES, ids=lambda place: place.name)
class TestAFixture:
    """What each version wrote, through every reader of this one."""

    def test_is_listed(self, store):
        catalogue = Catalogue(store)
        found = {run.name: (run.status, run.epoch) for run in catalogue.refresh()}
        found.pop("recorded", None)
        assert found == {
            "finished": ("finished", 6.0),
            "interrupted": ("interrupted", 3.0),
            "killed": ("dead", found["killed"][1]),
        }
        assert not catalogue.broken

    def test_has_its_curves_and_its_measure(self, store):
        for run in trained(store):
            metrics = read_metrics(run)
            np.testing.assert_array_equal(metrics.epoch, np.arange(metrics.step.size))
            assert metrics.step.size == (7 if run.name.startswith("finished") else 4)
            assert np.isfinite(metrics.curves["train_loss"].values).all()
        (finished,) = store.glob("finished-*")
        assert [a.values.size for a in read_analyses(finished).values()] == [3]

    def test_has_its_checkpoints_with_the_digests_they_were_recorded_with(self, store):
        for run in trained(store):
            trajectory = open_trajectory(run)
            assert trajectory.epoch.tolist() == [0, 3, 6][: len(trajectory)]
            assert row_digests(trajectory.layout, trajectory.rows()) == trajectory.digests.tolist()

    @pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
    def test_opens_in_plain_xarray(self, store, engine):
        for run in store.iterdir():
            with xr.open_datatree(run / "run.h5", engine=engine) as tree:
                curves = tree["metrics"].to_dataset().load()
                # a run that is killed early has all of its rows in its log
                assert "test_accuracy" in curves or run.name.startswith("killed")

    def test_opens_as_a_tree(self, store):
        for run in store.iterdir():
            tree = open_run(run)
            assert tree["metrics"]["test_accuracy"].dims == ("step",)
            assert tree["trajectory"].sizes["checkpoint"] == len(open_trajectory(run))

    @pytest.mark.parametrize(
        "name", ["killed", pytest.param("interrupted", marks=pytest.mark.slow)]
    )
    def test_goes_on_where_it_stood(self, store, name, tmp_path):
        from grokscope.train.plan import plan_resume
        from grokscope.train.session import train

        (run,) = store.glob(f"{name}-*")
        before = read_metrics(run)
        copy = Path(shutil.copytree(run, tmp_path / run.name))
        train([plan_resume(read_summary(copy))], tmp_path, device="cpu", notify=lambda line: None)
        assert read_summary(copy).status == "finished"
        after = read_metrics(copy)
        assert after.epoch.tolist() == [0, 1, 2, 3, 4, 5, 6]
        for curve, values in before.curves.items():
            np.testing.assert_array_equal(after.curves[curve].values[:4], values.values)
        assert open_trajectory(copy).epoch.tolist() == [0, 3, 6]

    def test_has_its_probes(self, store):
        recorded = [*store.glob("recorded-*")]
        assert len(recorded) == (store.name != "1.0.0")
        for run in recorded:
            probe = open_run(run)["probe/spectrum/spectrum"]
            assert probe.dims == ("step", "frequency")
            np.testing.assert_array_equal(probe[3], np.arange(5.0) * 3)

    @pytest.mark.slow
    def test_is_well(self, store, tmp_path):
        """The doctor finds nothing in it but that one of its runs died, and what follows."""
        for run in Path(shutil.copytree(store, tmp_path / "copy")).iterdir():
            severities = {finding.severity for finding in examine(run, deep=True)}
            assert severities == ({"note"} if run.name.startswith("killed") else set())
