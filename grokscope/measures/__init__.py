"""Measures: one file each, listed here in the order views show them."""

from grokscope.kinds import Measure, by_name
from grokscope.measures.activation_spectrum import ACTIVATION_SPECTRUM
from grokscope.measures.compressibility import COMPRESSIBILITY
from grokscope.measures.decay_share import DECAY_SHARE
from grokscope.measures.euclidean_chord_over_arc import EUCLIDEAN_CHORD_OVER_ARC
from grokscope.measures.euclidean_cosine import EUCLIDEAN_COSINE
from grokscope.measures.euclidean_lagged_cosine import EUCLIDEAN_LAGGED_COSINE
from grokscope.measures.euclidean_origin_cosine import EUCLIDEAN_ORIGIN_COSINE
from grokscope.measures.euclidean_speed import EUCLIDEAN_SPEED
from grokscope.measures.feature_correlation import FEATURE_CORRELATION
from grokscope.measures.feature_share import FEATURE_SHARE
from grokscope.measures.fisher_chord_over_arc import FISHER_CHORD_OVER_ARC
from grokscope.measures.fisher_cosine import FISHER_COSINE
from grokscope.measures.fisher_divergence import FISHER_DIVERGENCE
from grokscope.measures.fisher_gini import FISHER_GINI
from grokscope.measures.fisher_lagged_cosine import FISHER_LAGGED_COSINE
from grokscope.measures.fisher_origin_cosine import FISHER_ORIGIN_COSINE
from grokscope.measures.fisher_speed import FISHER_SPEED
from grokscope.measures.fourier_ipr import FOURIER_IPR
from grokscope.measures.fourier_power import FOURIER_POWER
from grokscope.measures.frequency_power import FREQUENCY_POWER
from grokscope.measures.gini import GINI
from grokscope.measures.grokking_time import GROKKING_TIME
from grokscope.measures.neuron_features import NEURON_FEATURES
from grokscope.measures.normalised_compressibility import NORMALISED_COMPRESSIBILITY
from grokscope.measures.operation_table import OPERATION_TABLE
from grokscope.measures.prunable_fraction import PRUNABLE_FRACTION
from grokscope.measures.pruning_curve import PRUNING_CURVE
from grokscope.measures.singular_values import SINGULAR_VALUES
from grokscope.measures.stiff_cosine import STIFF_COSINE
from grokscope.measures.stiff_speed import STIFF_SPEED
from grokscope.measures.weight_components import WEIGHT_COMPONENTS
from grokscope.measures.weight_norm import WEIGHT_NORM

MEASURES: dict[str, Measure] = by_name(
    [
        GROKKING_TIME,
        WEIGHT_NORM,
        FISHER_SPEED,
        FISHER_COSINE,
        FISHER_ORIGIN_COSINE,
        FISHER_LAGGED_COSINE,
        FISHER_CHORD_OVER_ARC,
        FISHER_DIVERGENCE,
        STIFF_SPEED,
        STIFF_COSINE,
        EUCLIDEAN_SPEED,
        EUCLIDEAN_COSINE,
        EUCLIDEAN_ORIGIN_COSINE,
        EUCLIDEAN_LAGGED_COSINE,
        EUCLIDEAN_CHORD_OVER_ARC,
        DECAY_SHARE,
        FOURIER_IPR,
        FOURIER_POWER,
        FREQUENCY_POWER,
        WEIGHT_COMPONENTS,
        SINGULAR_VALUES,
        ACTIVATION_SPECTRUM,
        GINI,
        FISHER_GINI,
        FEATURE_CORRELATION,
        FEATURE_SHARE,
        NEURON_FEATURES,
        OPERATION_TABLE,
        PRUNING_CURVE,
        COMPRESSIBILITY,
        NORMALISED_COMPRESSIBILITY,
        PRUNABLE_FRACTION,
    ]
)
