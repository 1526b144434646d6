"""HDF5 files by descriptors, so that a path cannot lead elsewhere in between."""

import io
import os
from pathlib import Path

import h5py


def open_place(place: int, path: Path | None = None) -> h5py.File:
    """Open the HDF5 file behind a descriptor for reading.

    Parameters
    ----------
    place : int
        Must stay open as long as the file.
    path : Path, optional
        Where the system shows no descriptors, the file's path; its caller sees to it that it
        leads to the same file.

    Raises
    ------
    OSError, RuntimeError
        If it is no HDF5 file, or the system does not open it.
    """
    shown = f"/dev/fd/{place}"
    name = shown if path is None or Path(shown).exists() else path
    try:
        # published files never change, and some network file systems cannot lock
        return h5py.File(name, "r", locking=False)
    except OSError as error:
        # one process cannot open a file both ways, and xarray may have it open with locks
        if "locking flag" in str(error):
            return h5py.File(name, "r")
        # HDF5 asks for a file's name, which one that was replaced has no more
        if os.fstat(place).st_nlink:
            raise
    return h5py.File(io.FileIO(place, closefd=False), "r")
