from pathlib import Path

import pytest

from tests.store.crash.strace import Operation, operations

ROOT = Path("/there")


def quoted(text: str) -> str:
    return '"' + hexed(text) + '"'


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def read(*lines: str) -> list[Operation]:
    return list(operations(lines, ROOT))


def opened(name: str, flags: str = "O_WRONLY|O_CREAT|O_TRUNC", fd: int = 3) -> str:
    return (
        f"7 openat(AT_FDCWD<{hexed('/')}>, {quoted(f'/there/{name}')}, {flags}, 0644)"
        f" = {fd}<{hexed(f'/there/{name}')}>"
    )


def test_writes_follow_one_another_and_go_where_they_are_sent():
    place = f"3<{hexed('/there/a')}>"
    assert read(
        opened("a"),
        f"7 write({place}, {quoted('one')}, 3) = 3",
        f"7 write({place}, {quoted('two')}, 3) = 2",
        f"7 lseek({place}, 9, SEEK_SET) = 9",
        f"7 writev({place}, [{{iov_base={quoted('x')}, iov_len=1}},"
        f" {{iov_base={quoted('yz')}, iov_len=2}}], 2) = 3",
        f"7 pwrite64({place}, {quoted('p')}, 1, 4) = 1",
        f"7 fsync({place}) = 0",
    )[2:] == [
        Operation("write", "a", offset=0, data=b"one"),
        Operation("write", "a", offset=3, data=b"tw"),
        Operation("write", "a", offset=9, data=b"xyz"),
        Operation("write", "a", offset=4, data=b"p"),
        Operation("sync", "a"),
    ]


def test_a_call_that_was_cut_in_two_counts_where_it_ends():
    a, b = quoted("/there/a"), quoted("/there/b")
    assert read(
        f"7 rename({a}, {b} <unfinished ...>",
        f"12 mkdir({quoted('/there/d')}, 0777) = 0",
        "7 <... rename resumed>) = 0",
    ) == [Operation("mkdir", "d"), Operation("rename", "a", "b")]


def test_what_failed_or_lies_elsewhere_changes_nothing():
    assert not read(
        f"7 unlink({quoted('/there/a')}) = -1 ENOENT (No such file or directory)",
        f"7 unlink({quoted('/elsewhere/a')}) = 0",
        "7 +++ exited with 0 +++",
    )


@pytest.mark.parametrize(
    "line",
    [
        f"7 fallocate(3<{hexed('/there/a')}>, 0, 0, 9) = 0",
        f"7 truncate({quoted('/there/a')}, 9) = 0",
        f"7 copy_file_range(4<{hexed('/b')}>, NULL, 3<{hexed('/there/a')}>, NULL, 9, 0) = 9",
        f"7 mmap(NULL, 9, PROT_READ|PROT_WRITE, MAP_SHARED, 3<{hexed('/there/a')}>, 0) = 0x7f00",
        f"7 rename({quoted('/elsewhere/a')}, {quoted('/there/a')}) = 0",
        "no line of strace",
    ],
)
def test_nothing_that_might_change_the_store_goes_unseen(line):
    with pytest.raises(AssertionError):
        read(line)
