"""CUDA: training in blocks of epochs that ask nothing of the host, seen late.

All of it runs on the CPU too, where tests hold it against the ordinary loop, bit for bit. What
only CUDA has is `graphs.Graphs` and `lanes.Beside`, which have not been run on a device so far.
"""
