"""grokscope: an explorer of how networks learn, on a store of runs that opens in xarray.

Names are imported when they are first used, so that `import grokscope` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grokscope.config import Experiment as Experiment
    from grokscope.config import load as load
    from grokscope.errors import GrokscopeError as GrokscopeError
    from grokscope.store.api.cube import open_runs as open_runs
    from grokscope.store.api.listing import runs as runs
    from grokscope.store.api.tree import open_run as open_run
    from grokscope.store.recording.recorder import Recorder as Recorder

PUBLIC = {
    "Experiment": "grokscope.config",
    "GrokscopeError": "grokscope.errors",
    "Recorder": "grokscope.store.recording.recorder",
    "load": "grokscope.config",
    "open_run": "grokscope.store.api.tree",
    "open_runs": "grokscope.store.api.cube",
    "runs": "grokscope.store.api.listing",
}

__all__ = list(PUBLIC)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module 'grokscope' has no attribute {name!r}")
    return getattr(import_module(PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(PUBLIC)
