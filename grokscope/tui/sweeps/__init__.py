"""Sweeps: phase diagrams, scans over one key, and what goes along with an outcome."""
