"""Ring: what is written is read in order, and no slot is written before it is released."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from grokscope.train.cuda.ring import Ring
from tests.train.cuda.conftest import Slow


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_evaluations_are_read_as_they_were_written_round_after_round(counts):
    lane = Slow()
    ring = Ring(7, 2, 3, torch.device("cpu"), lane)
    written, taken = 0, []
    for count in counts:
        while ring.free < count:
            slots, first, event = taken.pop(0)
            event.synchronize()
            for k, slot in enumerate(slots):
                assert ring.read(slot) == torch.full((2, 3), float(first + k)).tolist()
            ring.release(len(slots))
        for k in range(count):
            ring.write(torch.full((2, 3), float(written + k), dtype=torch.float64))
        slots, event = ring.bring(count)
        taken.append((slots, written, event))
        written += count
        assert ring.free == 7 - sum(len(slots) for slots, *_ in taken)
