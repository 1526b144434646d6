"""The table of paths: quickest first, the reference for what no other serves."""

import pytest
import torch

from grokscope.models.mlp import MLP
from grokscope.models.transformer import Transformer
from grokscope.train.gradients import PATHS, choose


def test_the_first_path_that_fits_is_taken():
    assert choose(MLP(), torch.device("cpu")) == "dense"
    assert choose(MLP(hidden=(6,)), torch.device("cuda")) == "autograd"


@pytest.mark.parametrize("model", [MLP(), Transformer(layers=2)])
def test_the_reference_stands_last_of_those_that_fit_and_fits_everything(model):
    fitting = [name for name, path in PATHS.items() if path.fits(model, torch.device("cuda"))]
    assert fitting[-1] == "autograd"
