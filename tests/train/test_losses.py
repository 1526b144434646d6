"""Losses: values by hand, slopes by autograd, and what float64 is for."""

import math

import pytest
import torch

from grokscope.train.losses import LOSSES, CrossEntropy, MeanSquare


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("double", [True, False])
def test_the_slope_is_the_gradient_of_the_mean(name, double):
    loss = LOSSES[name](4, double)
    draw = torch.Generator().manual_seed(0)
    logits = torch.randn(3, 5, 4, generator=draw, dtype=torch.float64).requires_grad_()
    labels = torch.randint(0, 4, (3, 5), generator=draw)
    (expected,) = torch.autograd.grad(loss.each(logits, labels).mean(dim=1).sum(), logits)
    found = loss.slope(logits.detach().clone(), labels)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-15)


def test_guessing_costs_the_logarithm_of_the_classes():
    loss = CrossEntropy(113).each(torch.zeros(1, 2, 113), torch.tensor([[0, 5]]))
    assert loss.tolist()[0] == pytest.approx([math.log(113)] * 2)


def test_the_mean_square_averages_over_classes():
    logits = torch.tensor([[[1.0, 0.0, 0.0, 2.0]]])
    assert MeanSquare(4).each(logits, torch.tensor([[0]])).item() == pytest.approx(1.0)
    assert MeanSquare(4).each(logits, torch.tensor([[1]])).item() == pytest.approx(6 / 4)


def test_only_float64_sees_a_very_small_loss_and_its_slope():
    logits, labels = torch.tensor([[[40.0, 0.0]]]), torch.tensor([[0]])
    assert CrossEntropy(2).each(logits, labels).item() == 0
    small = CrossEntropy(2, double=True)
    assert small.each(logits, labels).item() == pytest.approx(math.exp(-40), rel=1e-3)
    assert CrossEntropy(2).slope(logits.clone(), labels)[0, 0, 0].item() == 0
    assert small.slope(logits.clone(), labels)[0, 0, 0].item() == pytest.approx(
        -math.exp(-40), 1e-3
    )


@pytest.mark.parametrize("name", LOSSES)
def test_an_absent_class_changes_nothing(name):
    loss = LOSSES[name](3)
    logits = torch.randn(1, 4, 3, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([[0, 1, 2, 0]])
    filled = torch.cat([logits, torch.full((1, 4, 2), loss.absent)], dim=2)
    torch.testing.assert_close(loss.each(filled, labels), loss.each(logits, labels))
    slope = loss.slope(filled, labels)
    torch.testing.assert_close(slope[..., :3], loss.slope(logits, labels))
    assert (slope[..., 3:] == 0).all()
