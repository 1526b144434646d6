"""Files: experiments as TOML, on disk and as the named presets that come with the package."""

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from grokscope.config.axes import table_axes
from grokscope.config.experiment import Experiment
from grokscope.config.idle import refuse_idle
from grokscope.config.overrides import flat_keys
from grokscope.config.sweeps import Sweep
from grokscope.errors import BadConfig, UnknownName, listed, nearest

CONTROLS = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
"""Characters that JSON leaves as they are and a terminal may obey."""


def load(name: str) -> Experiment:
    """Return the experiment of a preset, or of the TOML file at a path.

    Raises
    ------
    UnknownName
        If it is neither.
    BadConfig
        If the file is not TOML, or not one experiment; the message begins with the file's name.
    """
    return _single(load_sweep(name), name)


def load_sweep(name: str) -> Sweep:
    """Return the sweep of a TOML file; a file without `[sweep]`, or a preset, has no axes.

    Raises
    ------
    UnknownName, BadConfig
        As `load`.
    """
    if name in preset_names():
        return Sweep(preset(name))
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return _read(path)
    found = "that path is a directory" if path.is_dir() else "no such file"
    raise _unknown(name, f", and {found}", ", or the path of an experiment.toml")


def read(path: Path) -> Experiment:
    """Return the experiment of a TOML file; one without a name is named after the file."""
    return _single(_read(path), str(path))


def parse(text: str, source: str, name: str | None = None) -> Experiment:
    """Return the experiment that TOML text describes; `source` begins error messages.

    Parameters
    ----------
    name : str, optional
        The experiment's, where the text gives none.
    """
    return _single(_parse(text, source, name), source)


def _read(path: Path) -> Sweep:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadConfig(f"cannot read experiment file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadConfig(f"{path} is not UTF-8 text; an experiment file is TOML") from error
    sweep = _parse(text, str(path), path.stem)
    try:
        swept = [key for axis in sweep.axes for key in axis.keys]
        refuse_idle(sweep.base, flat_keys(tomllib.loads(text)), swept)
    except BadConfig as error:
        raise BadConfig(f"{path}: {error}") from error
    return sweep


def _parse(text: str, source: str, name: str | None = None) -> Sweep:
    try:
        config = tomllib.loads(text)
        axes = config.pop("sweep", {})
        if not isinstance(axes, dict):
            raise BadConfig(f"sweep must be a table [sweep] of keys and their values, got {axes!r}")
        base = Experiment.from_config(config if name is None else {"name": name} | config)
        return Sweep(base, table_axes(axes))
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{source} is not valid TOML: {error}") from error
    except (BadConfig, UnknownName) as error:
        raise type(error)(f"{source}: {error}") from error


def _single(sweep: Sweep, source: str) -> Experiment:
    if sweep.axes:
        raise BadConfig(f"{source} is a sweep of {len(sweep)} runs, where one is asked for")
    return sweep.base


def preset_names() -> list[str]:
    """Return the names of all presets, sorted."""
    folder = resources.files("grokscope") / "presets"
    return sorted(
        f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")
    )


def preset(name: str) -> Experiment:
    """Return the preset called `name`; its file is named after it.

    Raises
    ------
    UnknownName
        If there is none; names the nearest and all.
    """
    if name not in preset_names():
        raise _unknown(name)
    text = (resources.files("grokscope") / "presets" / f"{name}.toml").read_text("utf-8")
    return parse(text, f"preset {name}")


def as_toml(config: Mapping[str, Any]) -> str:
    """Return a nested configuration as TOML text, which `parse` reads back."""
    lines = [f"{k} = {_value(v)}" for k, v in config.items() if not isinstance(v, Mapping)]
    for name, section in config.items():
        if isinstance(section, Mapping):
            lines += ["", f"[{name}]"]
            lines += [f"{key} = {_value(v)}" for key, v in section.items() if v is not None]
    return "\n".join(lines) + "\n"


def _unknown(name: str, further: str = "", otherwise: str = "") -> UnknownName:
    known = preset_names()
    guess = nearest(name, known)
    return UnknownName(
        f"no preset named {name!r}{further}{guess}; presets: {listed(known)}{otherwise}"
    )


def _value(value: Any) -> str:
    # JSON's texts, numbers, booleans and lists are written the same in TOML
    return json.dumps(value, ensure_ascii=False).translate(CONTROLS)
