"""Training on CUDA: graphs beside one run at a time, and beside what the device could do at most.

`make bench-cuda` prints a table for CONTRIBUTING. Nobody has run it on a device so far.
"""

import sys
import time
from functools import partial

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from grokscope.train.chunks import choose
from grokscope.train.course import Due
from grokscope.train.cuda.ahead import Ahead
from grokscope.train.cuda.graphs import Graphs
from grokscope.train.cuda.lanes import Beside
from grokscope.train.device import multiplying, settle
from grokscope.train.ensemble import Ensemble, initial_state
from tests.benchmarks.ensembles import experiment
from tests.benchmarks.transformer import nanda

RUNS = (1, 16, 64, 256)
SECONDS = 1.0
"""For which each is tried, at least."""
NEVER = 10**9
"""An epoch that no try comes to."""
WORKLOADS = {
    "MLP P=113 H=512": partial(experiment, p=113, width=512),
    "transformer P=113": partial(nanda, p=113),
    "MLP P=31 H=128": partial(experiment, p=31, width=128),
}
HEADER = (
    *("network", "products", "runs", "one by one, eager", "graphs", "ratio"),
    *("of the bytes' limit", "of the products' limit"),
)


class Traffic(TorchDispatchMode):
    """Counts the bytes that kernels read and write, each operand once a kernel."""

    def __init__(self):
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """Count one kernel; views move nothing."""
        found = func(*args, **(kwargs or {}))
        aliases = [one.alias_info for one in func._schema.returns]
        if not any(alias and not alias.is_write for alias in aliases):
            operands = tree_leaves((args, kwargs, found))
            tensors = [each for each in operands if isinstance(each, torch.Tensor)]
            self.bytes += sum(each.numel() * each.element_size() for each in tensors)
        return found


def ensemble(runs, device, chunk=None):
    """Return runs that stand at their beginning, on a device."""
    states, splits = [initial_state(one) for one in runs], [one.split() for one in runs]
    return Ensemble(runs, splits, states, device, chunk or len(runs))


def needs(running):
    """Return the bytes and the floating point operations of a step of one run."""
    running.advance()
    with Traffic() as traffic:
        running.advance()
    with FlopCounterMode(display=False) as products:
        running.advance()
    return traffic.bytes, products.get_total_flops()


def rate(go_on, device, steps):
    """Return steps a second, `steps` at each call."""
    for _ in range(3):
        go_on()
    torch.cuda.synchronize(device)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        count += steps()
    torch.cuda.synchronize(device)
    return count / (time.perf_counter() - began)


def eager(runs, device):
    """Return run-steps a second of one run at a time."""
    running = ensemble(runs[:1], device)
    return rate(running.advance, device, lambda: running.advance() or 1)


def graphed(runs, device):
    """Return run-steps a second of all runs in graphs, as many at once as fit."""
    chunk = choose(len(runs), device, None, lambda size: ensemble(runs, device, size).advance)
    due = Due(NEVER, NEVER, lambda epoch: False, [])
    course = Ahead(ensemble(runs, device, chunk), due, Graphs(device, sys.exit), Beside(device))

    def go_on():
        before = course.ensemble.step
        list(course.advance())
        return (course.ensemble.step - before) * len(runs)

    return rate(go_on, device, go_on)


def bandwidth(device):
    """Return the bytes a second that a copy reads and writes."""
    source, target = torch.empty(2, 2**28, device=device)
    copies = rate(lambda: target.copy_(source), device, lambda: target.copy_(source) is not None)
    return copies * 2 * source.numel() * source.element_size()


def products(device):
    """Return the floating point operations a second of a large matrix product."""
    a, b, out = torch.randn(3, 8192, 8192, device=device)

    def multiply():
        return torch.mm(a, b, out=out) is not None

    return rate(multiply, device, multiply) * 2 * len(a) ** 3


def main():
    """Print the table, or in one line that there is no device."""
    if not torch.cuda.is_available():
        sys.exit("there is no CUDA device here, and nothing to measure")
    settle()
    device = torch.device("cuda", 0)
    print(f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}; run-steps a second\n")
    print(f"| {' | '.join(HEADER)} |\n|{'---|' * len(HEADER)}")
    most = bandwidth(device)
    for precision in ("highest", "tf32"):
        with multiplying(precision):
            peak = products(device)
            for name, make in WORKLOADS.items():
                bytes_each, flops = needs(ensemble([make(0)], device))
                alone = eager([make(0)], device)
                for count in RUNS:
                    found = graphed([make(seed) for seed in range(count)], device)
                    shares = (found * bytes_each / most, found * flops / peak)
                    told = (f"{alone:,.0f}", f"{found:,.0f}", f"{found / alone:.1f}x")
                    told += tuple(f"{share:.0%}" for share in shares)
                    print(f"| {' | '.join((name, precision, str(count), *told))} |", flush=True)


if __name__ == "__main__":
    main()
