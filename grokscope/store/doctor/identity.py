"""Checks of what a run says it is: its name, its configuration, what people added to it."""

import json
from pathlib import Path

from grokscope.errors import Unreadable, UnreadableNow
from grokscope.store.curves.published import read_published
from grokscope.store.doctor.findings import Finding, Mended
from grokscope.store.doctor.published import refused
from grokscope.store.doctor.rebuilding import rebuild_summary
from grokscope.store.doctor.runfiles import RunFiles
from grokscope.store.files.aside import move_aside
from grokscope.store.identifiers import config_digest
from grokscope.store.keeping.annotations import ANNOTATIONS_FILE, read_annotations
from grokscope.store.schema import LOCK_FILE, RUN_FILE


def check_identity(files: RunFiles) -> list[Finding]:
    """Find a renamed directory, a changed configuration and links in the place of files."""
    return [*_links(files), *_name(files), *_configuration(files)]


def check_annotations(files: RunFiles) -> list[Finding]:
    """Find tags and notes that cannot be read."""
    try:
        read_annotations(files.run)
    except Unreadable as error:
        if ANNOTATIONS_FILE not in files.entries:
            return []
        if isinstance(error, UnreadableNow):
            return [refused(files.id, error, "")]
        return [
            Finding(
                files.id,
                "warning",
                str(error),
                "its tags, note and star are not shown and cannot be changed",
                f"--fix keeps it as {ANNOTATIONS_FILE}.damaged; the run then has none",
                lambda: Mended(
                    f"kept as {move_aside(files.run / ANNOTATIONS_FILE)}; the run has none now",
                    "its tags, note and star",
                ),
            )
        ]
    return []


def _links(files: RunFiles) -> list[Finding]:
    return [
        Finding(
            files.id,
            "warning",
            f"{name} is a symbolic link",
            "a run's files lie in its directory; what a link leads to may go without notice",
            "put the file itself in its place",
        )
        for name, entry in sorted(files.entries.items())
        if entry.is_symlink() and name != LOCK_FILE
    ]


def _name(files: RunFiles) -> list[Finding]:
    head = files.head.value
    if head is None or files.live or head.attrs.get("run_id", files.id) == files.id:
        return []
    before = str(head.attrs["run_id"])[:100]
    return [
        Finding(
            files.id,
            "warning",
            f"{RUN_FILE} says that this is run {before!r}: the directory was renamed or copied",
            "listings go by the directory's name, plain xarray by what the file says",
            "--fix writes the directory's name into the file and keeps the other as `former_id`",
            lambda: _rename(files.run),
        )
    ]


def _rename(run: Path) -> str:
    published = read_published(run, whole=True)
    before = published.attrs["run_id"]
    published.attrs |= {"run_id": run.name, "former_id": before}
    published.put(run)
    rebuild_summary(run)
    return f"{RUN_FILE} says {run.name!r} now; it said {before!r}"


def _configuration(files: RunFiles) -> list[Finding]:
    head = files.head.value
    if head is None:
        return []
    try:
        config = json.loads(str(head.attrs["config"]))
        digest = config_digest(config)
    except (KeyError, ValueError, TypeError, RecursionError):
        return [
            Finding(
                files.id,
                "problem",
                f"{RUN_FILE} carries no configuration that can be read",
                "the run cannot be resumed or measured",
                f"restore {RUN_FILE} from a backup",
            )
        ]
    told = head.attrs.get("config_digest", digest)
    if told == digest:
        return []
    return [
        Finding(
            files.id,
            "warning",
            f"its configuration has digest {digest[:12]}, recorded was {str(told)[:12]}",
            "somebody changed the configuration after the run began: it may not say what was run",
            "train it anew where that matters",
        )
    ]
