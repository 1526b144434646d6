"""Shots: which stored measures are looked at through time, in what order, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grokscope.tui.through.sheets import Sheet

KNOWN = {
    "frequency_power": "Fourier power",
    "operation_table": "Answers",
    "weight_components": "Components",
    "fourier_power": "Neurons' Fourier power",
    "neuron_features": "Neurons and features",
    "singular_values": "Singular values",
    "activation_spectrum": "Activation spectrum",
    "pruning_curve": "Pruned accuracy",
    "feature_correlation": "Layers and features",
    "feature_share": "Features' share of layers",
    "prunable_fraction": "Weights that can go",
    "stiff_cosine": "Fisher cosine, stiff and sloppy",
    "stiff_speed": "Fisher speed, stiff and sloppy",
}
"""Measures in the order they are shown, with short titles for where there is little room."""
ANY_NETWORK = ("singular_values", "activation_spectrum", "pruning_curve")
OPERATION = ("frequency_power", "operation_table", "weight_components", "fourier_power")
OFFERED = {
    "modular_addition": OPERATION,
    "modular_arithmetic": OPERATION,
    "symmetric_group": ("operation_table", "weight_components"),
    "ising": ("neuron_features",),
}
"""By task: measures that runs of it can have, besides `ANY_NETWORK`."""
CHOSEN = {"weight_components": ("basis", "frequency")}
"""By measure: the parameter, and the value of it, that is shown and offered first."""
FEW = 0.1
"""Of the checkpoints that a measure has, the share below which another is shown after it."""
DIRECTIONS = {
    "last": "axes of the last checkpoint",
    "mean": "axes of all checkpoints",
    "frequency": "waves",
}
"""What directions of weights are, by the names under which they are stored."""
PAIRED = "weight_components"
"""The measure that is shown two components at a time, one pair a shot."""


@dataclass(frozen=True)
class Shot:
    """What one panel shows: a stored measure, or one that is missing."""

    key: str
    """As stored; of a missing one the measure's name."""
    page: int = 0
    """Which pair of components."""

    @property
    def measure(self) -> str:
        """The measure's name."""
        return self.key.partition(".")[0]


@dataclass
class Film:
    """How training time is looked at."""

    pair: bool = False
    """Whether A and B are shown; else the selected run."""
    first: Shot | None = None
    """What is shown first; None for what matters most."""
    chosen: tuple[Shot, ...] = ()
    """What alone is shown, in its order; empty for all, as far as there is room."""
    zoom: int = 0
    """How often panels were made larger and fewer."""


def offered(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return measures that a run of a flat configuration can have."""
    task = config.get("task.name")
    return (*OFFERED.get(str(task), ()), *ANY_NETWORK) if task else ()


def order(held: "Sequence[Mapping[str, Sheet]]", offers: Sequence[str]) -> list[Shot]:
    """Return what can be shown, the most important first.

    One variant of each measure comes first, then what is offered, then other variants and pairs
    of components. What all runs hold comes before what some do, and what was measured all along
    before what was measured now and then.
    """
    sheets = {key: sheet for sheets in reversed(held) for key, sheet in sheets.items()}
    ranks = list(KNOWN)
    most = max((sheet.step.size for sheet in sheets.values()), default=0)

    def rank(key: str) -> tuple[bool, bool, int, bool, bool, str]:
        sheet = sheets[key]
        place = ranks.index(sheet.measure) if sheet.measure in KNOWN else len(ranks)
        lacking = not all(key in sheets for sheets in held)
        chosen = CHOSEN.get(sheet.measure, ("", ""))[1] in key.split(".")
        few = sheet.step.size < FEW * most
        return lacking, few, place, not chosen, not sheet.attrs.get("usual", 1), key

    main: dict[str, Shot] = {}
    rest: list[Shot] = []
    for key in sorted(sheets, key=rank):
        sheet = sheets[key]
        if sheet.measure in main:
            rest.append(Shot(key))
        else:
            main[sheet.measure] = Shot(key)
        if sheet.measure == PAIRED and len(sheet.shape) == 2:
            rest += [Shot(key, page) for page in range(1, sheet.shape[1] // 2)]
    missing = [Shot(name) for name in offers if name not in main]
    return [*main.values(), *missing, *rest]


def picked(every: Sequence[Shot], film: Film) -> list[Shot]:
    """Return what is shown of all that can be: what was chosen, from what is shown first on."""
    shots = [shot for shot in film.chosen if shot in every] or list(every)
    at = shots.index(film.first) if film.first in shots else 0
    return shots[at:] + shots[:at]


def headline(sheet: "Sheet", width: int) -> str:
    """Return a sheet's title with its unit, a short one where that is too long."""
    name, comma, variant = sheet.title.partition(", ")
    if sheet.measure == PAIRED:
        variant = DIRECTIONS.get(variant, variant)
    title = name[:1].upper() + name[1:] + comma + variant
    unit = f", {sheet.unit}" if sheet.unit else ""
    short = KNOWN.get(sheet.measure)
    if len(title + unit) <= width or short is None:
        return title + unit
    return next((t for t in (f"{short}, {variant}{unit}",) if variant and len(t) <= width), short)
