"""Transformers: Nanda's one layer, many at once, beside what people write without the engine."""

from grokscope.config import Experiment
from grokscope.train.device import settle
from tests.benchmarks.ensembles import beside


def nanda(seed, p, **model):
    """Return the paper's full-batch run of 30 % of the table modulo p."""
    return Experiment.from_config(
        {
            "name": "bench",
            "seed": seed,
            "task": {"name": "modular_addition", "p": p, "train_fraction": 0.3},
            "model": {"name": "transformer", **model},
            "optimizer": {"name": "adamw", "lr": 1e-3, "weight_decay": 1.0, "betas": [0.9, 0.98]},
        }
    )


def work(one):
    """Return the operations of a step that no algebra spares: perceptron and unembedding."""
    model = one.model
    return 6 * one.task.n_train * model.d_model * (2 * model.d_mlp + one.task.p + 1)


def figures():
    """Yield (name, value, unit, target) for each figure."""
    settle()
    one = nanda(0, 113)
    title = "transformer P=113, full batch, 1 run, beside a plain loop"
    yield from beside(title, [one], 1, ">= 4.2", work(one), ">= 48")
    eight = [nanda(seed, 31, d_model=64, d_mlp=256) for seed in range(8)]
    title = "transformer P=31 d_model=64, full batch, 8 runs, beside a plain loop"
    yield from beside(title, eight, 8, "", work(eight[0]))
