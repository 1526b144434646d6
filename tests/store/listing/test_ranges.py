import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grokscope.store.listing.ranges import NOTHING, MetricRange

VALUES = st.lists(st.floats(width=32), max_size=8)


@given(VALUES, VALUES)
def test_a_range_in_two_parts_is_that_of_the_whole(first, second):
    parts = NOTHING.after(np.array(first)).after(np.array(second))
    finite = [value for value in first + second if math.isfinite(value)]
    if finite:
        assert parts == MetricRange(finite[-1], min(finite), max(finite))
    else:
        assert np.isnan([parts.last, parts.min, parts.max]).all()
