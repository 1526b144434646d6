import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import Unreadable
from grokscope.store.keeping.annotations import Annotations
from grokscope.store.listing.compact import Entry, Later, packed, unpacked
from tests.store.query.conftest import four, make

STORE = Path("store")


@pytest.fixture
def runs():
    return four()


def entry(run, state="finished", stamp=(1, 2, 3), marked=(0, 0, 0), logged=(4, 5, 6)):
    return Entry(run, state, stamp, marked, logged)


def reread(entries):
    return unpacked(memoryview(packed(entries)), STORE)


def test_runs_come_back_as_they_were(runs):
    found = reread([entry(run) for run in runs])
    for run, (summary, state, *stamps) in zip(runs, found, strict=True):
        told = json.dumps(run.stored("finished"))
        assert json.dumps(summary.stored("finished")) == told
        assert (summary.annotations, summary.path) == (run.annotations, run.path)
        assert (summary.status, state) == ("finished", "finished")
        assert stamps == [(1, 2, 3), (0, 0, 0), (4, 5, 6)]


def test_what_was_made_once_is_kept_and_copies_have_it_too(runs):
    (found,) = reread([entry(runs[0])])
    assert "config" not in vars(found.summary)
    assert found.summary.config is found.summary.config
    assert found.summary.in_state("dead").config is found.summary.config
    with pytest.raises(AttributeError, match="no 'colour'"):
        _ = found.summary.colour


def test_packing_again_gives_the_same_bytes(runs):
    entries = [entry(run) for run in runs]
    assert packed(reread(entries)) == packed(entries)


numbers = st.integers(-(1 << 62), 1 << 62)
reals = st.floats(allow_nan=False, allow_infinity=False)


@given(
    text=st.text(), seed=numbers, total=st.none() | numbers, created=reals, rate=st.none() | reals,
    inode=st.integers(0, (1 << 64) - 1), tags=st.lists(st.text(max_size=3), max_size=2),
    config=st.dictionaries(st.text(max_size=3), st.none() | reals | st.text() | st.booleans()),
)  # fmt: skip
def test_any_value_comes_back(text, seed, total, created, rate, inode, tags, config):
    run = make(
        "run", title=text, seed=seed, total_steps=total, created=created, rate=rate, config=config,
        annotations=Annotations(tuple(tags), text, bool(tags)),
    )  # fmt: skip
    (found,) = reread([entry(run, stamp=(1, 2, inode))])
    assert found.summary == run
    assert reread([found])[0].stamp == found.stamp


def test_no_runs_are_no_bytes_to_speak_of():
    assert reread([]) == []


def test_a_run_that_did_not_end_is_dead_until_its_lock_is_looked_at(runs):
    (found,) = reread([entry(runs[0], "running")])
    assert (found.state, found.summary.status) == ("running", "dead")


@given(st.data())
def test_damage_is_told_and_never_worse(data):
    whole = bytearray(packed([entry(make("a")), entry(make("b"))]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    try:
        found = unpacked(memoryview(bytes(cut)), STORE)
    except (ValueError, TypeError, LookupError, AttributeError, struct.error):
        return
    for summary, *_ in found:
        for name in ("config", "metrics", "outcomes", "moments", "spark"):
            try:
                getattr(summary, name)
            except Unreadable as error:
                assert "index is damaged" in str(error)  # noqa: PT017  any other error fails


def test_a_line_that_is_none_is_told():
    for line in (b"", b"{", b"[]\t3", b"{}\t{}\t{}", b"{}\t{}\t{}\t\xff"):
        with pytest.raises(Unreadable, match="index is damaged at run 'a'"):
            Later("store", "a", line, 0, len(line))("moments")


def test_a_run_at_a_glance_needs_no_line(runs):
    for run, found in zip(runs, reread([entry(run) for run in runs]), strict=True):
        assert found.summary.glance == run.glance
        assert not {"config", "metrics", "outcomes"} & set(vars(found.summary))
