"""`grokscope doctor`: what is wrong with a store, and mending it."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grokscope.cli.options import RunName, json_option, store_option

if TYPE_CHECKING:
    from grokscope.store.doctor.findings import Done, Finding

LINE = 10.0
"""Seconds between lines of progress where standard error is no terminal."""


@click.command()
@click.argument("runs", type=RunName(), nargs=-1)
@store_option
@click.option("--fix", is_flag=True, help="Mend what can be mended. Runs that are live are left.")
@click.option("--deep", is_flag=True, help="Read every value: checkpoints against their digests.")
@json_option
def command(runs: tuple[str, ...], store: str | None, fix: bool, deep: bool, as_json: bool) -> None:
    """Check RUNS, or the whole store: what is damaged, left over or out of date.

    Writes nothing without --fix. With it, nothing is deleted but temporary files and what
    provably stands elsewhere; what is damaged is kept beside, as <name>.damaged. Exits with 1
    where problems remain, and where rows, checkpoints or anything else could not be saved, each
    of which is told.
    """
    from grokscope.store.doctor.place import check_place, runs_in
    from grokscope.store.location import find_store

    folder = _existing(find_store(store))
    paths = [_named(folder, word) for word in runs] if runs else runs_in(folder)
    place = [] if runs else check_place(folder, time.time())
    report = _Report(as_json)
    report.around(place, fix)
    for path in _shown(paths):
        report.run(path, fix, deep)
    report.close(folder, len(paths), fix)
    sys.exit(1 if report.problems or report.losses else 0)


class _Report:
    """What was found and done, printed as it comes, or at the end as JSON."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.counts = {"problem": 0, "warning": 0, "note": 0}
        self.problems = 0
        """Those that remain."""
        self.fixable = 0
        self.findings: list[Finding] = []
        self.done: list[Done] = []

    @property
    def losses(self) -> int:
        """How many things were mended and not all of them saved."""
        return sum(bool(done.lost) for done in self.done)

    def around(self, findings: list["Finding"], fix: bool) -> None:
        """Report what was found around the runs, and mend it."""
        from grokscope.store.doctor.examination import mend_place

        if findings:
            self._tell("the store", findings)
        if fix:
            self._mended(mend_place(findings))
        self.problems += sum(f.severity == "problem" for f in findings)

    def run(self, path: Path, fix: bool, deep: bool) -> None:
        """Report what is found in one run, and mend it."""
        from grokscope.store.doctor.examination import examine, mend

        findings = examine(path, deep)
        if not findings:
            return
        self._tell(path.name, findings)
        if fix and self._mended(mend(path, findings, deep)):
            findings = examine(path, deep)
        self.problems += sum(f.severity == "problem" for f in findings)

    def close(self, store: Path, count: int, fix: bool) -> None:
        """Print what it comes to."""
        if self.as_json:
            data = {
                "store": str(store),
                "runs": count,
                "problems": self.problems,
                "findings": [finding.as_json() for finding in self.findings],
                "done": [done.as_json() for done in self.done],
            }
            click.echo(json.dumps(data, indent=1))
            return
        told = ", ".join(_count(n, word) for word, n in self.counts.items() if n)
        line = f"{_count(count, 'run')} looked at: {told or 'all is well'}"
        if fix:
            line += f"; {sum(done.well for done in self.done)} mended"
            line += f", {self.losses} of them with losses" if self.losses else ""
            line += f", {_count(self.problems, 'problem')} left" if self.problems else ""
        elif self.fixable:
            line += f"; --fix mends {self.fixable} of them"
        click.echo(line)

    def _tell(self, heading: str, findings: list["Finding"]) -> None:
        from grokscope.store.doctor.findings import SEVERITIES

        ranked = sorted(findings, key=lambda f: SEVERITIES.index(f.severity))
        self.findings += ranked
        for finding in ranked:
            self.counts[finding.severity] += 1
            self.fixable += finding.fix is not None
        if self.as_json:
            return
        click.echo(heading)
        for finding in ranked:
            remedy = f" ({finding.remedy})" if finding.remedy else ""
            click.echo(f"  {finding.severity:<8} {finding.found}: {finding.means}{remedy}")

    def _mended(self, done: Iterable["Done"]) -> bool:
        """Tell what was done, as it is done; return whether anything was."""
        any_ = False
        for each in done:
            any_ = True
            self.done.append(each)
            if not self.as_json:
                click.echo(f"  {'mended' if each.well else 'failed':<8} {each.line}")
                if each.lost:
                    click.echo(f"  {'lost':<8} {each.lost}")
        return any_


def _existing(store: Path) -> Path:
    from grokscope.errors import NotAStore
    from grokscope.store.location import default_store, open_store

    if store == default_store() and not store.exists():
        raise NotAStore(f"{str(store)!r} does not exist; there is no store to look at")
    try:
        return open_store(store)
    except NotAStore:
        # a store whose runs lost their files is looked at all the same
        if store.is_dir():
            return store
        raise


def _named(store: Path, word: str) -> Path:
    """Return the directory that a word means; the run need not be readable."""
    from grokscope.cli.selection import select
    from grokscope.store.identifiers import is_run_id

    if is_run_id(word) and (store / word).is_dir() and not (store / word).is_symlink():
        return store / word
    return select(store, word).path


def _shown(paths: list[Path]) -> Iterator[Path]:
    """Yield each path, telling on standard error how far it is; nothing where it is fast."""
    begun = due = time.monotonic()
    for i, path in enumerate(paths):
        now = time.monotonic()
        if now - due >= LINE and i:
            due = now
            left = (now - begun) / i * (len(paths) - i)
            click.echo(f"{i} of {len(paths)} runs looked at, {left:.0f} s left", err=True)
        yield path


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
