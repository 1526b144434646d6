"""`make bench`: print every figure, medians of several tries."""

import os

os.environ["OMP_NUM_THREADS"] = "1"

from tests.benchmarks import (
    cubes,
    ensembles,
    fisher,
    lattices,
    listing,
    pruning,
    recording,
    starting,
    storing,
    training,
    trajectories,
    transformer,
)

PARTS = (
    starting,
    training,
    ensembles,
    transformer,
    fisher,
    storing,
    lattices,
    listing,
    trajectories,
    pruning,
    recording,
    cubes,
)


def main():
    """Print one line per figure: name, value, unit, target."""
    print(f"{'figure':58}{'measured':>10}  {'unit':10}target")
    for part in PARTS:
        for name, value, unit, target in part.figures():
            print(f"{name:58}{value:>10.3g}  {unit:10}{target}", flush=True)


if __name__ == "__main__":
    main()
