"""Files no run has, each with what it is refused with; and a sound one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

Build = Callable[[h5py.File], object]
SECRET = "what a local file holds"


def make(path: Path, build: Build = lambda file: None, version: str = "1.0.0") -> Path:
    """Write a file with a curve, and whatever `build` adds to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w", libver="v110") as file:
        file.attrs["schema_version"] = version
        file.create_group("events")
        file["probe/loss"] = np.arange(100.0)
        build(file)
    return path


def patched(path: Path, changes: dict[int, bytes]) -> Path:
    """Overwrite bytes of a file."""
    data = bytearray(path.read_bytes())
    for at, new in changes.items():
        data[at : at + len(new)] = new
    path.write_bytes(data)
    return path


def external(path: Path) -> Path:
    secret = path.with_name("secret")
    secret.write_text(SECRET)
    return make(path, lambda f: f.create_dataset("e", 8, "u1", external=[(str(secret), 0, 8)]))


def virtual(path: Path) -> Path:
    layout = h5py.VirtualLayout((100,), "f8")
    layout[:] = h5py.VirtualSource(str(path.with_name("other.h5")), "x", (100,))
    return make(path, lambda f: f.create_virtual_dataset("v", layout))


def nested(path: Path) -> Path:
    return make(path, lambda f: f.create_group("/".join(["g"] * 3000)))


def crowded(count: int) -> Callable[[Path], Path]:
    return lambda path: make(path, lambda f: [f.create_group(f"g{i}") for i in range(count)])


def vast_attribute(size: int) -> Callable[[Path], Path]:
    return lambda path: make(path, lambda f: f.attrs.create("vast", np.zeros(size, "u1")))


def many_large_attributes(path: Path) -> Path:
    def build(file: h5py.File) -> None:
        for i in range(20):
            file.attrs.create(f"a{i}", np.zeros(1 << 17))

    return make(path, build)


def unknown_filter(path: Path) -> Path:
    make(path)
    # netCDF4 brings this filter along, and tells HDF5 where it lies
    code = f"""
import h5py, sys
plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
plist.set_chunk((100,))
plist.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, (1, 2))
space = h5py.h5s.create_simple((100,))
with h5py.File({str(path)!r}, "r+") as file:
    data = h5py.h5d.create(file.id, b"blosc", h5py.h5t.IEEE_F64LE, space, plist)
    data.write_direct_chunk((0,), bytes(800))
"""
    environment = os.environ | {"HDF5_PLUGIN_PRELOAD": "::"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    return path


def sparse(path: Path) -> Path:
    def build(file: h5py.File) -> None:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        space = h5py.h5s.create_simple((10 << 27,))
        h5py.h5d.create(file.id, b"hole", h5py.h5t.IEEE_F64LE, space, plist)

    return make(path, build)


def one_text_a_million_times(path: Path) -> Path:
    text = np.array(["x" * (1 << 20)] + ["y"] * 100_000, object)
    place = []

    def build(file: h5py.File) -> None:
        file.create_dataset("t", data=text, dtype=h5py.string_dtype())
        place.append(file["t"].id.get_offset())

    make(path, build)
    data = path.read_bytes()
    first = data[place[0] : place[0] + 16]
    return patched(path, {place[0]: first * len(text)})


def claims_terabytes_in_one_chunk(path: Path) -> Path:
    return make(path, lambda f: f.create_dataset("c", (1 << 28,), "f8", chunks=(1 << 28,)))


def own_float(path: Path) -> Path:
    kind = h5py.h5t.IEEE_F64LE.copy()
    kind.set_fields(63, 40, 23, 0, 40)
    space = h5py.h5s.create_simple((10,))
    return make(path, lambda f: h5py.h5d.create(f.id, b"odd", kind, space))


def userblock(path: Path) -> Path:
    make(path)
    path.write_bytes(b"#!/bin/sh\n" + bytes(502) + path.read_bytes())
    return path


def superblock(at: int, new: bytes) -> Callable[[Path], Path]:
    return lambda path: patched(make(path), {at: new})


def bad_checksum(path: Path) -> Path:
    data = np.arange(1000.0)
    make(path, lambda f: f.create_dataset("c", data=data, chunks=(1000,), fletcher32=True))
    return patched(path, {path.read_bytes().index(data.tobytes()) + 80: b"\xff"})


def truncated(keep: int) -> Callable[[Path], Path]:
    def build(path: Path) -> Path:
        make(path).write_bytes(path.read_bytes()[:keep])
        return path

    return build


def garbage(path: Path) -> Path:
    path.write_bytes(np.random.default_rng(0).bytes(5000))
    return path


def with_attribute(name: str, value: object, dtype: object = None) -> Callable[[Path], Path]:
    return lambda path: make(path, lambda f: f.attrs.create(name, value, dtype=dtype))


def with_data(**options: object) -> Callable[[Path], Path]:
    return lambda path: make(path, lambda f: f.create_dataset("d", **options))


def with_member(thing: object) -> Callable[[Path], Path]:
    return lambda path: make(path, lambda f: f.__setitem__("d", thing))


def region(path: Path) -> Path:
    def build(file: h5py.File) -> None:
        file.create_dataset("d", 1, h5py.regionref_dtype)[0] = file["probe/loss"].regionref[:3]

    return make(path, build)


def fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def directory(path: Path) -> Path:
    path.mkdir()
    return path


def symlink(path: Path) -> Path:
    path.symlink_to(make(path.with_name("elsewhere.h5")))
    return path


def device(path: Path) -> Path:
    path.symlink_to("/dev/zero")
    return path


OUTSIDE = "keeps its data in another file"
LINK = "is a link, which no run has"
TYPE = "holds neither numbers nor text"
HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "external raw storage": (external, OUTSIDE),
    "virtual dataset": (virtual, OUTSIDE),
    "external link": (with_member(h5py.ExternalLink("/etc/x.h5", "/")), LINK),
    "soft link": (with_member(h5py.SoftLink("/probe")), LINK),
    "soft link to itself": (with_member(h5py.SoftLink("/d")), LINK),
    "soft link out of the tree": (with_member(h5py.SoftLink("/../../etc")), LINK),
    "cycle of hard links": (
        lambda path: make(path, lambda f: f["probe"].__setitem__("self", f["probe"])),
        "second name",
    ),
    "second hard link": (
        lambda path: make(path, lambda f: f.__setitem__("again", f["probe/loss"])),
        "second name",
    ),
    "named type": (with_member(np.dtype("f8")), "neither group nor variable"),
    "object references": (
        lambda path: make(
            path, lambda f: f.create_dataset("d", data=[f.ref], dtype=h5py.ref_dtype)
        ),
        TYPE,
    ),
    "region references": (region, TYPE),
    "numbers of variable length": (with_data(shape=3, dtype=h5py.vlen_dtype("i4")), TYPE),
    "compound type": (with_data(data=np.zeros(3, "i4,f8")), TYPE),
    "complex numbers": (with_data(data=np.zeros(3, "c16")), TYPE),
    "opaque bytes": (with_data(data=np.zeros(3, "V8")), TYPE),
    "array type": (with_data(shape=3, dtype=np.dtype(("f8", (3,)))), TYPE),
    "no data space": (with_data(data=h5py.Empty("f8")), TYPE),
    "a float of its own making": (own_float, TYPE),
    "attribute of references": (
        lambda path: make(path, lambda f: f.attrs.create("d", f.ref, dtype=h5py.ref_dtype)),
        TYPE,
    ),
    "attribute of compound type": (with_attribute("d", np.zeros(2, "i4,i4")), TYPE),
    "labels that are none": (
        lambda path: make(
            path, lambda f: f["probe/loss"].attrs.create("DIMENSION_LIST", np.zeros(2, "i4,i4"))
        ),
        TYPE,
    ),
    "empty attribute": (with_attribute("d", h5py.Empty("f8")), TYPE),
    "10^12 values never written": (
        with_data(shape=(10**12,), dtype="f8", chunks=(1000,)),
        "claims 8000000000000 bytes, of which 0 are stored",
    ),
    "2^25 zeros, compressed": (
        with_data(data=np.zeros(1 << 22), compression="gzip"),
        "claims 33554432 bytes",
    ),
    "many variables never written": (
        lambda path: make(
            path,
            lambda f: [
                f.create_dataset(f"d{i}", (1 << 20,), "f8", chunks=(1000,)) for i in range(40)
            ],
        ),
        "its variables claim more than",
    ),
    "a hole of 10 GB": (sparse, "its variables claim more than"),
    "chunks of 2 GB": (claims_terabytes_in_one_chunk, "claims 2147483648 bytes"),
    "100 GB of text in 3 MB": (one_text_a_million_times, "memory|characters|damaged"),
    "3,000 nested groups": (nested, "8 levels"),
    "attribute of 2 MB": (vast_attribute(2 << 20), "attribute 'vast' holds 2097152 bytes"),
    "attributes of 20 MB": (many_large_attributes, "its attributes hold more than"),
    "unknown filter": (unknown_filter, r"needs a filter plugin \(32001\)"),
    "filter of h5py alone": (with_data(data=np.zeros(100), compression="lzf"), "plugin"),
    "bytes before the file": (userblock, "no HDF5 file or a truncated one"),
    "superblock of version 99": (superblock(8, b"\x63"), "no HDF5 file or a truncated one"),
    "addresses of 200 bytes": (superblock(9, b"\xc8\xc8"), "no HDF5 file or a truncated one"),
    "end of file beyond all": (superblock(28, b"\xff" * 7 + b"\x7f"), "no HDF5 file|damaged"),
    "root group beyond the end": (superblock(36, b"\xf0" * 8), "no HDF5 file|damaged"),
    "text that is none": (
        with_data(data=b"\xff", dtype=h5py.string_dtype()),
        r"is damaged: .*can't decode",
    ),
    "wrong checksum": (bad_checksum, "is damaged"),
    "curves that are no group": (
        lambda path: make(path, lambda f: f.__setitem__("metrics", 1.0)),
        "'metrics' is no group",
    ),
    "measure that is no group": (
        lambda path: make(path, lambda f: f.__setitem__("analysis/x", 1.0)),
        "stored measure 'x' is no group",
    ),
    "nothing": (truncated(0), "no HDF5 file or a truncated one"),
    "100 bytes of a file": (truncated(100), "no HDF5 file or a truncated one"),
    "1,000 bytes of a file": (truncated(1000), "no HDF5 file or a truncated one|damaged"),
    "garbage": (garbage, "no HDF5 file or a truncated one"),
    "pipe": (fifo, "is no plain file"),
    "directory": (directory, "is no plain file"),
    "symbolic link": (symlink, "is a symbolic link"),
    "symbolic link to a device": (device, "is a symbolic link"),
}
"""What is wrong: how to make it, and what it is refused with."""
LARGE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "2^30 zeros, compressed": (
        with_data(data=np.zeros(1 << 30, "u1"), compression="gzip"),
        "claims 1073741824 bytes",
    ),
    "31,000 groups": (crowded(31_000), "more than 30000 objects"),
    "attribute of 200 MB": (vast_attribute(200 << 20), "attribute 'vast' holds 209715200 bytes"),
}
"""The same as of some in `HOSTILE`, at full size; making them takes long."""
