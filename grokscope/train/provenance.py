"""Provenance: what decides the numbers beside the experiment, kept with every run."""

import platform
import socket

import numpy as np
import torch

from grokscope.train.ensemble import Ensemble


def describe(ensemble: Ensemble, device: torch.device, chunk: int) -> dict[str, str | int]:
    """Return how this process computes, as attributes of a run."""
    return {
        "device": _device_name(device),
        "path": ensemble.path,
        "chunk": chunk,
        "ensemble_size": len(ensemble.experiments),
        "optimiser_kernel": ensemble.optimiser.kernel,
        "dtype": str(ensemble.theta.dtype).removeprefix("torch."),
        "matmul_precision": torch.get_float32_matmul_precision(),
        "denormals_flushed": 1,
        "threads": torch.get_num_threads(),
        "torch_version": str(torch.__version__),
        "numpy_version": np.__version__,
        "python_version": platform.python_version(),
        "platform": platform.platform(),
        "hostname": socket.gethostname(),
    }


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return f"{device}: {torch.cuda.get_device_name(device)}"
    return f"cpu: {torch.backends.cpu.get_cpu_capability()}"
