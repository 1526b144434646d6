"""Analysis: measures of runs, computed once and kept in the run."""

from grokscope.analysis.finals import cluster, final_network
from grokscope.analysis.fronts import loss_compression
from grokscope.analysis.requests import Request, requested, written
from grokscope.analysis.stored import Subject, measure

__all__ = [
    "Request",
    "Subject",
    "cluster",
    "final_network",
    "loss_compression",
    "measure",
    "requested",
    "written",
]
