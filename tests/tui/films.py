"""Measures along checkpoints as the store's writer writes them, for the screen through time."""

import json
import shutil

import numpy as np

from grokscope.store.curves.analysis import write_analysis
from grokscope.store.schema import Group, Variable
from grokscope.tui.screenshots import until

STEPS = 140
"""Of an epoch, as in the pair."""
EVERY = np.arange(0, 201, 10)
"""Epochs of the checkpoints."""
ITEMS = 12
BOTH = ("modadd-grok-s0", "modadd-steady-s0")


def along(name, dims, values, epochs=EVERY, labels=None, **attrs):
    """A measure's group: its values, its checkpoints and what labels them."""
    epoch = Variable(("checkpoint",), np.asarray(epochs, float))
    steps = Variable(("checkpoint",), np.asarray(epochs, np.int64) * STEPS)
    beside = {} if labels is None else labels
    words = " ".join(["epoch", *(n for n, (d, _) in beside.items() if d != (n,))])
    told = {"long_name": name.replace("_", " "), "units": "1", "coordinates": words} | attrs
    values = np.asarray(values)
    data = values if values.dtype == np.uint8 else values.astype(np.float32)
    others = {n: Variable(tuple(d), np.asarray(v)) for n, (d, v) in beside.items()}
    main = {name: Variable(("checkpoint", *dims), data, told)}
    return Group({"checkpoint": steps, "epoch": epoch} | others | main)


def growing(count=EVERY.size):
    """A number for each checkpoint, from 0 to 1."""
    return np.linspace(0, 1, count)


def ring():
    """Items that spread out to a circle, (checkpoint, item, component)."""
    angle = np.arange(ITEMS) * 2 * np.pi / ITEMS
    plane = np.c_[np.cos(angle), np.sin(angle), 0 * angle, 0 * angle]
    return growing()[:, None, None] * plane


def tables():
    """The share of right answers grows with time, (checkpoint, a, b)."""
    drawn = np.random.default_rng(0).random((ITEMS, ITEMS))
    return (drawn < growing()[:, None, None]).astype(np.uint8)


def pruned():
    """Accuracies of pruned networks, NaN at every second checkpoint."""
    values = growing()[:, None] * np.linspace(1, 0, 5)
    values[1::2] = np.nan
    return values


def write_film(run):
    """Store a few measures along the checkpoints of a run."""
    shares = np.random.default_rng(1).dirichlet(np.ones(7), (EVERY.size, 20))
    held = np.random.default_rng(2).integers(0, 2, (ITEMS, ITEMS)).astype(np.uint8)
    spectrum = np.exp(-np.arange(8.0)) * np.ones((EVERY.size, 2, 8))
    spectrum[:, 1, 4:] = np.nan
    groups = {
        "frequency_power.output": along(
            "frequency_power", ("frequency",), shares.mean(1),
            labels={"frequency": (("frequency",), np.arange(7.0))},
        ),
        "operation_table.m64": along(
            "operation_table", ("a", "b"), tables(), labels={"held_out": (("a", "b"), held)}
        ),
        "weight_components.last": along("weight_components", ("item", "component"), ring()),
        "fourier_power.output.m64": along(
            "fourier_power", ("neuron", "frequency"), shares[::4], EVERY[::4]
        ),
        "singular_values": along(
            "singular_values", ("tensor", "index"), spectrum,
            labels={"tensor": (("tensor",), np.array(["w1", "w2"], object)),
                    "index": (("index",), np.arange(1.0, 9))},
        ),
        "pruning_curve.x": along(
            "pruning_curve", ("fraction",), pruned(),
            labels={"fraction": (("fraction",), np.linspace(0, 1, 5))},
        ),
    }  # fmt: skip
    for key, group in groups.items():
        write_analysis(run, key, group)


def filmed(pair, store):
    """Copy the pair into a store, with measures along the checkpoints of both."""
    shutil.copytree(pair, store)
    for id in BOTH:
        write_film(store / id)
        keep(store / id)
    return store


def keep(run):
    """Let a run's summary tell of checkpoints."""
    summary = run / "summary.json"
    told = json.loads(summary.read_text()) | {"checkpoints": EVERY.size}
    summary.write_text(json.dumps(told))


async def settled(app, pilot):
    """Wait until all that the screen through time shows was read and drawn."""
    await until(pilot, lambda: app.screen.stage() is not None)
    await until(pilot, lambda: app.screen.settled)
    await pilot.pause()
