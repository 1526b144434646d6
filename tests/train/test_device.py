"""Device: what is there is chosen, what is not is refused."""

import pytest
import torch

from grokscope.errors import NoDevice
from grokscope.train.device import choose, cores, default_chunk


def test_auto_prefers_cuda_where_there_is_one():
    assert choose("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_the_cpu_is_always_there():
    assert choose("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda:99", "tpu", "cuda:x", ""])
def test_a_device_that_is_not_there_is_refused_by_name(name):
    with pytest.raises(NoDevice, match=f"{name!r}.*accepted: auto, cpu"):
        choose(name)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_without_cuda_it_is_refused():
    with pytest.raises(NoDevice, match="found no CUDA device"):
        choose("cuda")


def test_the_cpu_takes_one_run_at_a_time_and_cuda_all():
    assert default_chunk(torch.device("cpu"), 64) == 1
    assert default_chunk(torch.device("cuda"), 64) == 64
    assert cores() >= 1
