"""Metrics: products by hand, and lengths that all checkpoints share."""

import numpy as np
import pytest

from grokscope import metric
from grokscope.metric import Diagonal, euclidean_metric

RNG = np.random.default_rng(0)


def test_products_by_hand():
    weights = np.array([[1.0, 2], [3, 0]])
    tangents = np.array([[[1.0, 1], [2, 0]], [[1, 5], [-1, 5]]])
    found = Diagonal(weights)(tangents)
    assert found.tolist() == [[[3, 2], [2, 4]], [[3, -3], [-3, 3]]]


@pytest.mark.parametrize("columns", [3, 2**13])
@pytest.mark.parametrize("width", [1, 7])
def test_squares_are_those_that_products_give_tangent_by_tangent(columns, width, monkeypatch):
    monkeypatch.setattr(metric, "COLUMNS", columns)
    tangents = RNG.normal(size=(5, 7)).astype(np.float32)
    here = Diagonal(RNG.random((4, width)).astype(np.float32))
    each = here(np.broadcast_to(tangents, (4, 5, 7)))
    np.testing.assert_allclose(here.squares(tangents), np.diagonal(each, axis1=1, axis2=2))


def test_the_euclidean_metric_is_1_everywhere():
    tangents = RNG.normal(size=(2, 3, 6))
    expected = np.einsum("cti,csi->cts", tangents, tangents)
    np.testing.assert_allclose(euclidean_metric(np.zeros((2, 6)))(tangents), expected)
