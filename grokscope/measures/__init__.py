"""Measures: one file each, listed here in the order views show them."""

from grokscope.kinds import Measure, by_name
from grokscope.measures.fisher_cosine import FISHER_COSINE
from grokscope.measures.fisher_origin_cosine import FISHER_ORIGIN_COSINE
from grokscope.measures.fisher_speed import FISHER_SPEED
from grokscope.measures.fourier_ipr import FOURIER_IPR
from grokscope.measures.gini import GINI
from grokscope.measures.grokking_time import GROKKING_TIME
from grokscope.measures.weight_norm import WEIGHT_NORM

MEASURES: dict[str, Measure] = by_name(
    [
        GROKKING_TIME,
        WEIGHT_NORM,
        FISHER_SPEED,
        FISHER_COSINE,
        FISHER_ORIGIN_COSINE,
        FOURIER_IPR,
        GINI,
    ]
)
