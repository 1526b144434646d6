"""Checkpoints: batched while a run lives, one trajectory once it ended, points to resume from."""
