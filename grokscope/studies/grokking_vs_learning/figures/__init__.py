"""The paper's figures, theme by theme.

Not redrawn are those that show single lattices (figs. 1 and 11), those of runs that no claim is
read from (figs. 14 and 16, batches of 200), and those that prune one layer at a time (figs. 22 to
24, 26 and 27).
"""

from grokscope.studies.grokking_vs_learning.figures.compression import FIGURES as COMPRESSION
from grokscope.studies.grokking_vs_learning.figures.dynamics import FIGURES as DYNAMICS
from grokscope.studies.grokking_vs_learning.figures.features import FIGURES as FEATURES
from grokscope.studies.grokking_vs_learning.figures.geometry import FIGURES as GEOMETRY
from grokscope.studies.grokking_vs_learning.figures.learning import FIGURES as LEARNING

FIGURES = [*LEARNING, *FEATURES, *COMPRESSION, *DYNAMICS, *GEOMETRY]
