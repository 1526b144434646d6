"""Probes: arrays of a shape of their own, recorded along a run's steps beside its curves.

A live run keeps them in `probes/pb-<number>.h5`, batches that never change and appear by rename;
when it ends they become one file, `probes.h5`. Either holds a group `/probe/<name>` for each
probe: the array, dims (step, ...), its `step`, its `epoch`, and the labels of its axes.
"""
