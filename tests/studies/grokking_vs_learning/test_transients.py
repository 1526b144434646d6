"""The compressibility that comes and goes, on curves made by hand."""

import math

import pytest

from grokscope.studies.grokking_vs_learning.compression import PRUNED
from grokscope.studies.grokking_vs_learning.transients import (
    ipr_after_peak,
    peak,
    peak_delay,
    relative_delay,
)
from tests.studies.runs import NAN, Run

C = f"compressibility {PRUNED}"


def test_a_peak_counts_from_t_test_on_and_is_told_beside_the_last():
    run = Run(measures={C: [9, 1, 3, NAN, 6, 4]}, t_test=20)
    assert peak(run) == pytest.approx(6 / 4)
    assert peak_delay(run) == 20
    assert relative_delay(run) == 1


def test_what_only_grows_peaks_at_its_end():
    run = Run(measures={C: [1, 2, 3, 4]}, t_test=10)
    assert (peak(run), peak_delay(run)) == (1, 20)


@pytest.mark.parametrize("t_test", [NAN, 40])
def test_a_run_that_was_not_pruned_since_t_test_has_no_peak(t_test):
    run = Run(measures={C: [1, 2, 3, NAN]}, t_test=t_test)
    assert math.isnan(peak(run))
    assert math.isnan(peak_delay(run))


def test_the_ipr_is_read_where_compressibility_peaks():
    run = Run(measures={C: [1, 5, 3], "fourier_ipr": [0.1, 0.2, 0.3]}, t_test=10)
    assert ipr_after_peak(run) == pytest.approx(1.5)
