import random

from tests.store.crash.disk import Disk
from tests.store.crash.strace import Operation


def disk(*operations: Operation) -> Disk:
    made = Disk()
    for operation in operations:
        made.do(operation)
    return made


def cuts(made: Disk, count: int = 300) -> set[tuple[tuple[str, bytes | None], ...]]:
    chance = random.Random(1)
    return {tuple(sorted(made.after_power_cut(chance).items())) for _ in range(count)}


def write(path: str, data: bytes, offset: int = 0) -> Operation:
    return Operation("write", path, offset=offset, data=data)


CREATE, SYNC = Operation("create", "a"), Operation("sync", "a")
NAMES = Operation("sync", ".")
REPLACE = (Operation("create", "n"), write("n", b"new"))
RENAME = Operation("rename", "n", "a")
OLD = (CREATE, write("a", b"old"), SYNC, NAMES)


def test_a_process_that_dies_takes_nothing_back():
    made = disk(CREATE, write("a", b"one"), write("a", b"two", 4))
    assert made.state() == {"a": b"one\0two"}
    assert made.with_part(write("a", b"xyz", 2), b"x") == {"a": b"onx\0two"}


def test_what_was_synced_with_its_name_outlives_the_machine():
    assert cuts(disk(*OLD)) == {(("a", b"old"),)}


def test_bytes_without_their_name_may_be_gone():
    assert cuts(disk(CREATE, write("a", b"old"), SYNC)) == {(), (("a", b"old"),)}


def test_a_rename_before_the_bytes_are_synced_may_leave_a_torn_file():
    found = {dict(state).get("a") for state in cuts(disk(*OLD, *REPLACE, RENAME))}
    assert {b"old", b"new", b""} <= found


def test_a_rename_after_the_bytes_are_synced_leaves_the_old_or_the_new():
    synced = disk(*OLD, *REPLACE, Operation("sync", "n"), RENAME)
    assert {dict(state)["a"] for state in cuts(synced)} == {b"old", b"new"}
    synced.do(NAMES)
    assert {dict(state)["a"] for state in cuts(synced)} == {b"new"}


def test_later_bytes_may_be_there_without_earlier_ones():
    made = disk(*OLD, write("a", b"one", 3), write("a", b"two", 6))
    assert b"old\0\0\0two" in {dict(state)["a"] for state in cuts(made)}


def test_names_of_one_directory_keep_their_order():
    made = disk(NAMES, Operation("mkdir", "x"), Operation("mkdir", "y"))
    assert cuts(made) == {(), (("x", None),), (("x", None), ("y", None))}
