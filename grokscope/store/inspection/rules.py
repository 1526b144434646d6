"""What a file of a run may consist of, seen from its structure before a value is read."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

import h5py
import numpy as np

from grokscope.errors import Unreadable
from grokscope.store.hdf5.groups import LABELS, address, is_bare, links_in, scales_of
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
UNREAD = frozenset({b"CLASS", b"NAME", b"REFERENCE_LIST"})
"""Attributes of dimensions, which are many: no reader asks for them but `is_bare`, with care."""
GROUPS = (METRICS_GROUP, EVENTS_GROUP, TRAJECTORY_GROUP, ANALYSIS)


class Found(NamedTuple):
    """A variable that may be read."""

    path: str
    data: h5py.h5d.DatasetID
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    """Empty where it is stored in one piece."""
    packed: bool


class Inspector:
    """One walk over the objects of a file, which refuses at the first that no run has.

    It asks HDF5 itself, each object once: h5py's own interface takes five times as long, and a
    model may have thousands of tensors.

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
        self._homes: dict[int, str] = {}
        """The group of each object, by the object's address."""
        self._labels: list[tuple[str, str, int]] = []
        """Variables, their groups, and addresses of what labels them."""
        self._dtypes: dict[bytes, np.dtype[Any] | None] = {}
        self._objects = self._attributes = self._attribute_bytes = 0
        self._packed = self._plain = 0

    def walk(self, file: h5py.File) -> Iterator[Found]:
        """Look at every object and its attributes; yield the variables, in no order.

        Raises
        ------
        Unreadable
            Naming the object and what is wrong with it.
        """
        root = file["/"].id
        self._homes[address(root)] = ""
        waiting = [("", 0)]
        while waiting:
            path, depth = waiting.pop()
            group = h5py.h5o.open(root, path.encode() or b"/")
            self._inspect_attributes(group)
            self._objects += group.get_num_objs()
            if self._objects > MAX_OBJECTS or (depth > MAX_DEPTH and group.get_num_objs()):
                self._refuse(f" holds more than {MAX_OBJECTS} objects or {MAX_DEPTH} levels")
            for name, place in links_in(group):
                thing = self._member(group, path, name, place)
                if isinstance(thing, h5py.h5g.GroupID):
                    waiting.append((f"{path}/{name}", depth + 1))
                elif found := self._inspect_dataset(thing, path, name):
                    yield found
        self._expect_labels()

    def _member(self, group: h5py.h5g.GroupID, path: str, name: str, place: int | None) -> Any:
        if place is None:
            self._refuse(f": {name!r:.80} is a link, which no run has")
        if place in self._homes:
            self._refuse(
                f": {name!r:.80} is a second name of something, which nothing in a run has"
            )
        self._homes[place] = path
        thing = h5py.h5o.open(group, name.encode())
        if isinstance(thing, h5py.h5g.GroupID):
            return thing
        if not isinstance(thing, h5py.h5d.DatasetID):
            self._refuse(f": {name!r:.80} is neither group nor variable")
        if not path and name in GROUPS:
            self._refuse(f": {name!r} is no group")
        if path == f"/{ANALYSIS}":
            self._refuse(f": stored measure {name!r:.80} is no group")
        return thing

    def _expect_labels(self) -> None:
        for path, home, place in self._labels:
            if self._homes.get(place) != home:
                self._refuse(f": {path!r:.80} is labelled by what its own group does not hold")

    def _inspect_dataset(self, data: h5py.h5d.DatasetID, home: str, name: str) -> Found | None:
        """Return a variable, None for a dimension without labels, whose data nobody reads."""
        path = f"{home}/{name}"
        what, plist = f": {path!r:.80}", data.get_create_plist()
        layout = plist.get_layout()
        if layout == h5py.h5d.VIRTUAL or plist.get_external_count():
            self._refuse(f"{what} keeps its data in another file, which no run does")
        filters = {plist.get_filter(i)[0] for i in range(plist.get_nfilters())}
        if filters - FILTERS:
            self._refuse(f"{what} needs a filter plugin ({min(filters - FILTERS)})")
        dtype = self._usual(data.get_type())
        labelled = self._inspect_attributes(data)
        # of a file without groups, readers read everything
        if dtype is not None and home and is_bare(data):
            return None
        if dtype is None or (shape := data.shape) is None:
            self._refuse(f"{what} holds neither numbers nor text")
        # nobody asks the file what labels parameters, which takes HDF5 a quarter of the time
        if labelled and home != f"/{TRAJECTORY_GROUP}":
            scales = [scale for scale in scales_of(data) if scale is not None]
            self._labels += [(path, home, address(scale)) for scale in scales]
        chunks = plist.get_chunk() if layout == h5py.h5d.CHUNKED else ()
        found = Found(path, data, dtype, shape, chunks, DEFLATE in filters)
        self._inspect_size(found, what)
        return found

    def _inspect_size(self, found: Found, what: str) -> None:
        width = found.dtype.itemsize
        claimed = math.prod(found.shape) * width
        if claimed > SMALL and claimed > MAX_RATIO * (stored := found.data.get_storage_size()):
            self._refuse(f"{what} claims {claimed} bytes, of which {stored} are stored")
        if claimed > MAX_BYTES:
            self._refuse(f"{what} claims {claimed} bytes, of {MAX_BYTES} that one may have")
        if math.prod(found.chunks) * width > MAX_CHUNK:
            self._refuse(f"{what} is stored in chunks of more than {MAX_CHUNK} bytes")
        if found.packed:
            self._packed += claimed
        else:
            self._plain += claimed
        if self._packed > MAX_UNPACKED:
            self._refuse(f": its compressed variables claim more than {MAX_UNPACKED} bytes")
        if self._plain > self.size + UNSTORED:
            self._refuse(f": its variables claim more than the {self.size} bytes it takes on disk")

    def _inspect_attributes(self, thing: Any) -> bool:
        """Look at attributes and read them; return whether one names labels."""
        names: list[bytes] = []
        h5py.h5a.iterate(thing, names.append)
        self._attributes += len(names)
        if self._attributes > MAX_ATTRIBUTE_COUNT:
            self._refuse(f" has more than {MAX_ATTRIBUTE_COUNT} attributes")
        for name in names:
            if name in UNREAD:
                continue
            attribute = h5py.h5a.open(thing, name)
            what, kind = f": attribute {name.decode()!r:.80}", attribute.get_type()
            space = attribute.get_space()
            if space.get_simple_extent_type() == h5py.h5s.NULL:
                self._refuse(f"{what} holds neither numbers nor text")
            size = space.get_simple_extent_npoints() * kind.get_size()
            if size > MAX_ATTRIBUTE:
                self._refuse(f"{what} holds {size} bytes")
            self._attribute_bytes += size
            if self._attribute_bytes > MAX_ATTRIBUTES:
                self._refuse(f": its attributes hold more than {MAX_ATTRIBUTES} bytes")
            if name == LABELS and kind.get_class() == h5py.h5t.VLEN:
                continue
            dtype = self._usual(kind)
            if dtype is None:
                self._refuse(f"{what} holds neither numbers nor text")
            attribute.read(np.empty(space.get_simple_extent_dims(), dtype))
        return LABELS in names

    def _usual(self, kind: h5py.h5t.TypeID) -> np.dtype[Any] | None:
        told = kind.encode()
        if told not in self._dtypes:
            self._dtypes[told] = kind.dtype if _usual(kind) else None
        return self._dtypes[told]

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
