"""What Python users open: a run as a tree, many as one cube, the store as a list."""
