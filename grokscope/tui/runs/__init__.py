"""The list of runs: its rows, columns, folds and order, and what people add to runs."""
