"""Convolutions of several runs: in one call as run by run."""

import torch

from grokscope.models.convolution import _each, _grouped


def test_convolving_in_one_call_gives_what_run_by_run_does():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(3, 5, 2, 8, 8, generator=generator, dtype=torch.float64)
    weights = torch.randn(3, 4, 2, 3, 3, generator=generator, dtype=torch.float64)
    biases = torch.randn(3, 4, generator=generator, dtype=torch.float64)
    torch.testing.assert_close(_each(x, weights, biases), _grouped(x, weights, biases))
