"""What HDF5 asks of any file that it reads or writes through Python: a place in it."""

import io
import os


class Seekable(io.RawIOBase):
    """A file of some length, and the place in it at which the next bytes are read or written."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        """The place, in bytes."""

    def length(self) -> int:
        """Return how many bytes the file has."""
        raise NotImplementedError

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place in the file."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.at, os.SEEK_END: self.length()}[whence]
        self.at = start + offset
        return self.at

    def tell(self) -> int:
        """Return the place in the file."""
        return self.at
