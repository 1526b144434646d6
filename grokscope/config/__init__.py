"""Configuration: experiments from TOML and presets, changed by `--set`, kept in every run."""

from grokscope.config.axes import Axis, parse_axis
from grokscope.config.experiment import Experiment
from grokscope.config.files import as_toml, load, load_sweep, preset, preset_names, read
from grokscope.config.overrides import override
from grokscope.config.sweeps import Sweep

__all__ = [
    "Axis",
    "Experiment",
    "Sweep",
    "as_toml",
    "load",
    "load_sweep",
    "override",
    "parse_axis",
    "preset",
    "preset_names",
    "read",
]
