"""Overrides: `--set key=value`, by full key or by a short one that fits a single full key."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grokscope.config.experiment import Experiment
from grokscope.errors import BadConfig, listed, nearest

NAMES = ("task.name", "model.name")
"""Keys that decide which others there are."""
USUAL = {"wd": "weight_decay", "bs": "batch_size", "learning_rate": "lr"}
"""What keys are called elsewhere, and here."""


def override(experiment: Experiment, assignments: Iterable[str]) -> Experiment:
    """Return `experiment` with assignments such as "optimizer.lr=1e-3" or "seed=3" made.

    Values are written as in TOML; a bare word is a text. A short key stands for the one full
    key that ends in it. `seed=3` sets the root seed.

    Raises
    ------
    BadConfig
        Naming the malformed assignment, or the unknown or ambiguous key and its candidates.
    """
    return assign(experiment, map(parse_assignment, assignments))


def assign(experiment: Experiment, pairs: Iterable[tuple[str, Any]]) -> Experiment:
    """Return `experiment` with values given to keys, one after another.

    Another task or model begins with its own defaults, so which it is comes first: no value that
    is given with it is lost.

    Raises
    ------
    BadConfig
        Naming the unknown or ambiguous key, or the value that does not fit.
    """
    config = experiment.as_config(whole=True)
    for key, value in sorted(pairs, key=lambda pair: pair[0] not in NAMES):
        path = full_key(config, key).split(".")
        section = config
        for part in path[:-1]:
            section = section[part]
        before, section[path[-1]] = section[path[-1]], value
        if key in NAMES and value != before:
            config[path[0]] = {"name": value}
        if path[-1] == "name":
            # which keys come next depends on it
            config = Experiment.from_config(config).as_config(whole=True)
    return Experiment.from_config(config)


def full_key(config: Mapping[str, Any], key: str) -> str:
    """Return the full key that `key` stands for.

    Raises
    ------
    BadConfig
        If no key, or more than one, ends in it.
    """
    known = list(flat_keys(config))
    if key == "seed":
        return "seed.root"
    if key in known:
        return key
    if key in config:
        inner = listed(f"{key}.{name}" for name in config[key])
        raise BadConfig(f"{key} is a table; set one of its keys: {inner}")
    fitting = [full for full in known if full.endswith(f".{key}")]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise BadConfig(f"key {key!r} is ambiguous; write one of {listed(fitting)}")
    ends = Counter(full.rpartition(".")[2] for full in known)
    shorts = [full if ends[end] > 1 else end for full in known for end in [full.split(".")[-1]]]
    shorts.append("seed")
    usual = USUAL.get(key)
    guess = f", did you mean {usual!r}?" if usual else nearest(key, [*known, *shorts])
    raise BadConfig(f"unknown key {key!r}{guess}; known: {listed(shorts)}")


def flat_keys(config: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield every full key of a nested configuration, dotted."""
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from flat_keys(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def parse_value(text: str) -> Any:
    """Return a value written as in TOML; text that is not TOML is itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except ValueError:
        # no TOML, or a number of more digits than Python reads
        return text.strip()


def parse_assignment(assignment: str) -> tuple[str, Any]:
    """Return the key and the value of a text such as "optimizer.lr=1e-3".

    Raises
    ------
    BadConfig
        If it is none.
    """
    key, equals, text = assignment.partition("=")
    if not equals or not key.strip():
        raise BadConfig(f"--set takes key=value, such as init_scale=2, got {assignment!r}")
    return key.strip(), parse_value(text)
