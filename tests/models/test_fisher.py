"""Pieces of the Fisher metric: second moments over classes, exact where a network is sure."""

import pytest
import torch

from grokscope.models.dense import ACTIVATIONS
from grokscope.models.fisher import derivative, spread, surprise


def probabilities(*logits):
    return torch.tensor([logits], dtype=torch.float64).softmax(-1)


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "per example"])
def test_spread_is_a_variance_over_classes_for_the_models_score(shared):
    p = torch.tensor([[[0.5, 0.25, 0.25], [0, 0, 1]]], dtype=torch.float64)
    jacobian = torch.tensor([[4.0, 1], [0, 1], [8, 1]], dtype=torch.float64)
    jacobian = jacobian.expand(1, 1 if shared else 2, 3, 2)
    # mean 4, mean square 24
    expected = [[[8, 0], [0, 0]]]
    torch.testing.assert_close(
        spread(jacobian, p, "model"), torch.tensor(expected, dtype=torch.float64)
    )


def test_spread_sums_squares_for_the_output_score():
    jacobian = torch.tensor([[[[1.0, 2], [3, 4]]]])
    assert spread(jacobian, torch.ones(1, 1, 2), "output").tolist() == [[[10, 20]]]


@pytest.mark.parametrize("examples", [1, 2], ids=["per example", "shared"])
def test_spread_of_a_sure_network_does_not_round_to_zero(examples):
    p = probabilities(30, 0, 1).expand(1, examples, 3)
    jacobian = torch.tensor([[[[5.0, 1], [2, 1], [3, 1]]]], dtype=torch.float64)
    exact = (
        p * (jacobian[0, 0, :, 0] - (p * jacobian[0, 0, :, 0]).sum(-1, keepdim=True)) ** 2
    ).sum(-1)
    single = spread(jacobian.float(), p.float(), "model")
    assert exact.min() > 0
    torch.testing.assert_close(single[..., 0].double(), exact, rtol=1e-5, atol=0)
    assert single[..., 1].abs().max() == 0


def test_surprise_is_the_gradient_of_log_probability():
    logits = torch.tensor([[[1.0, -2, 0.5], [0, 3, 1]]], dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([2, 0])
    picked = logits.log_softmax(-1)[0, torch.arange(2), labels].sum()
    expected = torch.autograd.grad(picked, logits)[0]
    torch.testing.assert_close(surprise(logits.detach().softmax(-1), labels), expected)


def test_surprise_of_a_sure_network_keeps_its_digits():
    p = probabilities(40, 0, 0)[None]
    right = surprise(p.float(), torch.tensor([0]))[0, 0]
    assert right[0] == -right[1:].sum()
    torch.testing.assert_close(right[0].double(), p[0, 0, 1:].sum(), rtol=1e-6, atol=0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_derivative_is_the_slope(activation):
    function = ACTIVATIONS[activation]
    at = torch.tensor([-1.5, -0.2, 0.3, 2.0], dtype=torch.float64)
    numeric = (function(at + 1e-6) - function(at - 1e-6)) / 2e-6
    torch.testing.assert_close(derivative(function, at), numeric, rtol=1e-7, atol=1e-7)
