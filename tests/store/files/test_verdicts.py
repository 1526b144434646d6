import os
import signal
import subprocess
import sys
import time

import pytest

from grokscope.errors import NewerSchema
from grokscope.store.files import verdicts
from grokscope.store.files.cache import cache_directory
from grokscope.store.files.verdicts import MOST, SIZE, VERDICTS, Verdicts, identity, own, settled


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    return path


def key(number):
    return number.to_bytes(SIZE, "big")


def file():
    return next(iter(cache_directory().iterdir()))


def test_what_passed_is_known_here_and_to_every_process_of_the_user():
    first, second = Verdicts(), Verdicts()
    assert not second.passed(key(1))
    first.admit(key(1))
    assert first.passed(key(1))
    assert second.passed(key(1))
    assert not second.passed(key(2))


def test_a_cache_that_vanishes_is_begun_anew():
    first = Verdicts()
    first.admit(key(1))
    file().unlink()
    assert first.passed(key(1))
    first.admit(key(2))
    assert Verdicts().passed(key(2))
    assert not Verdicts().passed(key(1))


def test_without_a_cache_each_process_remembers_for_itself(monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", "")
    first = Verdicts()
    first.admit(key(1))
    assert first.passed(key(1))
    assert not Verdicts().passed(key(1))


def test_a_cache_that_takes_nothing_is_done_without(monkeypatch):
    first = Verdicts()
    first.admit(key(0))

    def refuse(*asked):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", refuse)
    first.admit(key(1))
    assert first.passed(key(1))
    monkeypatch.undo()
    assert not Verdicts().passed(key(1))


def test_a_torn_cache_gives_no_wrong_answer_and_is_begun_anew():
    Verdicts().admit(key(1))
    file().write_bytes(file().read_bytes()[:-3] + b"xyz" + b"torn")
    other = Verdicts()
    assert not other.passed(key(1))
    other.admit(key(2))
    assert Verdicts().passed(key(2))
    assert file().stat().st_size == SIZE


def test_the_older_half_goes_where_the_cache_is_full():
    first = Verdicts()
    first.admit(key(0))
    file().write_bytes(b"".join(map(key, range(MOST // SIZE))))
    first.admit(key(1 << 40))
    last = Verdicts()
    assert last.passed(key(1 << 40))
    assert last.passed(key(MOST // SIZE - 1))
    assert not last.passed(key(0))
    assert file().stat().st_size == MOST // 2 + SIZE


def test_processes_that_admit_at_once_lose_nothing():
    code = (
        "from grokscope.store.files.verdicts import VERDICTS as v; import sys\n"
        "for i in range(300): v.admit((int(sys.argv[1]) * 1000 + i).to_bytes(16, 'big'))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(i)]) for i in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    now = Verdicts()
    assert all(now.passed(key(p * 1000 + i)) for p in range(3) for i in range(300))


def test_why_a_file_did_not_pass_is_told_each_time_by_an_error_of_its_own():
    verdicts = Verdicts()
    assert verdicts.refusal(key(1)) is None
    verdicts.refuse(key(1), NewerSchema("later"))
    one, two = verdicts.refusal(key(1)), verdicts.refusal(key(1))
    assert type(one) is NewerSchema
    assert str(one) == "later"
    assert one is not two


def test_a_file_that_did_not_pass_for_a_while_gets_another_chance(monkeypatch):
    verdicts = Verdicts()
    verdicts.refuse(key(1), NewerSchema("later"), 60)
    assert verdicts.refusal(key(1))
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + 61)
    assert verdicts.refusal(key(1)) is None


def test_identity_changes_with_a_byte_though_size_and_mtime_stay(path):
    before = path.stat()
    for _ in range(100):
        path.write_bytes(b"9876543210")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        if path.stat().st_ctime_ns != before.st_ctime_ns:
            break
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert identity(path.stat()) != identity(before)


def test_identity_changes_with_a_rename_and_the_rules(path, monkeypatch):
    before = path.stat()
    other = path.with_name("other")
    other.write_bytes(b"0123456789")
    other.replace(path)
    assert identity(path.stat()) != identity(before)
    passed = identity(before)
    monkeypatch.setattr(verdicts, "RULES", 1000)
    assert identity(before) != passed


def test_a_file_stands_still_some_time_after_its_last_change(path, monkeypatch):
    assert not settled(path.stat())
    now = path.stat().st_ctime
    monkeypatch.setattr("time.time", lambda: now + 3)
    assert settled(path.stat())


def test_an_own_file_counts_only_if_it_is_what_was_written(path):
    written = path.stat()
    own(path, written)
    assert Verdicts().passed(identity(path.stat()))
    stranger = path.with_name("stranger")
    stranger.write_bytes(b"0123456789")
    stranger.replace(path)
    own(path, written)
    assert not Verdicts().passed(identity(path.stat()))
    path.unlink()
    own(path, written)


def test_a_fork_while_a_thread_asks_does_not_hang():
    with VERDICTS._lock:
        child = os.fork()
        if not child:
            signal.alarm(20)
            VERDICTS.passed(b"unknown")
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
