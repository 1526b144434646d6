"""Checks of resume points: two generations, whole and of this run."""

from grokscope.errors import Damaged, OlderSchema, Unreadable
from grokscope.store.doctor.findings import Finding
from grokscope.store.doctor.runfiles import Point, RunFiles
from grokscope.store.files.aside import move_aside


def check_resume(files: RunFiles) -> list[Finding]:
    """Find resume points that cannot be read, or that belong to another configuration."""
    if files.live:
        return []
    sound = {name: point.value for name, point in files.points.items() if point.value}
    broken = {
        name: point.error
        for name, point in files.points.items()
        if isinstance(point.error, Unreadable) and not isinstance(point.error, OlderSchema)
    }
    return [
        *(_broken(files, name, error, list(sound)) for name, error in broken.items()),
        *_strange(files, sound),
    ]


def _broken(files: RunFiles, name: str, error: Unreadable, sound: list[str]) -> Finding:
    path = files.run / name
    if files.ended:
        means = "the run has ended and needs it no more"
    elif sound:
        means = f"the run resumes from {sound[0]}"
    else:
        means = "the run cannot be resumed; `grokscope run --again` begins a new one beside it"
    lost = not files.ended and not sound
    if lost or not isinstance(error, Damaged):
        return Finding(files.id, "problem" if lost else "warning", str(error), means)
    return Finding(
        files.id,
        "warning",
        str(error),
        means,
        f"--fix keeps it as {name}.damaged",
        lambda: f"kept as {move_aside(path)}; {means}",
    )


def _strange(files: RunFiles, sound: dict[str, Point]) -> list[Finding]:
    head = files.head.value
    if head is None:
        return []
    wanted = head.attrs.get("config_digest")
    known = ("", None, wanted, *str(head.attrs.get("extended_from", "")).split())
    return [
        Finding(
            files.id,
            "problem",
            f"{name} was saved under another configuration than that of {files.id}",
            "the run would go on from the parameters of another one",
            f"move {name} out of the run",
        )
        for name, point in sound.items()
        if wanted and point.digest not in known
    ]
