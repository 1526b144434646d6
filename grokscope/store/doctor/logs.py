"""Checks of the log of a run that no process writes."""

from grokscope.store.doctor.findings import Finding
from grokscope.store.doctor.rebuilding import fold_log
from grokscope.store.doctor.runfiles import RunFiles


def check_log(files: RunFiles) -> list[Finding]:
    """Find rows that plain readers of the published file do not see, and damage in the log."""
    log, head = files.log, files.head.value
    if files.live or head is None or not log.exists or log.error is not None:
        return []
    new = sum(row.step > head.last for row in log.rows)
    lost = sum(row.step > head.last for row in log.rescued)
    if log.damaged:
        more = f"; {lost} more rows can be read behind it" if lost else ""
        return [
            Finding(
                files.id,
                "problem",
                f"{log.damaged} bytes in the middle of live/metrics.wal are damaged{more}",
                "readers stop at the damage, and what comes after it is not shown",
                "--fix publishes every row that can be read and keeps the damaged log aside",
                lambda: fold_log(files.run),
            )
        ]
    if not (new or log.torn or (files.ended and log.rows)):
        return []
    told = [f"{new} rows of the log are not in run.h5"] if new else []
    told += [f"the log ends in {log.torn} bytes of a torn row"] if log.torn else []
    return [
        Finding(
            files.id,
            "warning" if new and files.ended else "note",
            " and ".join(told) or "the log still stands, though run.h5 has all of its rows",
            "grokscope shows them, plain xarray does not"
            if new
            else "nothing that was acknowledged is missing",
            "--fix publishes all whole rows and removes the log",
            lambda: fold_log(files.run),
        )
    ]
