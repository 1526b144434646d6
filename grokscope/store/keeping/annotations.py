"""What people add to a run: tags, a note and a star, in a small file the writer never touches."""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grokscope.errors import BadAnnotation, NotARun, Unreadable, UnreadableNow
from grokscope.store.files.patience import reason, told
from grokscope.store.files.publish import publish_json
from grokscope.store.files.texts import parse_json, read_small, readable
from grokscope.store.files.values import clean

ANNOTATIONS_FILE = "annotations.json"
TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
TAGS = 100
"""Most tags of one run."""
NOTE_BYTES = 64 << 10
"""Longest note, as UTF-8."""
ANNOTATIONS_BYTES = 1 << 20
"""Bytes beyond which a file holds no annotations."""
DEPTH = 16
"""Levels of lists and objects beyond which a file holds no annotations."""
ATTEMPTS = 3
"""How often writing is tried where a process that resumes the run sweeps its directory."""


@dataclass(frozen=True)
class Annotations:
    """What people say of a run; nothing in it decides what the run is."""

    tags: tuple[str, ...] = ()
    """Sorted, each once; case counts."""
    note: str = ""
    """Free text of several lines."""
    starred: bool = False

    def tagged(self, add: Iterable[str] = (), remove: Iterable[str] = ()) -> "Annotations":
        """Return the same with some tags more and some fewer; one in both is removed.

        Raises
        ------
        BadAnnotation
            If a word cannot be a tag, or they become too many.
        """
        tags = {*self.tags, *map(checked_tag, add)} - {*map(checked_tag, remove)}
        if len(tags) > TAGS:
            raise BadAnnotation(f"{len(tags)} tags on one run; it can carry {TAGS}")
        return replace(self, tags=tuple(sorted(tags)))

    def noted(self, text: str) -> "Annotations":
        """Return the same with another note; space around it is left out.

        Raises
        ------
        BadAnnotation
            If the text is too long.
        """
        note = _lines(text).strip()
        size = len(note.encode("utf-8", "replace"))
        if size > NOTE_BYTES:
            raise BadAnnotation(f"a note of {size} bytes; at most {NOTE_BYTES} are kept")
        return replace(self, note=note)

    def as_json(self) -> dict[str, Any]:
        """Return them as JSON values."""
        return {"tags": list(self.tags), "note": self.note, "starred": self.starred}


def checked_tag(word: str) -> str:
    """Return a word that can be a tag.

    Raises
    ------
    BadAnnotation
        If it cannot.
    """
    if not TAG.fullmatch(word):
        raise BadAnnotation(
            f"{readable(word, 80)!r} cannot be a tag; one is 1 to 64 letters, digits, '.', '_',"
            " '-' or '/' and starts with a letter or a digit"
        )
    return word


def read_annotations(run: Path) -> Annotations:
    """Return what people added to a run; nothing where they added nothing.

    Raises
    ------
    Unreadable
        If the file is damaged or cannot be read.
    """
    return _checked(run, _read_file(run))


def annotate(run: Path, change: Callable[[Annotations], Annotations]) -> Annotations:
    """Change what a run is annotated with, live or not, and return how it stands now.

    What others write at the same time is kept, and so is what this version does not know.

    Parameters
    ----------
    change : callable
        Given the annotations as they stand; may be called more than once.

    Raises
    ------
    NotARun
        If there is no such directory.
    BadAnnotation
        If the change cannot be kept.
    Unreadable
        If what stands there is damaged; it is left as it is.
    StoreFailed
        If the store does not take it.
    """
    with told(f"run {run.name!r} takes no annotations"), _one_at_a_time(run):
        for attempt in range(ATTEMPTS):
            data = _read_file(run)
            before = _checked(run, data)
            after = change(before)
            if after == before:
                return after
            try:
                _put(run, {**data, **after.as_json()})
            except FileNotFoundError:
                if not run.is_dir():
                    raise _no_run(run) from None
                # a process that resumes the run sweeps unfinished files away
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                break
    return after


@contextlib.contextmanager
def _one_at_a_time(run: Path) -> Iterator[None]:
    try:
        place = os.open(run, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_run(run) from error
    try:
        # some network file systems lock no directories
        with contextlib.suppress(OSError):
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _put(run: Path, data: Mapping[str, Any]) -> None:
    whole = clean(data)
    if len(json.dumps(whole)) > ANNOTATIONS_BYTES:
        raise BadAnnotation(
            f"run {run.name!r}: {ANNOTATIONS_FILE} would pass {ANNOTATIONS_BYTES} bytes"
        )
    publish_json(run / ANNOTATIONS_FILE, whole, durable=True)


def _no_run(run: Path) -> NotARun:
    return NotARun(f"there is no run {run.name!r} in {str(run.parent)!r}")


def _read_file(run: Path) -> dict[str, Any]:
    what = f"run {run.name!r}: {ANNOTATIONS_FILE}"
    try:
        data = parse_json(read_small(run / ANNOTATIONS_FILE, ANNOTATIONS_BYTES))
        if not isinstance(data, dict):
            raise ValueError("no JSON object")
        if _depth(data) > DEPTH:
            raise ValueError(f"nested more than {DEPTH} deep")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except Unreadable:
        raise
    except OSError as error:
        raise UnreadableNow(f"{what} cannot be read: {reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{what} is damaged ({readable(str(error), 200)})") from error
    return data


def _checked(run: Path, data: Mapping[str, Any]) -> Annotations:
    tags, note, starred = data.get("tags", []), data.get("note", ""), data.get("starred", False)
    fits = isinstance(tags, list) and isinstance(note, str) and isinstance(starred, bool)
    if not fits or not all(isinstance(tag, str) for tag in tags):
        raise Unreadable(f"run {run.name!r}: {ANNOTATIONS_FILE} is damaged (values of other types)")
    try:
        return Annotations(starred=starred).tagged(add=tags).noted(note)
    except BadAnnotation as error:
        raise Unreadable(f"run {run.name!r}: {ANNOTATIONS_FILE} is damaged ({error})") from error


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= DEPTH:
        inner = [v for v in level if isinstance(v, dict | list)]
        level = [x for v in inner for x in (v.values() if isinstance(v, dict) else v)]
        depth += bool(inner)
    return depth


def _lines(text: str) -> str:
    """Return text of several lines without what steers a terminal."""
    lines = text.replace("\r\n", "\n").expandtabs(4).split("\n")
    return "\n".join(readable(line, len(line)) for line in lines)
