"""The store: a directory of runs, and all that reads and writes it.

The names below are imported when first used, so that listing runs opens no HDF5 and nothing but
`open_run` and `open_runs` needs xarray.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grokscope.store.api.cube import open_runs as open_runs
    from grokscope.store.api.tree import open_run as open_run
    from grokscope.store.api.tree import to_group as to_group
    from grokscope.store.checkpoints.resume import ResumePoint as ResumePoint
    from grokscope.store.checkpoints.trajectory import Trajectory as Trajectory
    from grokscope.store.checkpoints.trajectory import open_trajectory as open_trajectory
    from grokscope.store.curves.analysis import write_analysis as write_analysis
    from grokscope.store.curves.follower import Follower as Follower
    from grokscope.store.curves.reader import Analysis as Analysis
    from grokscope.store.curves.reader import Curve as Curve
    from grokscope.store.curves.reader import Metrics as Metrics
    from grokscope.store.curves.reader import read_analyses as read_analyses
    from grokscope.store.curves.reader import read_attrs as read_attrs
    from grokscope.store.curves.reader import read_config as read_config
    from grokscope.store.curves.reader import read_metrics as read_metrics
    from grokscope.store.listing.catalogue import Catalogue as Catalogue
    from grokscope.store.listing.summary import MetricRange as MetricRange
    from grokscope.store.listing.summary import RunSummary as RunSummary
    from grokscope.store.listing.summary import read_summary as read_summary
    from grokscope.store.location import create_store as create_store
    from grokscope.store.location import find_store as find_store
    from grokscope.store.location import open_store as open_store
    from grokscope.store.query import find_run as find_run
    from grokscope.store.query import find_runs as find_runs
    from grokscope.store.recording.recorder import Recorder as Recorder
    from grokscope.store.schema import Group as Group
    from grokscope.store.schema import Variable as Variable
    from grokscope.store.writing.budget import PublishBudget as PublishBudget
    from grokscope.store.writing.writer import RunWriter as RunWriter

_HOMES = {
    "curves.analysis": ("write_analysis",),
    "writing.budget": ("PublishBudget",),
    "listing.catalogue": ("Catalogue",),
    "api.cube": ("open_runs",),
    "curves.follower": ("Follower",),
    "location": ("create_store", "find_store", "open_store"),
    "query": ("find_run", "find_runs"),
    "curves.reader": (
        "Analysis",
        "Curve",
        "Metrics",
        "read_analyses",
        "read_attrs",
        "read_config",
        "read_metrics",
    ),
    "recording.recorder": ("Recorder",),
    "checkpoints.resume": ("ResumePoint",),
    "schema": ("Group", "Variable"),
    "listing.summary": ("MetricRange", "RunSummary", "read_summary"),
    "checkpoints.trajectory": ("Trajectory", "open_trajectory"),
    "api.tree": ("open_run", "to_group"),
    "writing.writer": ("RunWriter",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
