import numpy as np
import pytest

from grokscope.store.doctor.probes import check_probes
from grokscope.store.probes.reading import open_probes
from tests.store.doctor.conftest import healed, told, write


@pytest.fixture
def probed(store):
    """Return an interrupted run with two batches of probes."""
    writer = write(store, "probed", rows=40)
    for step in (10, 20, 30, 35):
        writer.probes.add("spectrum", step, float(step), np.arange(3.0) * step, None, None, {})
        if step in (20, 35):
            writer._flush()
    writer.finish("interrupted")
    return store / "probed"


def test_sound_probes_are_no_finding(probed, files):
    assert check_probes(files(probed)) == []


def test_a_damaged_batch_is_moved_aside_and_the_others_are_read(probed):
    first, *rest = sorted((probed / "probes").glob("pb-*.h5"))
    assert rest
    first.write_bytes(b"torn")
    (found,) = told(probed)
    assert first.name in found
    assert healed(probed) == [f"kept as {first.name}.damaged", f"the probes in {first.name}"]
    assert open_probes(probed)["spectrum"].step.tolist() == [30, 35]
