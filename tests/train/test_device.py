"""Device: how much of an ensemble advances at once."""

import torch

from grokscope.train.device import cores, default_chunk


def test_the_cpu_takes_one_run_at_a_time_and_cuda_all():
    assert default_chunk(torch.device("cpu"), 64) == 1
    assert default_chunk(torch.device("cuda"), 64) == 64
    assert cores() >= 1
