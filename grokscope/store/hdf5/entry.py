"""Entry: whether HDF5, which one thread at a time may use, can be entered."""

import h5py


def available() -> bool:
    """Return whether no other thread is in HDF5, or left it without letting it go."""
    lock = getattr(h5py._objects, "phil", None)
    if lock is None:
        return True
    if not lock.acquire(False):
        return False
    lock.release()
    return True
