"""Listing: ten thousand runs, as they lie in a store, from their summaries alone."""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "store"
PROGRAM = Path(sys.executable).with_name("grokscope")
RUNS, TRIES = 10_000, 5
QUERY = "init_scale>=3 and regime:grokking and t_test-t_train>60"
TIMED = """
import sys, time
from pathlib import Path
from grokscope.store.listing.catalogue import Catalogue
catalogue = Catalogue(Path(sys.argv[1]))
for _ in range(2):
    start = time.perf_counter()
    runs = catalogue.refresh()
    print(time.perf_counter() - start)
assert not {"h5py", "xarray", "torch"} & set(sys.modules)
"""


def write_store(place, runs=RUNS):
    """Make a store of summaries like those of the shipped runs, varied; it holds no HDF5 file."""
    templates = [path.read_text() for path in sorted(SHIPPED.glob("*/summary.json"))]
    draw = random.Random(0)
    for index in range(runs):
        data = json.loads(templates[index % len(templates)])
        name, seed = f"sweep-{index % 40}", index // 6
        data |= {"id": f"{name}-s{seed}-{index:06x}", "name": name, "seed": seed}
        data["created"] += 60.0 * index
        scale = draw.choice([0.5, 1.0, 2.0, 3.0, 5.0, 10.0])
        data["config"] |= {"name": name, "model.init_scale": scale, "seed.root": seed}
        for outcome in data["outcomes"].values():
            shift = draw.randrange(60)
            outcome["test"]["step"] += 140 * shift
            outcome["test"]["epoch"] += shift
        run = place / data["id"]
        run.mkdir(parents=True)
        (run / "summary.json").write_text(json.dumps(data, separators=(",", ":")))


def forget(store):
    """Drop the summaries from the page cache."""
    os.sync()
    for path in store.glob("*/summary.json"):
        place = os.open(path, os.O_RDONLY)
        os.posix_fadvise(place, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(place)


def timed(store, cache):
    """Return seconds of the first listing of a new process, and of its second."""
    command = [sys.executable, "-c", TIMED, str(store)]
    environment = os.environ | {"GROKSCOPE_CACHE": str(cache)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


def command_line(store, cache, *words):
    """Return the median of seconds from the start of a command to its end."""
    environment = os.environ | {"GROKSCOPE_CACHE": str(cache)}
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        command = [PROGRAM, *words, "--store", str(store)]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def figures():
    """Yield (name, value, unit, target) for each figure."""
    with tempfile.TemporaryDirectory() as place:
        store, cache = Path(place, "store"), Path(place, "cache")
        write_store(store)
        cold = []
        for _ in range(3):
            shutil.rmtree(cache, ignore_errors=True)
            forget(store)
            cold.append(timed(store, cache)[0])
        yield (
            f"listing {RUNS:,} runs, no index, files not cached",
            statistics.median(cold),
            "s",
            ("<= 5"),
        )
        warm = [timed(store, cache) for _ in range(TRIES)]
        yield "  new process, with its index", statistics.median(t[0] for t in warm), "s", "<= 0.5"
        yield "  again, same process", statistics.median(t[1] for t in warm), "s", "<= 0.3"
        for words in (("ls",), ("ls", "--json"), ("ls", QUERY)):
            told = " ".join(words).replace(QUERY, "QUERY")
            yield f"  grokscope {told}, start to end", command_line(store, cache, *words), "s", ""
        yield "  grokscope ls of two runs, beside", command_line(SHIPPED, cache, "ls"), "s", ""
