"""What a file of a run may consist of, seen from its structure before a value is read."""

import math
from typing import Any, NoReturn

import h5py
import numpy as np

from grokscope.errors import Unreadable
from grokscope.store.hdf5.groups import address, is_bare
from grokscope.store.schema import ANALYSIS, EVENTS_GROUP, METRICS_GROUP, TRAJECTORY_GROUP

MAX_OBJECTS = 30_000
MAX_DEPTH = 8
MAX_BYTES = 64 << 30
"""Most bytes that one variable may claim to hold."""
MAX_RATIO = 200
"""Most bytes claimed per byte stored, for variables above `SMALL` bytes."""
SMALL = 16 << 20
MAX_UNPACKED = 256 << 20
"""Most bytes that all compressed variables may claim."""
UNSTORED = 64 << 20
"""Bytes that uncompressed variables may claim beyond what the file takes on disk."""
MAX_CHUNK = 512 << 20
MAX_ATTRIBUTE = 1 << 20
MAX_ATTRIBUTES = 16 << 20
"""Most bytes of all attributes."""
MAX_ATTRIBUTE_COUNT = 100_000
DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
FILTERS = frozenset({DEFLATE, SHUFFLE, FLETCHER32})
"""Filters that need no plugin."""
LABELS = {"DIMENSION_LIST": h5py.h5t.VLEN, "REFERENCE_LIST": h5py.h5t.COMPOUND}
"""Attributes that tie variables to their dimensions, the only ones that hold references."""
GROUPS = (METRICS_GROUP, EVENTS_GROUP, TRAJECTORY_GROUP, ANALYSIS)


class Inspector:
    """One walk over the objects of a file, which refuses at the first that no run has.

    Parameters
    ----------
    called : str
        What messages call the file.
    size : int, in bytes
        What the file takes on disk.
    """

    def __init__(self, called: str, size: int) -> None:
        self.called = called
        self.size = size
        self.datasets: list[str] = []
        """Paths of the variables found, in no order; open, each would take 90 kB."""
        self.groups: list[str] = []
        self.names: dict[int, str] = {}
        """Names of all objects, by address."""
        self._objects = self._attributes = self._attribute_bytes = 0
        self._packed = self._plain = 0

    def walk(self, file: h5py.File) -> None:
        """Look at every object.

        Raises
        ------
        Unreadable
            Naming the object and what is wrong with it.
        """
        waiting: list[tuple[str, int]] = [("/", 0)]
        self._once(file["/"], "/")
        while waiting:
            path, depth = waiting.pop()
            group = file[path]
            self.groups.append(path)
            self._inspect_attributes(group)
            self._objects += group.id.get_num_objs()
            if self._objects > MAX_OBJECTS or (depth > MAX_DEPTH and len(group)):
                self._refuse(f" holds more than {MAX_OBJECTS} objects or {MAX_DEPTH} levels")
            for name in group:
                thing = self._member(group, name)
                if isinstance(thing, h5py.Group):
                    waiting.append((f"{path}/{name}", depth + 1))
                else:
                    self._inspect_dataset(thing)
                    self.datasets.append(f"{path}/{name}")
        self._expect_groups(file)

    def _member(self, group: h5py.Group, name: str) -> h5py.Group | h5py.Dataset:
        try:
            link = group.get(name, getlink=True)
        except TypeError:
            link = None
        if not isinstance(link, h5py.HardLink):
            self._refuse(f": {name!r:.80} is a link, which no run has")
        thing = group[name]
        if not isinstance(thing, h5py.Group | h5py.Dataset):
            self._refuse(f": {name!r:.80} is neither group nor variable")
        self._once(thing, name)
        return thing

    def _once(self, thing: h5py.Group | h5py.Dataset, name: str) -> None:
        place = address(thing)
        if place in self.names:
            self._refuse(
                f": {name!r:.80} is a second name of something, which nothing in a run has"
            )
        self.names[place] = name

    def _expect_groups(self, file: h5py.File) -> None:
        for name in GROUPS:
            if name in file and not isinstance(file[name], h5py.Group):
                self._refuse(f": {name!r} is no group")
        for key in file.get(ANALYSIS, {}):
            if not isinstance(file[ANALYSIS][key], h5py.Group):
                self._refuse(f": stored measure {key!r:.80} is no group")

    def _inspect_dataset(self, dataset: h5py.Dataset) -> None:
        what = f": {dataset.name!r:.80}"
        plist = dataset.id.get_create_plist()
        outside = plist.get_layout() == h5py.h5d.VIRTUAL or plist.get_external_count()
        if outside or dataset.is_virtual or dataset.external:
            self._refuse(f"{what} keeps its data in another file, which no run does")
        filters = {plist.get_filter(i)[0] for i in range(plist.get_nfilters())}
        if filters - FILTERS:
            self._refuse(f"{what} needs a filter plugin ({min(filters - FILTERS)})")
        if dataset.shape is None or not _usual(dataset.id.get_type()):
            self._refuse(f"{what} holds neither numbers nor text")
        self._inspect_attributes(dataset)
        if not is_bare(dataset):
            self._inspect_size(dataset, what, DEFLATE in filters)

    def _inspect_size(self, dataset: h5py.Dataset, what: str, packed: bool) -> None:
        width = dataset.dtype.itemsize
        claimed, stored = dataset.size * width, dataset.id.get_storage_size()
        if claimed > MAX_BYTES or (claimed > SMALL and claimed > MAX_RATIO * stored):
            self._refuse(f"{what} claims {claimed} bytes, of which {stored} are stored")
        if math.prod(dataset.chunks or ()) * width > MAX_CHUNK:
            self._refuse(f"{what} is stored in chunks of more than {MAX_CHUNK} bytes")
        if packed:
            self._packed += claimed
        else:
            self._plain += claimed
        if self._packed > MAX_UNPACKED:
            self._refuse(f": its compressed variables claim more than {MAX_UNPACKED} bytes")
        if self._plain > self.size + UNSTORED:
            self._refuse(f": its variables claim more than the {self.size} bytes it takes on disk")

    def _inspect_attributes(self, thing: h5py.Group | h5py.Dataset) -> None:
        self._attributes += h5py.h5a.get_num_attrs(thing.id)
        if self._attributes > MAX_ATTRIBUTE_COUNT:
            self._refuse(f" has more than {MAX_ATTRIBUTE_COUNT} attributes")
        for name in thing.attrs:
            attribute = thing.attrs.get_id(name)
            what, kind = f": attribute {name!r:.80}", attribute.get_type()
            if attribute.get_space().get_simple_extent_type() == h5py.h5s.NULL:
                self._refuse(f"{what} holds neither numbers nor text")
            claimed = math.prod(attribute.shape or ()) * kind.get_size()
            size = max(attribute.get_storage_size(), claimed)
            if size > MAX_ATTRIBUTE:
                self._refuse(f"{what} holds {size} bytes")
            self._attribute_bytes += size
            if self._attribute_bytes > MAX_ATTRIBUTES:
                self._refuse(f": its attributes hold more than {MAX_ATTRIBUTES} bytes")
            tied = isinstance(thing, h5py.Dataset) and LABELS.get(name) == kind.get_class()
            if not tied and not _usual(kind):
                self._refuse(f"{what} holds neither numbers nor text")

    def _refuse(self, what: str) -> NoReturn:
        raise Unreadable(f"{self.called}{what}")


def _usual(kind: Any) -> bool:
    """Return whether a type is text, a truth value, or a number as machines have them."""
    if isinstance(kind, h5py.h5t.TypeStringID):
        return kind.is_variable_str() or kind.get_size() <= MAX_ATTRIBUTE
    if not isinstance(kind, h5py.h5t.TypeAtomicID | h5py.h5t.TypeEnumID):
        return False
    if kind.get_class() not in (h5py.h5t.INTEGER, h5py.h5t.FLOAT, h5py.h5t.ENUM):
        return False
    try:
        dtype = np.dtype(kind.dtype)
    except (TypeError, ValueError):
        return False
    usual = dtype.kind in "iufb" and dtype.itemsize <= 8
    return usual and bool(h5py.h5t.py_create(dtype).equal(kind))
