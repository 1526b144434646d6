"""Writing: the one process that may change a run, and how it begins, shows life and ends."""
