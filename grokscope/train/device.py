"""Device: what it is set to before training, and how many cores there are."""

import os

import torch


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
