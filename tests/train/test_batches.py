"""Batches: each run's own examples in its own order, every one once an epoch."""

import numpy as np
import pytest
import torch

from grokscope.train.batches import Batches


def batches(experiments):
    return Batches(experiments, [e.split() for e in experiments], torch.device("cpu"))


@pytest.mark.parametrize("shuffle", ["false", "true"])
def test_an_epoch_shows_every_example_of_every_run_once(small, shuffle):
    runs = [small(f"shuffle={shuffle}", f"seed={seed}") for seed in (0, 1)]
    data = batches(runs)
    parts = list(data.epoch(0))
    assert len(parts) == len(data) == runs[0].steps_per_epoch
    assert {labels.shape[1] for _, labels in parts[:-1]} == {16}
    inputs = torch.cat([x for x, _ in parts], dim=1).numpy()
    for r, run in enumerate(runs):
        seen = sorted(map(tuple, inputs[r]))
        assert seen == sorted(map(tuple, run.split().train_inputs.tolist()))


def test_an_order_depends_on_the_epoch_s_number_not_on_those_before(small):
    run = small("shuffle=true")
    fresh, used = batches([run]), batches([run])
    list(used.epoch(0))
    later = [torch.cat([y for _, y in b.epoch(7)], 1) for b in (fresh, used)]
    np.testing.assert_array_equal(*later)


def test_full_batch_is_one_batch(small):
    run = small("batch_size=0")
    ((inputs, labels),) = batches([run]).epoch(0)
    assert inputs.shape[:2] == labels.shape == (1, len(run.split().train_labels))


def test_the_order_seed_alone_moves_the_order(small):
    orders = [next(batches([small(s)]).epoch(0))[0] for s in ("seed=0", "seed.order=5")]
    assert (orders[0] != orders[1]).any()
