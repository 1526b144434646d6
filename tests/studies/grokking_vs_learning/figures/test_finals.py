"""Final networks: what figures show of them agrees with the measures."""

import numpy as np
import pytest

from grokscope.inequality import gini_of
from grokscope.spectra import inverse_participation
from grokscope.studies.grokking_vs_learning.figures.finals import fisher_diagonal, output_powers
from grokscope.study import Trained
from tests.analysis.test_stored import record, walk


@pytest.fixture
def run(tmp_path):
    return Trained(record(tmp_path, walk(3)), "cpu")


def test_the_fisher_diagonal_is_that_of_the_last_checkpoint(run):
    assert gini_of(fisher_diagonal(run)) == pytest.approx(float(run.measure("fisher_gini")[-1]))


def test_spectra_are_those_of_the_last_checkpoint(run):
    powers = output_powers(run)
    assert powers.shape == (6, 5)
    expected = float(run.measure("fourier_ipr")[-1])
    assert np.mean(inverse_participation(powers)) == pytest.approx(expected)
