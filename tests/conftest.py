"""What tests share: one compute thread, no store but their own, and a small experiment."""

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from grokscope.config import Experiment, override
from tests.disks import mounted

# a loaded machine is slow, and no test is about time
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

SMALL = {
    "name": "small",
    "task": {"name": "modular_addition", "p": 11},
    "model": {"name": "mlp", "hidden": [24]},
    "optimizer": {"name": "adam", "lr": 1e-2, "weight_decay": 1e-3},
    "training": {"epochs": 12, "batch_size": 16},
}


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory, monkeypatch):
    """Keep every test away from the stores and the cache of whoever runs it."""
    monkeypatch.setenv("GROKSCOPE_STORE", str(tmp_path_factory.mktemp("store")))
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("GROKSCOPE_CONFIG", str(tmp_path_factory.mktemp("config")))


@pytest.fixture
def disk(tmp_path):
    """A real file system of two megabytes."""
    with mounted(tmp_path / "disk") as place:
        yield place


@pytest.fixture
def small():
    """Return a maker of small experiments, changed by assignments."""

    def make(*assignments):
        return override(Experiment.from_config(SMALL), assignments)

    return make


@pytest.fixture(autouse=True)
def _denormals_restored():
    """Give denormals back to whatever runs after a test that trained in this process."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)
