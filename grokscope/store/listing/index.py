"""A catalogue's memory: what it read of a store, in the user's own cache, there to be thrown away.

A file whose length, checksum or version is not as it should be counts as none. It is replaced
whole, so that any number of processes may use it at once.
"""

import contextlib
import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from grokscope.errors import GrokscopeError
from grokscope.store.files.cache import cache_directory
from grokscope.store.files.texts import read_small
from grokscope.store.listing.compact import Entry, packed, unpacked
from grokscope.store.schema import SCHEMA_VERSION

MAGIC = f"grokscope index 5 of {SCHEMA_VERSION}\n".encode()
"""Begins every index; the first number rises whenever what is remembered changes."""
FOLDER = "listings"
INDEX_BYTES = 1 << 30
"""Bytes beyond which a file is no index."""
_CHECK = struct.Struct("<I")
_DAMAGE = (OSError, ValueError, TypeError, LookupError, AttributeError, struct.error)


def index_path(store: Path) -> Path | None:
    """Return where the index of a store lies, None where there can be none."""
    cache = cache_directory()
    if cache is None:
        return None
    digest = hashlib.sha256(os.fsencode(store.resolve())).hexdigest()[:32]
    return cache / FOLDER / f"{digest}.index"


def load_index(store: Path) -> dict[str, Entry]:
    """Return what is remembered of a store by run id; nothing where there is no sound index."""
    path = index_path(store)
    if path is None:
        return {}
    try:
        data = memoryview(read_small(path, INDEX_BYTES))
        start = len(MAGIC) + _CHECK.size
        (told,) = _CHECK.unpack_from(data, len(MAGIC))
        if data[: len(MAGIC)] != MAGIC or zlib.crc32(data[start:]) != told:
            return {}
        entries = unpacked(data[start:], store)
    except (GrokscopeError, *_DAMAGE):
        return {}
    return {entry.summary.id: entry for entry in entries}


def save_index(store: Path, entries: Sequence[Entry]) -> None:
    """Remember what was read of a store; where that cannot be written, nothing is."""
    path = index_path(store)
    if path is None:
        return
    data = packed(entries)
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        place, name = tempfile.mkstemp(prefix=path.stem, suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(place, "wb") as file:
                file.writelines([MAGIC, _CHECK.pack(zlib.crc32(data)), data])
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
