"""A loop of one's own that is recorded."""

import numpy as np

from grokscope.store.recording.recorder import Recorder


def weights(step):
    return {"0.weight": np.full((3, 4), step, np.float64), "steps": np.array(step)}


def record(store, stop=100, fail=None, **options):
    options = {"chance": 1 / 113, "n_test": 3831, "config": {"optimizer": {"lr": 1e-3}}} | options
    with Recorder("my-run", store=store, **options) as recorder:
        for step in range(stop):
            train, test = min(1, step / 20), min(1, step / 60)
            recorder.log(step, epoch=step / 2, train_accuracy=train, test_accuracy=test)
            if step % 10 == 0:
                recorder.checkpoint(weights(step))
        if fail is not None:
            raise fail
    return recorder
