"""Grokking vs. Learning: Same Features, Different Encodings (arXiv:2502.01739), claim by claim."""

from grokscope.kinds import by_name
from grokscope.studies.grokking_vs_learning.compression import CLAIMS as COMPRESSION
from grokscope.studies.grokking_vs_learning.features import CLAIMS as FEATURES
from grokscope.studies.grokking_vs_learning.geometry import CLAIMS as GEOMETRY
from grokscope.studies.grokking_vs_learning.groups import GROUPS
from grokscope.studies.grokking_vs_learning.learning import CLAIMS as LEARNING
from grokscope.study import Study

GROKKING_VS_LEARNING = Study(
    name="grokking-vs-learning",
    title="Grokking vs. Learning: same features, different encodings",
    source="arXiv:2502.01739",
    groups=by_name(GROUPS),
    claims=by_name([*LEARNING, *FEATURES, *COMPRESSION, *GEOMETRY]),
)
