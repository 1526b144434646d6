"""Tags, notes and stars: what is kept, what is refused, and that writers lose nothing."""

import json
import multiprocessing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadAnnotation, NotARun, StoreFailed, Unreadable
from grokscope.store.files.publish import sweep
from grokscope.store.keeping.annotations import (
    ANNOTATIONS_BYTES,
    ANNOTATIONS_FILE,
    DEPTH,
    NOTE_BYTES,
    TAGS,
    Annotations,
    annotate,
    read_annotations,
)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


def put(run, text):
    (run / ANNOTATIONS_FILE).write_text(text)


def test_a_run_without_the_file_carries_nothing(run):
    assert read_annotations(run) == Annotations((), "", False)


def test_what_was_written_is_read(run):
    annotate(run, lambda a: a.tagged(["paper", "fig/2b", "Paper"]).noted(" two\nlines \n"))
    annotate(run, lambda a: Annotations(a.tags, a.note, starred=True))
    found = read_annotations(run)
    assert found == Annotations(("Paper", "fig/2b", "paper"), "two\nlines", True)
    assert json.loads((run / ANNOTATIONS_FILE).read_text()) == found.as_json()


def test_a_tag_that_is_added_and_removed_is_gone():
    assert Annotations(("a", "b")).tagged(add=["c", "a"], remove=["a", "d"]).tags == ("b", "c")


@pytest.mark.parametrize(
    "word", ["", "-draft", "two words", "ä", "a" * 65, "a,b", "a\x1b[0m", "a\n"]
)
def test_a_word_the_query_language_cannot_name_is_no_tag(word):
    with pytest.raises(BadAnnotation, match="cannot be a tag; one is 1 to 64 letters"):
        Annotations().tagged(add=[word])


def test_a_run_carries_at_most_so_many_tags():
    full = Annotations().tagged(f"t{i}" for i in range(TAGS))
    with pytest.raises(BadAnnotation, match="101 tags on one run; it can carry 100"):
        full.tagged(["one-more"])


def test_a_note_that_is_too_long_is_refused():
    assert len(Annotations().noted("x" * NOTE_BYTES).note) == NOTE_BYTES
    with pytest.raises(BadAnnotation, match="a note of 65538 bytes; at most 65536"):
        Annotations().noted("ä" * (NOTE_BYTES // 2 + 1))


def test_a_note_steers_no_terminal(run):
    put(run, json.dumps({"note": "a\x1b[31mb\tc\r\nd\x07\ud800"}))
    assert read_annotations(run).note == "a·[31mb c\nd··"


@given(st.text(max_size=300))
def test_a_note_once_kept_does_not_change_any_more(text):
    once = Annotations().noted(text)
    assert once.noted(once.note) == once


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "\xff",
        '{"tags": "paper"}',
        '{"tags": [1]}',
        '{"tags": ["two words"]}',
        '{"note": 3}',
        '{"starred": "yes"}',
        '{"later": ' + "[" * DEPTH + "]" * DEPTH + "}",
        "[" * 100_000,
        '{"note": "' + "x" * (NOTE_BYTES + 1) + '"}',
        '{"note": "' + "x" * ANNOTATIONS_BYTES + '"}',
    ],
    ids=lambda text: text[:20],
)
def test_a_damaged_file_is_refused_and_left_as_it_is(run, text):
    put(run, text)
    with pytest.raises(Unreadable, match=ANNOTATIONS_FILE):
        read_annotations(run)
    with pytest.raises(Unreadable):
        annotate(run, lambda a: a.tagged(["paper"]))
    assert (run / ANNOTATIONS_FILE).read_text() == text


def test_what_a_later_version_adds_is_kept(run):
    put(run, '{"colour": {"of": ["red", 1e999]}, "tags": ["b"]}')
    annotate(run, lambda a: a.tagged(["a"]))
    stored = json.loads((run / ANNOTATIONS_FILE).read_text())
    assert stored["colour"] == {"of": ["red", None]}
    assert stored["tags"] == ["a", "b"]


def test_a_file_never_grows_beyond_what_is_read_back(run):
    put(run, json.dumps({"later": "ä" * (ANNOTATIONS_BYTES // 3)}, ensure_ascii=False))
    with pytest.raises(BadAnnotation, match="would pass"):
        annotate(run, lambda a: a.tagged(["a"]))
    assert read_annotations(run).tags == ()


def test_nothing_is_written_where_nothing_changes(run):
    annotate(run, lambda a: a.tagged(remove=["paper"]))
    assert not (run / ANNOTATIONS_FILE).exists()


def test_a_run_that_is_not_there_takes_nothing(tmp_path):
    with pytest.raises(NotARun, match="there is no run 'none'"):
        annotate(tmp_path / "none", lambda a: a.noted("x"))


def test_a_directory_that_takes_no_files_is_told_in_one_line(run, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("grokscope.store.keeping.annotations.publish_json", refuse)
    with pytest.raises(StoreFailed, match="takes no annotations: permission denied"):
        annotate(run, lambda a: a.noted("x"))


def test_sweeping_the_directory_loses_nothing(run, monkeypatch):
    from grokscope.store.keeping import annotations

    original, calls = annotations.publish_json, []

    def swept(path, data, durable):
        if not calls:
            calls.append(path)
            raise FileNotFoundError(2, "No such file or directory")
        original(path, data, durable)

    monkeypatch.setattr(annotations, "publish_json", swept)
    annotate(run, lambda a: a.noted("x"))
    sweep(run)
    assert read_annotations(run).note == "x"


def _tag_many(run, start):
    for number in range(start, start + 20):
        annotate(run, lambda a, n=number: a.tagged([f"t{n}"]))


def test_writers_at_the_same_time_lose_nothing(run):
    context = multiprocessing.get_context("fork")
    starts = (0, 20, 40)
    writers = [context.Process(target=_tag_many, args=(run, start)) for start in starts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert set(read_annotations(run).tags) == {f"t{n}" for n in range(60)}
