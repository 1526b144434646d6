"""The table of paths: quickest first, the reference for what no other serves."""

import torch

from grokscope.models.mlp import MLP
from grokscope.train.gradients import PATHS, choose


def test_the_first_path_that_fits_is_taken():
    assert choose(MLP(), torch.device("cpu")) == "dense"
    assert choose(MLP(), torch.device("cuda")) == "autograd"


def test_the_reference_stands_last_and_fits_everything():
    assert list(PATHS)[-1] == "autograd"
    assert PATHS["autograd"].fits(MLP(), torch.device("cuda"))
