"""Device: what it is set to before training, and how many cores there are."""

import contextlib
import os
from collections.abc import Iterator

import torch

PRODUCTS = {
    "highest": "highest",
    "tf32": "high",
    "bf16": "highest",
}
"""What torch calls the precision of float32 products under each `training.precision`; products
that are to be taken in bfloat16 have a path of their own."""


def settle() -> None:
    """Make this process compute reproducibly and without slow denormals, on one CPU thread.

    One thread, because with more a run's bits depend on the machine's core count.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.backends.cudnn.deterministic = True
    _multiply("highest")


@contextlib.contextmanager
def multiplying(precision: str) -> Iterator[None]:
    """Take matrix products at a `training.precision` meanwhile."""
    before = torch.get_float32_matmul_precision()
    _multiply(PRODUCTS[precision])
    try:
        yield
    finally:
        _multiply(before)


def _multiply(precision: str) -> None:
    """Set what torch calls the precision of float32 products, for convolutions too."""
    torch.set_float32_matmul_precision(precision)
    torch.backends.cudnn.allow_tf32 = precision != "highest"


def cores() -> int:
    """Return how many CPU cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
