"""Saved views: what was looked at and how, under a name, to come back to."""
