"""Studies: one file or folder for each paper, listed here in the order views show them."""

from grokscope.kinds import by_name
from grokscope.studies.grokking_vs_learning import GROKKING_VS_LEARNING
from grokscope.study import Study

STUDIES: dict[str, Study] = by_name([GROKKING_VS_LEARNING])
