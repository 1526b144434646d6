"""Configuration: experiments from TOML and presets, changed by `--set`, kept in every run."""

from grokscope.config.experiment import Experiment
from grokscope.config.files import as_toml, load, preset, preset_names, read
from grokscope.config.overrides import override

__all__ = ["Experiment", "as_toml", "load", "override", "preset", "preset_names", "read"]
