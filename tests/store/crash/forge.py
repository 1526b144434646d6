"""Starts real training sessions and kills each after a moment; to be told what on stdin.

One line gives a directory and the seconds to wait, less than 0 for no kill, and one comes back once
the session is gone: its exit status, the newest acknowledged step and the step of the newest
resume point. Torch is imported once, here, and each session is a fork.
"""

import os
import signal
import sys
import time
from pathlib import Path

from tests.store.crash.hurried import hurry, listen


def session(root: Path, file: Path, tell: int) -> None:
    """Train one run, telling what is acknowledged into a pipe."""
    from grokscope.config import load
    from grokscope.train.plan import plan
    from grokscope.train.session import train

    hurry(pause=0.004)
    listen(lambda word, what: os.write(tell, f"{word} {what}\n".encode()))
    store = root / "store"
    store.mkdir()
    os.write(tell, b"begun 0\n")
    train(plan([load(str(file))], store), store, device="cpu", notify=lambda line: None)


def killed(root: Path, file: Path, seconds: float) -> str:
    """Start a session, kill it some time after it began; return what it had acknowledged."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(here)
            session(root, file, there)
            code = 0
        finally:
            os._exit(code)
    os.close(there)
    told = os.read(here, 1)
    if seconds >= 0:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while more := os.read(here, 1 << 16):
        told += more
    os.close(here)
    lines = [line.split() for line in told.decode().splitlines()]
    acked, saved = (
        max((int(what) for word, what in lines if word == kind), default=-1)
        for kind in ("acked", "saved")
    )
    return f"{status} {acked} {saved}"


def main(file: Path) -> None:
    import torch

    torch.set_num_threads(1)
    for line in sys.stdin:
        root, seconds = line.rsplit(" ", 1)
        print(killed(Path(root), file, float(seconds)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
