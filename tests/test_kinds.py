"""Kinds: registries refuse twins and name what they know; a layout packs and unpacks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import UnknownName
from grokscope.kinds import Layout, ParameterSpec, by_name, find
from grokscope.measures import MEASURES
from grokscope.tasks import TASKS


def test_two_entries_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two entries are named 'modular_addition'"):
        by_name([*TASKS.values(), *TASKS.values()])


def test_an_unknown_name_is_answered_with_the_nearest_and_all():
    with pytest.raises(UnknownName, match=r"no measure named 'fisher_spede', did you mean") as e:
        find(MEASURES, "fisher_spede", "measure")
    assert all(name in str(e.value) for name in MEASURES)


shapes = st.lists(st.lists(st.integers(1, 4), max_size=3), min_size=1, max_size=5)


@given(shapes, st.lists(st.integers(1, 3), max_size=2))
def test_views_and_pack_are_inverse(shapes, lead):
    specs = [ParameterSpec(f"w{i}", (), tuple(shape)) for i, shape in enumerate(shapes)]
    layout = Layout(tuple(specs))
    rows = np.arange(np.prod([*lead, layout.size])).reshape(*lead, layout.size)
    views = layout.views(rows)
    assert [v.shape for v in views.values()] == [(*lead, *s.shape) for s in specs]
    np.testing.assert_array_equal(layout.pack(views, tuple(lead)), rows)


def test_views_share_memory():
    layout = Layout((ParameterSpec("w", ("a", "b"), (2, 3)),))
    rows = np.zeros((4, 6))
    layout.views(rows)["w"][2] = 1
    assert rows[2].all()


def test_a_key_holds_every_choice():
    speed = MEASURES["fisher_speed"]
    values = {p.name: p.default for p in speed.parameters}
    assert speed.key(values) == "fisher_speed.output.diagonal.test.f1.n256.s0"
    assert speed.key(values | {"score": "model"}) != speed.key(values)


def test_a_title_tells_the_variant_and_what_is_unusual():
    speed = MEASURES["fisher_speed"]
    values = {p.name: p.default for p in speed.parameters}
    assert speed.title(values) == "Fisher speed, output/diagonal/test"
    assert speed.title(values | {"samples": 64}) == "Fisher speed, output/diagonal/test/n64"
