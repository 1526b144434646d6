"""A file of any version as a tree of labelled arrays, read and written whole."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from grokscope.errors import Unreadable
from grokscope.store.migration.filetree import Tree, equal, read_tree, write_tree
from grokscope.store.schema import SCHEMA_VERSION, Group, Variable

STEP = Variable(("step",), np.arange(4), {"units": "1"})
LOSS = Variable(("step",), np.array([1.0, np.nan, 0.5, 0.25]), {"units": "1", "long_name": "loss"})
WORDS = Variable(("step",), np.array(["a", "ü", "", "d"], object), {"units": "1"})
TREE = Tree(
    {"title": "t", "seed": 3},
    {
        "metrics": Group({"step": STEP, "loss": LOSS, "words": WORDS}, {"kind": "curves"}),
        "analysis/norm": Group({"norm": Variable(("x", "y"), np.ones((2, 3), np.float32))}),
        "empty": Group({}, {"mood": "new"}),
        "": Group({"theta": Variable(("theta__0",), np.arange(5.0))}),
    },
)


def test_a_tree_reads_back_as_it_was_written(tmp_path):
    write_tree(tmp_path / "a.h5", TREE)
    found = read_tree(tmp_path / "a.h5")
    assert found.attrs == {"title": "t", "seed": 3, "schema_version": SCHEMA_VERSION}
    assert found.groups.keys() == TREE.groups.keys()
    assert found.groups["analysis/norm"].variables["norm"].dims == ("x", "y")
    assert found.groups["metrics"].variables["words"].data.tolist() == ["a", "ü", "", "d"]
    assert equal(found, TREE)


def test_writing_says_this_version_whatever_the_tree_said(tmp_path):
    old = replace(TREE, attrs={"Conventions": "old", "schema_version": "0.9.2"})
    write_tree(tmp_path / "a.h5", old)
    attrs = read_tree(tmp_path / "a.h5").attrs
    assert attrs["schema_version"] == SCHEMA_VERSION
    assert attrs["Conventions"] != "old"
    assert equal(read_tree(tmp_path / "a.h5"), old)


def changed(**variables):
    """Return the tree with other variables among its curves."""
    metrics = TREE.groups["metrics"]
    groups = dict(TREE.groups) | {"metrics": Group(dict(metrics.variables) | variables)}
    return replace(TREE, groups=groups)


@pytest.mark.parametrize(
    "other",
    [
        replace(TREE, attrs={"title": "t"}),
        replace(TREE, groups={}),
        changed(),
        changed(more=LOSS),
        changed(loss=replace(LOSS, data=LOSS.data + 1)),
        changed(loss=replace(LOSS, data=LOSS.data.astype(np.float32))),
        changed(loss=replace(LOSS, attrs={"units": "m"})),
        changed(step=replace(STEP, data=np.arange(5))),
    ],
    ids=["attribute", "group", "attributes", "name", "value", "type", "units", "length"],
)
def test_trees_that_differ_anywhere_are_not_equal(other):
    assert equal(TREE, TREE)
    assert not equal(TREE, other)
    assert not equal(other, TREE)


def test_what_readers_refuse_is_refused_here_too(tmp_path):
    write_tree(tmp_path / "a.h5", TREE)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["there"] = h5py.ExternalLink("/etc/passwd", "/")
    with pytest.raises(Unreadable, match="is a link"):
        read_tree(tmp_path / "a.h5")


def test_what_no_engine_reads_is_not_written(tmp_path):
    odd = Tree({}, {"metrics": Group({"z": Variable(("x",), np.ones(2, np.complex128))})})
    with pytest.raises(ValueError, match="z is complex128"):
        write_tree(tmp_path / "a.h5", odd)
