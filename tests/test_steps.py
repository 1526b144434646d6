"""Steps: which checkpoints belong together, which examples are drawn, and refusals."""

import numpy as np
import pytest
import xarray as xr

from grokscope import steps
from grokscope.errors import MissingData
from grokscope.layout import Layout, ParameterSpec
from grokscope.steps import (
    CONVENTIONS,
    draw_examples,
    euclidean_products,
    layout_of,
    neighbours,
    read_rows,
    section_of,
    step_products,
)

DEFAULTS = {parameter.name: parameter.default for parameter in CONVENTIONS}
LAYOUT = Layout(
    (ParameterSpec("w", ("input", "unit"), (2, 3)), ParameterSpec("b", ("unit",), (3,)))
)


class Ruler:
    """A network whose metric is the identity times the number of inputs it was given."""

    layout = LAYOUT

    def gram(self, weights, tangents, inputs, labels, score):
        exact = tangents.astype(float)
        return len(inputs) * np.einsum("cti,csi->cts", exact, exact)

    def fisher_diagonal(self, weights, inputs, labels, score):
        return np.full(weights.shape, len(inputs), np.float32)


def run(epochs, rows=None):
    """Return a tree with checkpoints at `epochs` and 5 + 3 examples numbered from 0."""
    if rows is None:
        rows = np.random.default_rng(0).normal(size=(len(epochs), LAYOUT.size))
    views = LAYOUT.views(np.asarray(rows, np.float32))
    tensors = {
        spec.name: (("checkpoint", *spec.dims), views[spec.name]) for spec in LAYOUT.parameters
    }
    coords = {
        "checkpoint": np.arange(len(epochs)),
        "epoch": ("checkpoint", np.array(epochs, float)),
    }
    data = {
        "train_inputs": (("train_example", "position"), np.arange(5)[:, None]),
        "train_labels": ("train_example", np.arange(5)),
        "test_inputs": (("test_example", "position"), np.arange(5, 8)[:, None]),
        "test_labels": ("test_example", np.arange(5, 8)),
    }
    return xr.DataTree.from_dict(
        {"/trajectory": xr.Dataset(tensors, coords), "/data": xr.Dataset(data)}
    )


def test_products_on_a_path_of_known_steps():
    rows = np.zeros((4, LAYOUT.size))
    rows[:, 0], rows[:, 1] = [0, 1, 3, 3], [0, 0, 2, 5]
    products = step_products(run([0, 1, 2, 3], rows), Ruler(), **DEFAULTS) / 3
    assert products.dims == ("checkpoint", "first", "second")
    steps_at_1 = [[1, 2, -1], [2, 8, -2], [-1, -2, 1]]
    np.testing.assert_array_equal(products[1], steps_at_1)
    np.testing.assert_array_equal(products.sel(first="next", second="next"), [1, 8, 9, np.nan])
    assert np.isnan(products[0].sel(first="previous")).all()


def test_euclidean_products_are_those_of_a_metric_of_ones():
    tree = run([0, 1, 2, 4])
    one_input = step_products(tree, Ruler(), **DEFAULTS | {"samples": 1})
    xr.testing.assert_allclose(euclidean_products(tree, interval=1), one_input, rtol=1e-12)


def test_layout_of_a_trajectory_is_its_tensors_of_floats():
    trajectory = run([0, 1])["trajectory"].to_dataset()
    told = trajectory.assign(digest=("checkpoint", ["a", "b"]))
    assert layout_of(told) == LAYOUT


@pytest.mark.parametrize("config", ["{}", '{"task": "a word"}', '{"task": null}', None])
def test_a_section_that_is_no_table_is_empty(config):
    tree = xr.DataTree()
    if config:
        tree.attrs["config"] = config
    assert section_of(tree, "task") == {}
    tree.attrs["config"] = '{"task": {"name": "x"}}'
    assert section_of(tree, "task") == {"name": "x"}


@pytest.mark.parametrize("metric", ["diagonal", "full"])
def test_blocks_of_checkpoints_change_nothing(monkeypatch, metric):
    tree, values = run([0, 1, 2, 4, 5, 6, 7, 9]), DEFAULTS | {"metric": metric}
    whole = step_products(tree, Ruler(), **values)
    monkeypatch.setattr(steps, "BLOCK", 2 * LAYOUT.size)
    xr.testing.assert_identical(step_products(tree, Ruler(), **values), whole)


def test_steps_of_f_epochs_are_found_in_triples():
    epoch = np.array([0, 1, 2, 10, 12, 14, 100.0])
    assert neighbours(epoch, 2).tolist() == [2, -1, -1, 4, 5, -1, -1]
    assert neighbours(epoch, -2).tolist() == [-1, -1, 0, -1, 3, 4, -1]


def test_epochs_of_thirds_are_recognised():
    epoch = np.arange(300) / 3
    assert neighbours(epoch, 1).tolist() == [*range(3, 300), -1, -1, -1]


def test_rows_are_read_alike_in_a_slice_and_apart():
    trajectory = run(range(6))["trajectory"].to_dataset()
    everything = read_rows(trajectory, LAYOUT, np.arange(6))
    assert everything.dtype == np.float32
    for index in ([2, 3, 4], [0, 2, 5]):
        np.testing.assert_array_equal(
            read_rows(trajectory, LAYOUT, np.array(index)), everything[index]
        )


@pytest.mark.parametrize(
    ("inputs", "pool"),
    [("train", range(5)), ("test", range(5, 8)), ("all", range(8))],
)
def test_examples_come_from_the_part_asked_for(inputs, pool):
    x, y = draw_examples(run([0]), inputs, 100, 0)
    assert sorted(y) == list(pool)
    np.testing.assert_array_equal(x[:, 0], y)


def test_draw_is_fixed_by_its_seed():
    first = draw_examples(run([0]), "all", 4, 7)[1]
    assert len(set(first)) == 4
    np.testing.assert_array_equal(first, draw_examples(run([0]), "all", 4, 7)[1])
    assert any(list(draw_examples(run([0]), "all", 4, s)[1]) != list(first) for s in range(5))


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (xr.DataTree.from_dict({"/data": xr.Dataset()}), "kept no checkpoints"),
        (run([]), "kept no checkpoints"),
        (run([0, 5, 10]), r"two checkpoints 1 epochs apart; this run keeps 3, spaced 5"),
        (run([0]), "this run keeps 1, so no steps"),
        (xr.DataTree.from_dict({"/trajectory": run([0, 1])["trajectory"].ds}), "without its data"),
        (
            xr.DataTree.from_dict({"/trajectory": run([0, 1])["trajectory"].ds.drop_vars("epoch")}),
            "carry no epoch",
        ),
    ],
    ids=["no trajectory", "empty", "too sparse", "single", "no data", "no epoch"],
)
def test_what_is_missing_is_named(tree, words):
    with pytest.raises(MissingData, match=words):
        step_products(tree, Ruler(), **DEFAULTS)


@pytest.mark.parametrize(
    ("layout", "told"),
    [
        (Layout((ParameterSpec("v", ("unit",), (3,)),)), r"v is missing, expected \(3,\)"),
        (Layout((ParameterSpec("b", ("unit",), (4,)),)), r"b has shape \(3,\), expected \(4,\)"),
    ],
)
def test_checkpoints_of_another_network_are_refused(layout, told):
    trajectory = run([0, 1])["trajectory"].to_dataset()
    with pytest.raises(MissingData, match=told):
        read_rows(trajectory, layout, np.array([0]))
