"""Choosing a device: what a machine has, and one line where it has not."""

import pytest
import torch

from grokscope.errors import NoDevice
from grokscope.models.device import choose


@pytest.fixture
def two_gpus(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)


def test_auto_is_cuda_where_there_is_one(two_gpus):
    assert choose("auto") == choose("cuda") == torch.device("cuda", 0)
    assert choose("cuda:1") == torch.device("cuda", 1)
    assert choose("cpu") == torch.device("cpu")


def test_auto_is_the_cpu_otherwise(no_gpu):
    assert choose("auto") == torch.device("cpu")


def test_gpu_that_is_not_there_is_refused(two_gpus):
    with pytest.raises(NoDevice, match="'cuda:2' asked for, found 2 CUDA devices; accepted: auto"):
        choose("cuda:2")


def test_any_gpu_is_refused_without_one(no_gpu):
    with pytest.raises(NoDevice, match="'cuda' asked for, found no CUDA device; accepted"):
        choose("cuda")


@pytest.mark.parametrize("name", ["gpu", "tpu", "cuda:x", ""])
def test_unknown_device_is_refused(no_gpu, name):
    with pytest.raises(NoDevice, match=f"no device named '{name}'; accepted: auto, cpu, cuda"):
        choose(name)
