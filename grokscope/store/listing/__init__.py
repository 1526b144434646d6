"""Listing: a run in one small file, and ten thousand of those at once; no HDF5 is opened."""
