"""Runs to take away: one self-contained file that opens without grokscope, or tables of text."""
