"""The checksum that HDF5 keeps of a chunk, computed without handing the chunk to HDF5.

HDF5's own filter copies what it checks three times on the way to the disk. Whatever reads the file
verifies the sum by itself.
"""

import math
import threading

import numpy as np
from numpy.typing import NDArray

WIDTH = 1024
"""32-bit words in a row of the sums; the larger, the fewer rows, the longer what is left over."""
AT_ONCE = 1 << 17
"""32-bit words summed at once: 512 kB, which stay in cache."""
LOW = np.uint32(0xFFFF)
"""The lower of the two 16-bit words in a word."""
HALF = np.uint32(16)
"""Bits to the upper one."""
MODULUS = 65535
"""Of both sums."""
_OWN = threading.local()


def fletcher32(chunks: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the Fletcher checksum of each chunk, as HDF5 stores it.

    Parameters
    ----------
    chunks : ndarray of uint8, (chunk, byte)
        Contiguous.

    Returns
    -------
    ndarray of little-endian uint32, (chunk,)
        Of the chunk's bytes as big-endian 16-bit words w: the sum of all w in the lower half, and
        the sum of all running sums in the upper one, both modulo 65535.
    """
    count, length = chunks.shape
    rows = length // (4 * WIDTH)
    cut = 4 * WIDTH * rows
    whole = chunks[:, :cut].reshape(count, rows, 4 * WIDTH).view("<u4")
    sums = np.zeros((2, count), np.int64)
    deep = max(min(rows, AT_ONCE // WIDTH), 1)
    wide = max(AT_ONCE // (WIDTH * deep), 1)
    for first in range(0, count, wide):
        some = slice(first, first + wide)
        for top in range(0, rows, deep):
            left = -(-length // 2) - 2 * WIDTH * top
            _add(whole[some, top : top + deep], left, sums[:, some])
    if cut < length:
        _add_rest(chunks[:, cut:], sums)
    # swapping the bytes of a word multiplies it by 256 here; HDF5 folds, and so reaches 65535
    # where the remainder is 0
    folded = ((256 * (sums % MODULUS) - 1) % MODULUS + 1) * (sums[0] > 0)
    return (folded[1] << 16 | folded[0]).astype("<u4")


def _add(block: NDArray[np.uint32], left: int, sums: NDArray[np.int64]) -> None:
    """Add both sums of (chunk, row, word), where `left` 16-bit words are still to come."""
    second, pairs = _scratch(block.shape)
    np.right_shift(block, HALF, out=second)
    np.bitwise_and(block, LOW, out=pairs)
    np.add(pairs, second, out=pairs)
    # 32 bits hold the sum of up to 32768 pairs of 16-bit words
    across = np.add.reduce(pairs, axis=2, dtype=np.uint32).astype(np.int64)
    down = np.add.reduce(pairs, axis=1, dtype=np.uint32).astype(np.int64)
    seconds = np.add.reduce(second, axis=2, dtype=np.uint32)
    sums[0] += across.sum(axis=1)
    sums[1] += across @ (left - 2 * WIDTH * np.arange(block.shape[1]))
    sums[1] -= down @ (2 * np.arange(WIDTH)) + seconds.sum(axis=1, dtype=np.int64)
    sums[1] %= MODULUS


def _scratch(shape: tuple[int, ...]) -> NDArray[np.uint32]:
    """Return two arrays to work in; new ones would cost as much as the sums."""
    size = math.prod(shape)
    if getattr(_OWN, "room", np.empty((2, 0))).shape[1] < size:
        _OWN.room = np.empty((2, size), np.uint32)
    room: NDArray[np.uint32] = _OWN.room[:, :size].reshape(2, *shape)
    return room


def _add_rest(rest: NDArray[np.uint8], sums: NDArray[np.int64]) -> None:
    if rest.shape[1] % 2:
        rest = np.pad(rest, ((0, 0), (0, 1)))
    words = np.ascontiguousarray(rest).view("<u2").astype(np.int64)
    sums[0] += words.sum(axis=1)
    sums[1] += words @ np.arange(words.shape[1], 0, -1)
