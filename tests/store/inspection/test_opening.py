import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import h5py
import pytest

from grokscope.errors import NewerSchema, NotARun, Unreadable
from grokscope.store.files import verdicts
from grokscope.store.files.publish import publish
from grokscope.store.files.verdicts import VERDICTS
from grokscope.store.inspection import damage, open_checked, open_published, opening
from grokscope.store.inspection.looker import LOOKER
from tests.store.inspection.hostile import HOSTILE, LARGE, SECRET, external, make, truncated

PLUGIN = """
#include <stdio.h>
__attribute__((constructor)) static void tell(void) { fclose(fopen("%s", "w")); }
"""
OPENED = """
import sys
from pathlib import Path
from grokscope.store.inspection import open_checked
with open_checked(Path(sys.argv[1])):
    pass
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run" / "run.h5"


@pytest.fixture
def still(monkeypatch):
    """Let every file count as one that stands still."""
    monkeypatch.setattr(verdicts, "SETTLED", -1e9)


def counted(monkeypatch):
    looks, look = [], LOOKER.look
    monkeypatch.setattr(LOOKER, "look", lambda *asked: looks.append(asked) or look(*asked))
    return looks


def refused(path):
    with pytest.raises(Unreadable) as caught, open_checked(path):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_sound_file_opens(path):
    with open_checked(make(path)) as file:
        assert file["probe/loss"][3] == 3


def test_a_missing_file_is_missing(path):
    with pytest.raises(FileNotFoundError), open_checked(path):
        pass


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_by_name_in_one_line(path, case):
    build, wanted = HOSTILE[case]
    told = refused(build(path))
    assert told.startswith("run/run.h5")
    assert re.search(wanted, told), told
    assert SECRET not in told


@pytest.mark.slow
@pytest.mark.parametrize("case", LARGE)
def test_a_large_hostile_file_is_refused_at_once(path, case):
    build, wanted = LARGE[case]
    build(path)
    began = time.process_time()
    assert re.search(wanted, refused(path))
    assert time.process_time() - began < 1


def test_a_refusal_is_remembered(path, monkeypatch):
    make(path, lambda file: file.__setitem__("d", h5py.SoftLink("/probe")))
    told = refused(path)
    monkeypatch.setattr(LOOKER, "look", None)
    assert refused(path) == told


def test_a_file_that_passed_is_not_looked_at_again(path, still, monkeypatch):
    make(path)
    with open_checked(path):
        pass
    monkeypatch.setattr(LOOKER, "look", None)
    VERDICTS.forget()
    with open_checked(path) as file:
        assert file["probe/loss"][3] == 3


def test_a_file_that_changed_just_now_is_looked_at_again(path, monkeypatch):
    looks = counted(monkeypatch)
    for _ in range(2):
        with open_checked(make(path)):
            pass
    assert len(looks) == 2


def test_a_changed_byte_brings_another_look(path, still, monkeypatch):
    make(path)
    with open_checked(path):
        pass
    looks = counted(monkeypatch)
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"x")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with open_checked(path):
        pass
    assert looks


def test_what_was_published_here_needs_no_look(path, monkeypatch):
    publish(path, make)
    monkeypatch.setattr(LOOKER, "look", None)
    for _ in range(2):
        with open_checked(path) as file:
            assert file["probe/loss"][3] == 3
        # as another process of the same user
        VERDICTS.forget()


def test_what_was_published_here_is_looked_at_where_there_is_no_cache(path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", "")
    publish(path, make)
    VERDICTS.forget()
    looks = counted(monkeypatch)
    with open_checked(path):
        pass
    assert looks


def test_what_takes_the_place_of_a_published_file_is_not_trusted(path, tmp_path, monkeypatch):
    stranger = external(tmp_path / "stranger.h5")
    replace = Path.replace

    def swap(self, target):
        moved = replace(self, target)
        replace(stranger, target)
        return moved

    monkeypatch.setattr(Path, "replace", swap)
    publish(path, make)
    assert "another file" in refused(path)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_file_replaced_during_the_look_is_read_as_it_was(path, monkeypatch, when):
    make(path)
    hostile = external(path.with_name("hostile.h5"))
    look = LOOKER.look

    def swap(place, called):
        found = look(place, called) if when == "after" else None
        if hostile.exists():
            hostile.replace(path)
        return found or look(place, called)

    monkeypatch.setattr(LOOKER, "look", swap)
    with open_checked(path) as file:
        assert file["probe/loss"][3] == 3
    assert "another file" in refused(path)


def test_a_file_that_never_stands_still_is_given_up(path, monkeypatch):
    make(path)
    look = LOOKER.look

    def change(place, called):
        path.touch()
        return look(place, called)

    monkeypatch.setattr(LOOKER, "look", change)
    assert "changes faster" in refused(path)


@pytest.mark.parametrize("shown", [True, False])
def test_the_file_that_opens_is_the_one_that_passed(path, monkeypatch, shown):
    make(path)
    hostile = external(path.with_name("hostile.h5"))
    place_opened = opening.open_place

    def swap(place, name):
        if hostile.exists():
            hostile.replace(path)
        return place_opened(place, name) if shown else h5py.File(name, "r")

    monkeypatch.setattr(opening, "open_place", swap)
    if shown:
        with open_checked(path) as file:
            assert file["probe/loss"][3] == 3
    assert "another file" in refused(path)


@pytest.mark.parametrize("part", ["segments", "analysis", "live"])
def test_files_behind_a_symbolic_link_are_no_part_of_a_run(path, tmp_path, part):
    make(tmp_path / "elsewhere" / "x.h5")
    (path.parent / part).symlink_to(tmp_path / "elsewhere")
    assert refused(path.parent / part / "x.h5").endswith(
        f"{part} is a symbolic link, which no run has"
    )


def test_a_file_that_may_not_be_read_is_told(path, monkeypatch):
    make(path)

    def denied(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(opening, "open_plain", denied)
    assert refused(path) == "run/run.h5 cannot be read now: permission denied"


def test_a_file_that_xarray_has_open_opens_all_the_same(path):
    with h5py.File(make(path)), open_checked(path) as file:
        assert file["probe/loss"][3] == 3


def test_a_name_that_steers_a_terminal_does_not_reach_the_message(tmp_path):
    assert "\x1b" not in refused(truncated(100)(tmp_path / "\x1b[31mred.h5"))


def test_a_run_without_its_file_and_no_run_are_told_apart(tmp_path):
    (tmp_path / "run").mkdir()
    with (
        pytest.raises(Unreadable, match=r"run 'run' has no run\.h5"),
        open_published(tmp_path / "run"),
    ):
        pass
    with pytest.raises(NotARun, match="there is no run 'none'"), open_published(tmp_path / "none"):
        pass


def test_a_newer_major_version_is_refused(path):
    told = pytest.raises(NewerSchema, match=r"run/run\.h5 has schema version 2")
    with told, open_checked(make(path, version="2.0")):
        pass


def test_a_file_without_a_version_is_not_ours(path):
    with h5py.File(path, "w") as file:
        file["x"] = 1
    assert "carries no schema_version" in refused(path)


def test_no_plugin_is_loaded(path, tmp_path):
    compiler = shutil.which("cc") or pytest.skip("no C compiler to make a plugin with")
    loaded, source = tmp_path / "loaded", tmp_path / "plugin.c"
    source.write_text(PLUGIN % loaded)
    command = [compiler, "-shared", "-fPIC", "-o", str(tmp_path / "libplugin.so"), str(source)]
    subprocess.run(command, check=True)
    HOSTILE["unknown filter"][0](path)

    def run(code):
        # in processes of their own: HDF5 never forgets where it looked for plugins
        there = os.environ | {"HDF5_PLUGIN_PATH": str(tmp_path)}
        there.pop("HDF5_PLUGIN_PRELOAD", None)
        command = [sys.executable, "-c", code, str(path)]
        return subprocess.run(command, env=there, capture_output=True, text=True, check=False)

    run("import h5py, sys; h5py.File(sys.argv[1])['blosc'][:]")
    assert loaded.exists(), "plain h5py loads the plugin"
    loaded.unlink()
    assert "needs a filter plugin" in run(OPENED).stderr
    assert not loaded.exists()


@pytest.mark.parametrize(
    "mistake", [KeyError, ValueError, OSError, RuntimeError, ZeroDivisionError]
)
def test_mistakes_of_the_reader_itself_are_not_told_as_damage(path, mistake):
    with pytest.raises(mistake, match="mine"), open_checked(make(path)):
        raise mistake("mine")


def test_what_hdf5_raises_on_damaged_data_is_told_as_damage(path):
    with pytest.raises(Unreadable, match=r"run/run\.h5 is damaged: bad"), damage(path):
        raise RuntimeError("'bad'\nmore")
    with pytest.raises(NotARun), damage(path):
        raise NotARun("mine")
