"""Device: what training sets it to."""

import os

import torch

from grokscope.train.device import cores, multiplying, settle


def test_training_computes_on_one_thread_at_full_precision_without_denormals():
    settle()
    assert torch.get_num_threads() == 1
    assert torch.get_float32_matmul_precision() == "highest"
    assert (torch.tensor(1e-38) * 0.1).item() == 0


def test_cores_are_those_that_the_process_may_use(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 2, 5}, raising=False)
    assert cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


def test_products_are_less_precise_only_while_that_is_asked_for():
    settle()
    with multiplying("tf32"):
        assert (torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32) == (
            "high",
            True,
        )
        with multiplying("bf16"):
            assert torch.get_float32_matmul_precision() == "highest"
        assert torch.get_float32_matmul_precision() == "high"
    assert torch.get_float32_matmul_precision() == "highest"
    assert not torch.backends.cudnn.allow_tf32
