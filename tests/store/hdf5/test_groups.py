import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from grokscope.store.hdf5.groups import read_attrs, read_group, write_groups
from grokscope.store.schema import Group, Variable

ENGINES = ("h5netcdf", "netcdf4")

METRICS = Group(
    {
        "step": Variable(("step",), np.arange(5), {"long_name": "step", "units": "1"}),
        "epoch": Variable(("step",), np.arange(5) / 2),
        "loss": Variable(
            ("step",), np.array([1, np.nan, 3, 4, 5.0]), {"units": "1", "coordinates": "epoch"}
        ),
    },
    {"note": "é", "list": ["a", "b"], "numbers": [1.5, 2.5], "whole": 3, "real": 0.5},
)
OTHER = Group(
    {
        "rule": Variable(("rule",), np.array(["ceiling", "bé"], object)),
        "flag": Variable(("rule",), np.array([1, 0], np.uint8)),
        "weights": Variable(("checkpoint", "unit"), np.ones((3, 2), np.float32)),
        "empty": Variable(("none",), np.zeros(0)),
    }
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.h5"
    write_groups(path, {"title": "x", "seed": 3}, {"metrics": METRICS, "analysis/o.k": OTHER})
    return path


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_opens_what_was_written(path, engine):
    with xr.open_datatree(path, engine=engine) as tree:
        tree.load()
    metrics = tree["metrics"].to_dataset()
    assert dict(metrics.sizes) == {"step": 5}
    assert set(metrics.coords) == {"step", "epoch"}
    np.testing.assert_array_equal(metrics.loss, [1, np.nan, 3, 4, 5])
    other = tree["analysis/o.k"].to_dataset()
    assert other.weights.dims == ("checkpoint", "unit")
    assert other.rule.values.tolist() == ["ceiling", "bé"]
    assert tree.attrs["seed"] == 3


def test_both_engines_see_the_same(path):
    trees = []
    for engine in ENGINES:
        with xr.open_datatree(path, engine=engine) as tree:
            trees.append(tree.load())
    assert trees[0].identical(trees[1])


def test_a_group_reads_back_as_it_was(path):
    with h5py.File(path) as file:
        for name, group in (("metrics", METRICS), ("analysis/o.k", OTHER)):
            found = read_group(file[name])
            assert found.attrs == group.attrs
            assert found.variables.keys() == group.variables.keys()
            for key, variable in group.variables.items():
                assert found.variables[key].dims == variable.dims
                assert found.variables[key].attrs == variable.attrs
                np.testing.assert_array_equal(found.variables[key].data, variable.data)


def test_dimensions_are_of_fixed_size_and_missing_numbers_are_nan(path):
    with h5py.File(path) as file:
        loss = file["metrics/loss"]
        assert loss.maxshape == loss.shape
        assert np.isnan(loss.fillvalue)


def test_a_long_curve_is_checked_and_cut_into_chunks(tmp_path):
    long = Group({"a": Variable(("step",), np.zeros(40_000))})
    write_groups(tmp_path / "b.h5", {}, {"metrics": long})
    with h5py.File(tmp_path / "b.h5") as file:
        assert file["metrics/a"].chunks == (16384,)
        assert file["metrics/a"].fletcher32


@pytest.mark.parametrize("kind", [bool, np.float16, np.complex64, np.int32])
def test_types_that_some_engine_cannot_read_are_refused(tmp_path, kind):
    group = Group({"a": Variable(("x",), np.zeros(3, kind))})
    with pytest.raises(ValueError, match=r"a is .*, which not every engine reads"):
        write_groups(tmp_path / "b.h5", {}, {"g": group})


@pytest.mark.parametrize("value", [True, None, {"a": 1}, 1j, [1, "a"], [True]])
def test_attributes_that_some_engine_drops_are_refused(tmp_path, value):
    with pytest.raises(ValueError, match="attribute bad is"):
        write_groups(tmp_path / "b.h5", {"bad": value}, {})


def test_a_variable_cannot_be_named_like_a_dimension_it_does_not_label(tmp_path):
    group = Group({"x": Variable(("x", "y"), np.zeros((2, 2)))})
    with pytest.raises(ValueError, match="named like a dimension"):
        write_groups(tmp_path / "b.h5", {}, {"g": group})


text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
numbers = st.one_of(st.integers(-(2**62), 2**62), st.floats(allow_nan=False))


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
        st.one_of(text, numbers, st.lists(text, min_size=1, max_size=3)),
        max_size=12,
    )
)
def test_any_attributes_read_back(tmp_path_factory, attrs):
    path = tmp_path_factory.mktemp("attrs") / "a.h5"
    write_groups(path, attrs, {})
    with h5py.File(path) as file:
        assert attrs.items() <= read_attrs(file).items()


def test_text_that_a_file_cannot_hold_is_marked_and_kept(tmp_path):
    write_groups(tmp_path / "a.h5", {"reason": "a\0b\udcff"}, {})
    with h5py.File(tmp_path / "a.h5") as file:
        assert read_attrs(file)["reason"] == "a\N{REPLACEMENT CHARACTER}b?"
