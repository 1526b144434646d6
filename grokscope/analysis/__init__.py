"""Analysis: measures of runs, computed once and kept in the run."""

from grokscope.analysis.finals import cluster
from grokscope.analysis.requests import Request, requested, written
from grokscope.analysis.stored import measure

__all__ = ["Request", "cluster", "measure", "requested", "written"]
