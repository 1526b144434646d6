"""Executors: who trains planned runs, in this process, several of them, or on a cluster."""
