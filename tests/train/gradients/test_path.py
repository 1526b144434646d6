"""Path: what every way of taking gradients has in common."""

import pytest
import torch

from grokscope.kinds import Signature, Tokens
from grokscope.models.mlp import MLP
from grokscope.train.gradients import PATHS
from grokscope.train.gradients.path import Path
from grokscope.train.losses import CrossEntropy


def test_a_batch_is_kept_as_it_is_unless_a_path_says_otherwise():
    path = PATHS["autograd"](MLP(), Signature(Tokens(2, 3), 3), CrossEntropy(3))
    inputs, labels = torch.zeros(1, 2, 2), torch.zeros(1, 2)
    assert path.prepare(inputs, labels) == (inputs, labels)


def test_a_path_without_a_gradient_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        Path(MLP(), Signature(Tokens(2, 3), 3), CrossEntropy(3))
