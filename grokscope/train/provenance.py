"""Provenance: what decides the numbers beside the experiment, kept with every run."""

import platform
import socket
from collections.abc import Mapping

import numpy as np
import torch

from grokscope.errors import NoDevice
from grokscope.models.device import choose
from grokscope.store.schema import Attribute
from grokscope.train.ensemble import Ensemble


def describe(ensemble: Ensemble, device: torch.device, chunk: int) -> dict[str, str | int]:
    """Return how this process computes, as attributes of a run."""
    return {
        "device": _device_name(device),
        "path": ensemble.path.name,
        "chunk": chunk,
        "ensemble_size": len(ensemble.experiments),
        "optimiser_kernel": ensemble.optimiser.kernel,
        "dtype": str(ensemble.theta.dtype).removeprefix("torch."),
        "matmul_precision": torch.get_float32_matmul_precision(),
        "denormals_flushed": int(device.type == "cpu"),
        "threads": torch.get_num_threads(),
        "torch_version": str(torch.__version__),
        "numpy_version": np.__version__,
        "python_version": platform.python_version(),
        "platform": platform.platform(),
        "hostname": socket.gethostname(),
    }


DECIDING = ("device", "path", "optimiser_kernel", "dtype", "matmul_precision", "torch_version")
"""Attributes whose change may change the last bits of what follows."""


def began_on(before: Mapping[str, Attribute]) -> torch.device:
    """Return the kind of device a run was computed on so far, where there is one, else the best."""
    kind = str(before.get("device", "auto")).partition(":")[0]
    try:
        return choose(kind)
    except NoDevice:
        return choose("auto")


def chosen_on(device: torch.device, before: Mapping[str, Attribute]) -> Mapping[str, Attribute]:
    """Return how a run was computed so far where that was on such a device, else nothing.

    What a trial chose on another kind of device may be slow on this one, or not run there.
    """
    return before if str(before.get("device", "")).startswith(device.type) else {}


def changed(before: Mapping[str, Attribute], now: Mapping[str, str | int]) -> dict[str, Attribute]:
    """Return what decided the numbers before and no longer does, as `<name>_before`."""
    return {
        f"{name}_before": before[name]
        for name in DECIDING
        if name in before and before[name] != now[name]
    }


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return f"{device}: {torch.cuda.get_device_name(device)}"
    return f"cpu: {torch.backends.cpu.get_cpu_capability()}"
