"""Grokking vs. Learning: Same Features, Different Encodings (arXiv:2502.01739), claim by claim."""

from grokscope.kinds import by_name
from grokscope.studies.grokking_vs_learning.compression import CLAIMS as COMPRESSION
from grokscope.studies.grokking_vs_learning.directions import CLAIMS as DIRECTIONS
from grokscope.studies.grokking_vs_learning.ensembles import CLAIMS as ENSEMBLES
from grokscope.studies.grokking_vs_learning.features import CLAIMS as FEATURES
from grokscope.studies.grokking_vs_learning.figures import FIGURES
from grokscope.studies.grokking_vs_learning.groups import GROUPS
from grokscope.studies.grokking_vs_learning.learning import CLAIMS as LEARNING
from grokscope.studies.grokking_vs_learning.speeds import CLAIMS as SPEEDS
from grokscope.studies.grokking_vs_learning.trade_offs import CLAIMS as TRADE_OFFS
from grokscope.studies.grokking_vs_learning.transients import CLAIMS as TRANSIENTS
from grokscope.study import Study

GROKKING_VS_LEARNING = Study(
    name="grokking-vs-learning",
    title="Grokking vs. Learning: same features, different encodings",
    source="arXiv:2502.01739",
    groups=by_name(GROUPS),
    claims=by_name(
        [
            *(*LEARNING, *FEATURES),
            *(*COMPRESSION, *TRANSIENTS, *TRADE_OFFS),
            *(*SPEEDS, *DIRECTIONS, *ENSEMBLES),
        ]
    ),
    figures=by_name(FIGURES),
)
