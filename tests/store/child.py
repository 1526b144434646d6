"""A real writer for others to kill: logs, checkpoints and saves until it is stopped.

Writes the step of every row to stdout once it is acknowledged, and 's' before that of a resume
point. A third argument is the seconds to wait after each row.
"""

import os
import sys
import time
from pathlib import Path

from grokscope.events import Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.checkpoints import segments
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.writer import RunWriter
from tests.store.conftest import CONFIG, row

LAYOUT = Layout((ParameterSpec("w_in", ("input", "hidden"), (6, 4)),))


def main(store: Path, run_id: str, pause: float = 0.0) -> None:
    segments.MOST_BATCHED = 7
    budget = PublishBudget(share=0.5, interval=0.02, growth=0.0)
    writer = RunWriter.create(
        store, run_id, config=CONFIG, yardstick=Yardstick(0.01, 1000), layout=LAYOUT, budget=budget
    )
    step = 0
    while True:
        writer.log(step, step / 2, {"train_accuracy": 1.0, "test_accuracy": 0.5})
        os.write(1, f"{step}\n".encode())
        writer.checkpoint(step, step / 2, row(step))
        writer.tick()
        if step % 25 == 24:
            writer.save_resume({"theta": row(step)}, {"step": step, "epoch": step / 2})
            os.write(1, f"s{step}\n".encode())
        step += 1
        time.sleep(pause)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(float, sys.argv[3:]))
