import numpy as np

from grokscope.store.curves.published import Published, read_published
from grokscope.store.schema import Group, Variable


def test_a_published_file_reads_back_with_all_its_groups(tmp_path):
    group = Group({"a": Variable(("x",), np.arange(3.0))}, {"k": 1})
    whole = Published({"title": "t"}, group, group, {"m.n": group})
    whole.put(tmp_path)
    found = read_published(tmp_path)
    assert found.attrs == {"title": "t"}
    assert found.analysis.keys() == {"m.n"}
    for each in (found.metrics, found.events, found.analysis["m.n"]):
        assert each.attrs == {"k": 1}
        np.testing.assert_array_equal(each.variables["a"].data, [0, 1, 2])


def test_publishing_what_was_read_changes_nothing(tmp_path):
    Published({"title": "t"}).put(tmp_path)
    first = (tmp_path / "run.h5").read_bytes()
    read_published(tmp_path).put(tmp_path)
    assert (tmp_path / "run.h5").read_bytes() == first
