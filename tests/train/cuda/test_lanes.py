"""Lanes: where host and device are one, what is copied is there."""

import torch

from grokscope.train.cuda.lanes import Direct


def test_copies_are_made_at_once():
    lane = Direct()
    room = lane.room((2, 3), torch.float64)
    for copy in (lane.bring, lane.send):
        source = torch.rand(2, 3, dtype=torch.float64)
        event = copy(source, room)
        assert event.query()
        assert torch.equal(room, source)
    lane.hold(lane.reached())
