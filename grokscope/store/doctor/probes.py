"""Checks of a run's probes: whether their files open."""

from pathlib import Path

from grokscope.errors import Damaged, GrokscopeError
from grokscope.store.doctor.findings import Finding, Mended
from grokscope.store.doctor.published import refused
from grokscope.store.doctor.runfiles import RunFiles
from grokscope.store.files.aside import move_aside
from grokscope.store.probes.reading import open_probes
from grokscope.store.schema import PROBES, PROBES_FILE


def check_probes(files: RunFiles) -> list[Finding]:
    """Find files of probes that do not open."""
    if files.live:
        return []
    single = [files.run / PROBES_FILE] if PROBES_FILE in files.entries else []
    findings = []
    for path in [*single, *files.inside(PROBES)]:
        try:
            open_probes(files.run, [path])
        except FileNotFoundError:
            continue
        except GrokscopeError as error:
            findings.append(_unreadable(files.id, path, error))
    return findings


def _unreadable(run: str, path: Path, error: GrokscopeError) -> Finding:
    means = "until it is out of the way, none of the run's probes can be read"
    if not isinstance(error, Damaged):
        return refused(run, error, means)
    return Finding(
        run,
        "problem",
        str(error),
        means,
        f"--fix keeps it as {path.name}.damaged; the probes in it are lost to readers",
        lambda: Mended(f"kept as {move_aside(path)}", f"the probes in {path.name}"),
    )
