"""Training: ensembles of networks, recorded into the store, on this machine."""
