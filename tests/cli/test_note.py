"""`note`: written in words, from standard input or in an editor, and printed."""

import io

import pytest

from grokscope.store.keeping.annotations import annotate, read_annotations
from tests.cli.conftest import call


def test_a_note_is_written_printed_and_cleared(stored):
    (run,) = stored("first")
    assert call("note", "first", "loss", "blows up").out == "first: noted\n"
    assert call("note", "first").out == "loss blows up\n"
    assert read_annotations(run).note == "loss blows up"
    assert call("note", "first", "--clear").out == "first: no note (was: loss blows up)\n"
    done = call("note", "first")
    assert (done.code, done.out, done.err) == (0, "", "grokscope: first has no note\n")


def test_a_note_comes_from_standard_input(stored):
    (run,) = stored("first")
    call("note", "first", "-", stdin=io.StringIO("two\nlines\n"))
    assert read_annotations(run).note == "two\nlines"


def test_a_note_too_long_is_refused(stored):
    stored("first")
    done = call("note", "first", "-", stdin=io.StringIO("x" * 70_000))
    assert done.code == 1
    assert "a note of 70000 bytes; at most 65536 are kept" in done.err


@pytest.mark.parametrize("words", [("x", "--clear"), ("x", "--edit"), ("--edit", "--clear")])
def test_two_ways_at_once_are_a_mistake_in_usage(stored, words):
    stored("first")
    done = call("note", "first", *words)
    assert done.code == 2
    assert "exclude each other" in done.err


def editor(monkeypatch, write):
    monkeypatch.setattr("click.edit", lambda text, extension: write(text))


def test_an_editor_opens_on_the_note(stored, monkeypatch):
    (run,) = stored("first")
    annotate(run, lambda a: a.noted("before"))
    editor(monkeypatch, lambda text: text + " and after\n")
    assert call("note", "first", "--edit").out == "first: noted\n"
    assert read_annotations(run).note == "before and after"


def test_an_editor_left_without_saving_changes_nothing(stored, monkeypatch):
    (run,) = stored("first")
    annotate(run, lambda a: a.noted("before"))
    editor(monkeypatch, lambda text: None)
    assert call("note", "first", "--edit").out == "first: note left as it was\n"
    assert read_annotations(run).note == "before"


def test_what_another_wrote_while_the_editor_was_open_is_kept(stored, monkeypatch):
    (run,) = stored("first")

    def write(text):
        annotate(run, lambda a: a.noted("theirs"))
        return "mine"

    editor(monkeypatch, write)
    call("note", "first", "--edit")
    assert read_annotations(run).note == "theirs\n\nmine"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bad \udcff", r"a note is UTF-8 text; character 5 is '\udcff'"),
        ("\x1b[31mred", r"a note is text without control characters; character 1 is '\x1b'"),
        ("a\x00b", r"character 2 is '\x00'"),
    ],
)
def test_what_could_steer_a_terminal_is_refused(stored, text, told):
    (run,) = stored("first")
    call("note", "first", "before")
    done = call("note", "first", text)
    assert done.code == 1
    assert told in done.err
    assert done.err.count("\n") == 1
    assert read_annotations(run).note == "before"


def test_bytes_that_are_no_text_are_refused(stored):
    stored("first")
    bytes_in = io.TextIOWrapper(io.BytesIO(b"caf\xe9"))
    done = call("note", "first", "-", stdin=bytes_in)
    assert (done.code, done.err) == (1, "grokscope: a note is UTF-8 text; byte 4 is none\n")
    call("note", "first", "-", stdin=io.TextIOWrapper(io.BytesIO("café\r\n\tnoir".encode())))
    assert call("note", "first").out == "café\n    noir\n"


def test_a_note_replaced_or_removed_is_told(stored):
    stored("first")
    call("note", "first", "theirs,\nof two lines " + "x" * 100)
    done = call("note", "first", "mine")
    assert done.out == "first: noted (was: theirs, of two lines " + "x" * 38 + "…)\n"
    assert call("note", "first", "mine").out == "first: noted\n"
    assert call("note", "first", "--clear").out == "first: no note (was: mine)\n"


@pytest.mark.parametrize("name", ["no-such-editor -w", "'unclosed", "false"])
def test_an_editor_that_cannot_run_is_one_line(stored, monkeypatch, name):
    stored("first")
    monkeypatch.setenv("EDITOR", name)
    monkeypatch.delenv("VISUAL", raising=False)
    done = call("note", "first", "--edit")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert done.err.startswith("grokscope: ")
    assert "editor" in done.err.lower()
