"""A store shaped like the reference pair, written by the store's own writer."""

import shutil
import time
from contextlib import asynccontextmanager

import numpy as np
import pytest

from grokscope.events import Moment, Yardstick
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.schema import Group, Variable
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.writer import RunWriter
from grokscope.tui.app import Explorer
from grokscope.tui.screenshots import until
from grokscope.tui.widgets.plots import Plots
from tests.tui import films

STEPS = 140
SPEED = "fisher_speed.output.diagonal.test.f1.n256.s0"


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def shaped(t_train, t_test, epochs=200):
    """Curves that cross 0.95 at the given epochs."""
    epoch = np.arange(epochs + 1.0)
    rise = 14 / t_train
    train = 0.009 + 0.991 * sigmoid((epoch - t_train + 3.0 / rise) * rise)
    test = 0.009 + 0.991 * sigmoid((epoch - t_test + 3.3) * 0.95)
    bump = np.exp(-(((epoch - t_test * 0.7) / (t_test * 0.35)) ** 2))
    return epoch, {
        "train_loss": 12 * np.exp(-epoch / (t_train / 5)) + 2e-4,
        "test_loss": (5 + 4 * bump) * (1 - test) + 3e-4 + 4.7 * np.exp(-epoch / 3) * 0.5,
        "train_accuracy": train,
        "test_accuracy": test,
        "weight_norm": 60 + 90 * np.exp(-epoch / 60),
    }


def config(name, init_scale, seed):
    return {
        "name": name,
        "task": {"name": "modular_addition", "p": 113, "train_fraction": 0.7},
        "model": {"name": "mlp", "hidden": [512], "init_scale": init_scale},
        "optimizer": {"name": "adam", "lr": 0.005, "weight_decay": 3e-05},
        "training": {"epochs": 200, "batch_size": 64},
        "seed": {"root": seed, "init": None},
    }


def begin(store, id, init_scale, seed=0, name=None):
    return RunWriter.create(
        store,
        id,
        config=config(name or id.rpartition("-s")[0], init_scale, seed),
        yardstick=Yardstick(1 / 113, 3831),
        total_steps=200 * STEPS,
        total_epochs=200.0,
        budget=PublishBudget(share=1.0),
    )


def record(writer, t_train, t_test, until=200):
    epoch, curves = shaped(t_train, t_test)
    for index in range(until + 1):
        values = {name: float(curve[index]) for name, curve in curves.items()}
        writer.log(index * STEPS, float(epoch[index]), values)


def speed_group(low, high):
    epoch = np.arange(200.0)
    points = [0, low, high, high + 30, 199], np.log([22, 0.96, 2.0, 0.6, 0.1])
    speed = np.exp(np.interp(epoch, *points))
    return Group(
        {
            "checkpoint": Variable(("checkpoint",), (epoch * STEPS).astype(np.int64)),
            "epoch": Variable(("checkpoint",), epoch),
            "fisher_speed": Variable(
                ("checkpoint",),
                speed,
                {
                    "long_name": "Fisher speed, output/diagonal/test/f1/n256/s0",
                    "units": "1",
                    "coordinates": "epoch",
                },
            ),
        }
    )


def turning_points(low, high):
    return {
        "speed_min": Moment(low * STEPS, float(low)),
        "speed_max": Moment(high * STEPS, float(high)),
    }


def write_pair(store):
    """Two finished runs: one groks at 14 and 58, one learns steadily at 6 and 8."""
    for id, scale, times, turns in (
        ("modadd-steady-s0", 1.0, (6, 8), (5, 9)),
        ("modadd-grok-s0", 10.0, (14, 58), (20, 47)),
    ):
        writer = begin(store, id, scale)
        record(writer, *times)
        writer.finish("finished")
        write_analysis(store / id, SPEED, speed_group(*turns), turning_points(*turns))
    return store


def write_demo(store):
    """The pair, one that memorised, one that failed; returns a writer of one that still runs."""
    write_pair(store)
    writer = begin(store, "modadd-grok-s1", 10.0, seed=1)
    record(writer, 13, 400, until=90)
    writer.finish("failed", "loss became NaN at step 12600")
    writer = begin(store, "modadd-wide-s0", 5.0, name="modadd-wide")
    record(writer, 10, 400)
    writer.finish("finished")
    writer = begin(store, "modadd-grok-s7", 10.0, seed=7)
    record(writer, 14, 58, until=62)
    time.sleep(1.1)  # a summary is written once a second
    writer.tick()
    return writer


def text_of(app):
    """The screen as lines of text."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


async def ready(app, pilot, runs=None):
    """Wait until the store is listed and the curves on screen are read."""
    await until(pilot, lambda: app.session.read)
    selected = app.session.selected
    wanted = runs or ([selected] if app.session.run(selected) else [])
    await until(pilot, lambda: all(id in app.session.books for id in wanted))
    await until(pilot, lambda: painted(app))
    await pilot.pause()


def painted(app):
    """Return whether nothing on screen waits for its place or for being drawn."""
    screen = app.screen
    waiting = screen._layout_required or screen._repaint_required or screen._dirty_widgets
    shown = [plots for plots in screen.query(Plots) if plots.display]
    return not waiting and all(plots._drawn is not None for plots in shown)


@pytest.fixture
def opened():
    """Opens the explorer: `async with opened(store) as (app, pilot)`."""

    @asynccontextmanager
    async def open_explorer(store, size=(80, 24), **options):
        app = Explorer(store, **options)
        async with app.run_test(size=size) as pilot:
            await ready(app, pilot)
            yield app, pilot

    return open_explorer


@pytest.fixture
def read():
    return ready


@pytest.fixture
def screen():
    return text_of


@pytest.fixture(scope="session")
def pair(tmp_path_factory):
    return write_pair(tmp_path_factory.mktemp("pair"))


@pytest.fixture
def own(pair, tmp_path):
    """A copy of the pair, for tests that write into the store."""
    return shutil.copytree(pair, tmp_path / "store")


@pytest.fixture(autouse=True)
def as_it_was(request):
    """Whoever writes into the store that all share is told so, not those who read it next."""
    shared = request.getfixturevalue("pair") if "pair" in request.fixturenames else None
    yield
    if shared is not None:
        assert sorted(path.name for path in shared.iterdir()) == [
            "modadd-grok-s0",
            "modadd-steady-s0",
        ]


@pytest.fixture(scope="session")
def film(pair, tmp_path_factory):
    """The pair, with measures along the checkpoints of both."""
    return films.filmed(pair, tmp_path_factory.mktemp("film") / "store")


@pytest.fixture
def seen(film, opened, read):
    """Opens the screen through time: `async with seen(both=True) as (app, pilot)`."""

    @asynccontextmanager
    async def open_it(both=False, **options):
        chosen = {"compare": films.BOTH} if both else {"run": films.BOTH[0]}
        async with opened(film, **chosen, **options) as (app, pilot):
            await read(app, pilot, films.BOTH if both else films.BOTH[:1])
            await pilot.press("t")
            await films.settled(app, pilot)
            yield app, pilot

    return open_it


@pytest.fixture(scope="session")
def demo_writer(tmp_path_factory):
    store = tmp_path_factory.mktemp("demo")
    writer = write_demo(store)
    yield writer
    writer.finish("interrupted")


@pytest.fixture
def demo(demo_writer):
    demo_writer.tick()
    return demo_writer.path.parent
