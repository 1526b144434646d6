"""Layout: tensors packed into a row come back as they were, as views."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grokscope.layout import Layout, ParameterSpec

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
