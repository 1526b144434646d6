"""Device: where an ensemble trains, and how many of its runs advance per kernel."""

import os

import torch

from grokscope.errors import NoDevice


def choose(name: str) -> torch.device:
    """Return the device called `name`; "auto" is CUDA where there is one, else the CPU.

    Raises
    ------
    NoDevice
        If this machine, or this build of torch, does not have it.
    """
    cuda = torch.cuda.is_available()
    if name == "auto":
        return torch.device("cuda" if cuda else "cpu")
    if name == "cpu":
        return torch.device("cpu")
    if name == "cuda" or name.removeprefix("cuda:").isdigit():
        index = int(name.partition(":")[2] or 0)
        if cuda and index < torch.cuda.device_count():
            return torch.device("cuda", index)
        found = f"{torch.cuda.device_count()} CUDA devices" if cuda else "no CUDA device"
        raise NoDevice(f"device {name!r} asked for, found {found}; accepted: auto, cpu")
    raise NoDevice(f"no device named {name!r}; accepted: auto, cpu, cuda, cuda:0, cuda:1, ...")


def default_chunk(device: torch.device, runs: int) -> int:
    """Return how many runs advance per kernel: all on CUDA, one on the CPU, where it fits cache."""
    return runs if device.type == "cuda" else 1


def settle() -> None:
    """Make this process compute reproducibly and without slow denormals, on one CPU thread.

    One thread, because with more a run's bits depend on the machine's core count.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.set_float32_matmul_precision("highest")


def cores() -> int:
    """Return how many CPU cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
