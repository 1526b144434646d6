"""Benchmarks: figures by their own command, `make bench`; nothing here is asserted."""
