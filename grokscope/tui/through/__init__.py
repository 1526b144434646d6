"""Through training time: what measures stored along checkpoints, one at a time."""
