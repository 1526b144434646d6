"""Curves of runs: on which axes, in which panels, and what happened when."""
