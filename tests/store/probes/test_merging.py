"""Merging probes: nothing recorded is lost, wherever a process dies."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import Unreadable
from grokscope.store.probes import merging
from grokscope.store.probes.batches import Probes
from grokscope.store.probes.merging import drop_probes_after, join_batches, merge_probes
from grokscope.store.probes.reading import batches, open_probes


class Killed(BaseException):
    """The process died here."""


@pytest.fixture
def run(tmp_path):
    """A run with two probes in six batches."""
    probes = Probes(tmp_path)
    for step in range(12):
        probes.add("a", step, step / 2, np.full((2, 3), step, np.float32), ("head", "place"))
        if step >= 6:
            probes.add("b", step, step / 2, np.array(step))
        if step % 2:
            probes.flush()
    return tmp_path


def recorded(run):
    """Return the steps of each probe, having checked that its values are theirs."""
    found = {}
    for name, stored in open_probes(run).items():
        assert stored.read().reshape(len(stored), -1)[:, 0].tolist() == stored.step.tolist()
        assert (stored.epoch == stored.step / 2).all()
        found[name] = stored.step.tolist()
    return found


WHOLE = {"a": list(range(12)), "b": list(range(6, 12))}


def test_merging_leaves_one_file(run):
    merge_probes(run)
    assert sorted(path.name for path in run.rglob("*.h5")) == ["probes.h5"]
    assert recorded(run) == WHOLE
    merge_probes(run)
    assert recorded(run) == WHOLE


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_both_engines_open_the_file(run, engine):
    merge_probes(run)
    with xr.open_datatree(run / "probes.h5", engine=engine) as tree:
        a = tree["probe/a/a"]
        assert a.dims == ("step", "head", "place")
        assert a.sel(step=7).values.tolist() == [[7, 7, 7], [7, 7, 7]]
        assert a.epoch.values.tolist() == [step / 2 for step in range(12)]
        assert tree["probe/b"].sizes == {"step": 6}


def test_batches_are_joined_in_the_place_of_the_first(run):
    join_batches(run, 2, 1 << 20)
    assert [path.name for path in batches(run / "probes")] == ["pb-00000000.h5"]
    assert recorded(run) == WHOLE


def test_too_few_or_too_large_batches_stay(run):
    join_batches(run, 7, 1 << 20)
    join_batches(run, 2, 10)
    assert len(batches(run / "probes")) == 6


@pytest.mark.parametrize("step", [-1, 0, 4, 5, 8, 11, 99])
@pytest.mark.parametrize("merged", [False, True])
def test_what_was_probed_past_a_step_is_dropped(run, step, merged):
    if merged:
        merge_probes(run)
    drop_probes_after(run, step)
    kept = {name: [s for s in steps if s <= step] for name, steps in WHOLE.items()}
    assert recorded(run) == {name: steps for name, steps in kept.items() if steps}


def changes(monkeypatch, at):
    """Kill the process before its `at`-th change of a directory; return how many there were."""
    count = [0]

    def watched(real):
        def change(*words, **options):
            count[0] += 1
            if count[0] == at:
                raise Killed
            return real(*words, **options)

        return change

    monkeypatch.setattr(Path, "unlink", watched(Path.unlink))
    monkeypatch.setattr(Path, "replace", watched(Path.replace))
    return count


@pytest.mark.parametrize(
    ("action", "kept"),
    [
        (merge_probes, WHOLE),
        (lambda run: join_batches(run, 2, 1 << 20), WHOLE),
        (lambda run: drop_probes_after(run, 6), {"a": list(range(7)), "b": [6]}),
    ],
)
def test_a_process_that_dies_at_any_change_loses_nothing(run, action, kept, monkeypatch):
    for at in range(1, 40):
        with monkeypatch.context() as patch:
            count = changes(patch, at)
            try:
                action(run)
            except Killed:
                pass
            else:
                assert at > count[0]
                break
        found = recorded(run)
        for name, steps in kept.items():
            assert set(steps) <= set(found[name])
    else:
        pytest.fail("it never came to its end")
    assert recorded(run) == kept
    assert at >= 3


def test_what_does_not_read_back_leaves_the_batches(run, monkeypatch):
    real = merging.create_probe

    def wrong(file, probe, steps, epochs, blocks):
        real(file, probe, steps, epochs, (block + 1 for block in blocks))

    monkeypatch.setattr(merging, "create_probe", wrong)
    with pytest.raises(Unreadable, match="probe 'a' does not read back"):
        merge_probes(run)
    assert recorded(run) == WHOLE
    assert [path.name for path in run.iterdir()] == ["probes"]


def test_merging_locks_no_file(run, monkeypatch):
    # on file systems that have no locks, asking for one fails
    locked, real = [], merging.h5py.File

    def opened(path, *args, **options):
        if isinstance(path, Path):
            locked.append(options.get("locking") is not False)
        return real(path, *args, **options)

    monkeypatch.setattr(merging.h5py, "File", opened)
    merge_probes(run)
    assert locked == [False]
