"""Convolutions by hand: equal to autograd, whatever ties, sizes, losses and company."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Features, Signature
from grokscope.models.cnn import CNN
from grokscope.models.mlp import MLP
from grokscope.train.gradients import PATHS, choose
from grokscope.train.gradients.convolution import _largest, _to_largest
from grokscope.train.losses import LOSSES
from tests.train.gradients.test_dense import gradient

LATTICE = Signature(Features((1, 16, 16)), 2)
PICTURE = Signature(Features((2, 9, 6)), 3)
CPU = torch.device("cpu")


@pytest.mark.parametrize("signature", [LATTICE, PICTURE], ids=["lattice", "picture"])
@pytest.mark.parametrize("channels", [(3,), (2, 4)])
@pytest.mark.parametrize("hidden", [(), (16,), (24, 16)], ids=str)
@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_by_hand_equals_autograd(signature, channels, hidden, kernel):
    model = CNN(channels=channels, hidden=hidden, kernel=kernel, init_scale=2.0)
    ours, expected = (gradient(p, model, signature) for p in ("convolution", "autograd"))
    torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("double", [True, False])
def test_it_does_so_for_every_loss(loss, double):
    ours, expected = (
        gradient(path, CNN(), LATTICE, loss=loss, double=double)
        for path in ("convolution", "autograd")
    )
    torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)


def spins(path, dtype=torch.float64, runs=2, examples=40):
    """Return gradients and logits on spins, where windows are often equal."""
    model = CNN(init_scale=3.0)
    layout = model.layout(LATTICE)
    rows = [model.initial(LATTICE, np.random.default_rng(run)) for run in range(runs)]
    theta = torch.tensor(np.stack(rows)).to(dtype)
    rng = np.random.default_rng(9)
    drawn = rng.integers(0, 2, (runs, examples, 1, 16, 16)) * 2 - 1
    drawn[:, :5] = 1
    labels = torch.tensor(rng.integers(0, 2, (runs, examples)))
    taken = PATHS[path](model, LATTICE, LOSSES["cross_entropy"](2))
    batch = taken.prepare(torch.tensor(drawn).to(dtype), labels)
    grad = torch.full_like(theta, torch.nan)
    taken.gradient(layout.views(theta), layout.views(grad), batch)
    return grad, taken.logits(layout.views(theta), batch)[..., :2]


def test_where_windows_are_equal_the_first_counts_as_in_torch():
    for ours, expected in zip(spins("convolution"), spins("autograd"), strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)


def test_in_single_precision_the_first_gradient_agrees_to_rounding():
    exact, rounded = spins("autograd")[0], spins("convolution", torch.float32)[0]
    assert (rounded - exact).norm() / exact.norm() < 1e-6


def test_of_four_equals_the_first_takes_the_slope():
    z = torch.tensor([[1.0, 2, 2, 2], [2, 2, 0, 1], [0, 2, 0, 0], [2, 1, 2, 2]])[None]
    slope = torch.tensor([[1.0, 2, 3, 4]])
    assert _largest(z).tolist() == [[2, 2, 2, 2]]
    assert _to_largest(slope, z, torch.empty_like(z)).tolist() == [
        [[0, 2, 3, 4], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    ]


def test_a_run_s_gradient_does_not_notice_its_company():
    torch.set_num_threads(1)
    many = gradient("convolution", CNN(), LATTICE, torch.float32, runs=8, examples=60)
    for runs, first in ((1, 0), (1, 3), (1, 7), (3, 2)):
        fewer = gradient(
            "convolution", CNN(), LATTICE, torch.float32, runs=runs, examples=60, first=first
        )
        assert torch.equal(many[first : first + runs], fewer)
    assert not torch.isnan(many).any()


def test_other_models_devices_and_narrow_layers_are_not_its_own():
    assert choose(CNN(), CPU) == "convolution"
    fits = PATHS["convolution"].fits
    assert fits(CNN(hidden=()), CPU)
    assert not fits(CNN(hidden=(6,)), CPU)
    assert not fits(CNN(), torch.device("cuda"))
    assert not fits(MLP(), CPU)
