"""Record a loop without PyTorch: numpy here; JAX arrays and pytrees go the same way.

A linear network learns to copy its input. Kill it and run it again with the same number of
steps: it goes on where it was last saved.

    python examples/numpy_loop.py [STEPS]
"""

import sys

import numpy as np

from grokscope import Recorder

SIZE, SEED, RATE = 8, 0, 0.05
STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000

rng = np.random.default_rng(SEED)
first, second = rng.normal(scale=0.1, size=(2, SIZE, SIZE))
target = np.diag(np.arange(1.0, SIZE + 1))

config = {"size": SIZE, "rate": RATE}
with Recorder(
    "numpy-loop", time_unit="step", seed=SEED, config=config, total_epochs=STEPS, resume=True
) as rec:
    if rec.state:
        first, second = rec.state["first"], rec.state["second"]
    for step in range(rec.start, STEPS):
        error = second @ first - target
        if step % 10 == 0:
            rec.log(step, train_loss=np.square(error).mean())
            # the modes are learned one after another, the greatest first
            modes = np.linalg.svd(second @ first, compute_uv=False)
            rec.probe("modes", modes, dims=("mode",), long_name="singular values")
        if step % 100 == 0:
            rec.checkpoint({"first": first, "layers": [second]})
        gradient = second.T @ error, error @ first.T
        first, second = first - RATE / SIZE * gradient[0], second - RATE / SIZE * gradient[1]
        if step % 500 == 499:
            rec.save_resume(step, first=first, second=second)

print(f"recorded {rec.id} from step {rec.start}; look at it with: grokscope show {rec.id}")
