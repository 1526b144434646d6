"""Evaluation: losses and accuracies of every run, whatever blocks they are taken in."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Signature, Tokens
from grokscope.models.mlp import MLP
from grokscope.train.evaluation import BLOCK, Examined
from grokscope.train.gradients import PATHS
from grokscope.train.losses import LOSSES

SIGNATURE = Signature(Tokens(2, 5), 5)
MODEL = MLP(hidden=(16,))
SERVING = [name for name, path in PATHS.items() if path.fits(MODEL, torch.device("cpu"))]


@pytest.mark.parametrize("path", SERVING)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("count", [3, BLOCK, BLOCK + 7])
def test_scores_are_means_over_all_examples_of_a_run(path, loss, count):
    rng = np.random.default_rng(0)
    theta = torch.from_numpy(np.stack([MODEL.initial(SIGNATURE, rng) for _ in range(3)])).double()
    parameters = MODEL.layout(SIGNATURE).views(theta)
    inputs = torch.from_numpy(rng.integers(0, 5, (3, count, 2)))
    labels = torch.from_numpy(rng.integers(0, 5, (3, count)))
    taken = PATHS[path](MODEL, SIGNATURE, LOSSES[loss](5))
    losses, accuracies = Examined(taken, inputs, labels).score(parameters)
    logits = MODEL.forward(parameters, inputs)
    torch.testing.assert_close(losses, taken.loss.each(logits, labels).mean(dim=1))
    right = (logits.argmax(dim=2) == labels).double().mean(dim=1)
    torch.testing.assert_close(accuracies, right)
    assert accuracies.dtype == losses.dtype == torch.float64
