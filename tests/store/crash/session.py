"""To be traced: `grokscope run`, probed, stopped by Ctrl-C, measured, and run again to its end.

What is acknowledged is written to a file of marks beside the store, where the trace has it in
order with everything else.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.store.crash.hurried import EXPERIMENT, after, hurry, listen, measure, probe

STOP, MEASURE = 9, 17
"""Evaluations after which Ctrl-C comes, and a result is stored beside the live run."""


def outcome(action: Callable[[], object]) -> object:
    """Return the exit code of a command."""
    try:
        action()
    except SystemExit as ended:
        return ended.code
    return 0


def main(root: Path) -> None:
    from grokscope.cli import main as command
    from grokscope.config import load
    from grokscope.store.writing.writer import RunWriter

    store, file = root / "store", root / "tiny.toml"
    file.write_text(EXPERIMENT)
    place = os.open(root / "marks", os.O_WRONLY | os.O_CREAT)
    run = store / load(str(file)).run_id

    def tell(*words: object) -> None:
        os.write(place, (" ".join(map(str, words)) + "\n").encode())

    count = iter(range(10**6))

    def logged(result: None, *rest: Any) -> None:
        probe(*rest)
        number = next(count)
        if number == STOP:
            os.kill(os.getpid(), signal.SIGINT)
        if number == MEASURE:
            measure(run, "live", 2.0)
            tell("analysed", "live")

    hurry()
    listen(tell)
    after(RunWriter, "log", logged)
    for expected in (130, 0):
        if (
            code := outcome(lambda: command(["run", str(file), "--store", str(store)]))
        ) != expected:
            sys.exit(f"grokscope run ended with {code}")
        if expected:
            measure(run, "between", 1.0)
            tell("analysed", "between")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
