"""Keeping: what people say of runs, and where runs go that they remove."""
