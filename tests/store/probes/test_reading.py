from collections import Counter

import numpy as np
import pytest

from grokscope.errors import Unreadable
from grokscope.store.inspection import open_checked
from grokscope.store.probes import reading
from grokscope.store.probes.batches import Probes
from grokscope.store.probes.merging import merge_probes
from grokscope.store.probes.reading import batches, open_probes

WHOLE = np.arange(60.0).reshape(10, 2, 3)


@pytest.fixture
def run(tmp_path):
    """A run with a probe in three batches, of which two are merged."""
    probes = Probes(tmp_path)
    for step, values in enumerate(WHOLE):
        probes.add("a", 2 * step, step / 2, values)
        if step in (2, 6, 9):
            probes.flush()
        if step == 6:
            merge_probes(tmp_path)
    return tmp_path


def test_a_run_without_probes_has_none(tmp_path):
    assert open_probes(tmp_path) == {}


@pytest.mark.parametrize(
    "key",
    [
        (),
        (3,),
        (np.int64(-1),),
        (slice(None, None, 3), 1),
        (slice(8, 1, -2), slice(None), 2),
        (np.array([9, 0, 0, 4]), 0, slice(1, 3)),
        (np.array([], int),),
        (slice(5, 5),),
    ],
)
def test_any_key_gives_what_memory_would(run, key):
    found = open_probes(run)["a"].read(key)
    np.testing.assert_array_equal(found, WHOLE[key])
    assert found.shape == WHOLE[key].shape


def test_it_keeps_reading_while_its_batches_are_merged(run):
    stored = open_probes(run)["a"]
    merge_probes(run)
    assert not batches(run / "probes")
    np.testing.assert_array_equal(stored.read(), WHOLE)


@pytest.fixture
def many(tmp_path):
    """A run with a probe in ten batches."""
    for step, values in enumerate(WHOLE):
        probes = Probes(tmp_path)
        probes.add("a", 2 * step, step / 2, values)
        probes.flush()
    return tmp_path


def test_probes_are_found_and_read_though_each_batch_is_missed_twice(many, monkeypatch):
    missed = Counter()

    def flighty(path):
        missed[path] += 1
        if missed[path] <= 2:
            raise FileNotFoundError(path)
        return open_checked(path)

    monkeypatch.setattr(reading, "open_checked", flighty)
    stored = open_probes(many)["a"]
    assert list(missed.values()) == 10 * [3]
    missed.clear()
    np.testing.assert_array_equal(stored.read(), WHOLE)


def test_batches_are_counted_before_the_file_that_takes_their_place(run, monkeypatch):
    def merged_just_before(directory):
        with monkeypatch.context() as calm:
            calm.setattr(reading, "batches", batches)
            merge_probes(run)
        return batches(directory)

    (run / "probes.h5").unlink()
    monkeypatch.setattr(reading, "batches", merged_just_before)
    assert open_probes(run)["a"].step.tolist() == [14, 16, 18]


def test_a_probe_that_is_gone_is_told(run):
    stored = open_probes(run)["a"]
    for path in [run / "probes.h5", *batches(run / "probes")]:
        path.unlink()
    with pytest.raises(Unreadable, match="probe 'a' changed since it was opened; open it again"):
        stored.read()


def test_a_damaged_batch_is_told(run):
    batches(run / "probes")[0].write_bytes(b"nothing")
    with pytest.raises(Unreadable, match="no HDF5 file"):
        open_probes(run)


def test_batches_that_disagree_are_told(run, tmp_path):
    (run / "other").mkdir()
    other = Probes(run / "other")
    other.add("a", 99, 0.0, np.zeros(7))
    other.flush()
    batches(run / "other/probes")[0].rename(run / "probes/pb-00000099.h5")
    with pytest.raises(Unreadable, match="batches of probe 'a' disagree"):
        open_probes(run)
