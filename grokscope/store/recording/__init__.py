"""Recording: any training loop's numbers, parameters and state, put into the form of a run."""
