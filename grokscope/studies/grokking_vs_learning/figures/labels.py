"""How figures call the groups of runs, and which colours they have."""

from grokscope.studies.grokking_vs_learning.groups import (
    COMPRESSED,
    GROKS,
    HIGH_DECAY,
    ISING_GROKS,
    ISING_LEARNS,
    ISING_SCALES,
    LEARNS,
    MODADD_SCALES,
)

MODADD = {f"init_scale {scale:g}": name for scale, name in MODADD_SCALES.items()}
ISING = {f"init_scale {scale:g}": name for scale, name in ISING_SCALES.items()}
PAIR = {label: name for label, name in MODADD.items() if name in (GROKS, LEARNS)}
ISING_PAIR = {label: name for label, name in ISING.items() if name in (ISING_GROKS, ISING_LEARNS)}
STRONG = {"init_scale 0.4": COMPRESSED, "init_scale 10": HIGH_DECAY}
SCALES = {label: scale for scale, label in zip(MODADD_SCALES, MODADD, strict=True)}
SCALES |= {label: scale for scale, label in zip(ISING_SCALES, ISING, strict=True)}

COLOURS = tuple(f"init_scale {scale}" for scale in ("10", "1", "0.1", "5", "2", "0.4", "3"))
"""Large ones are reddish, small ones blue or green."""
