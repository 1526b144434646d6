"""The convolutional network: equal to the plain module, alone or in company, and refusals."""

import numpy as np
import pytest
import torch

from grokscope.config import Experiment
from grokscope.errors import BadConfig
from grokscope.kinds import Features, Signature, Tokens
from grokscope.models import MODELS
from grokscope.models.cnn import CNN
from grokscope.models.network import TorchNetwork
from grokscope.models.reference import load_row, row_of
from tests.models.test_mlp import inputs_for, loss_gradient, one_thread, rows

__all__ = ["one_thread"]
LATTICE = Signature(Features((1, 16, 16)), 2)
PICTURE = Signature(Features((2, 9, 6)), 3)


def test_the_paper_network_has_6798_parameters():
    layout = CNN().layout(LATTICE)
    assert layout.size == 6798
    assert [(p.name, p.dims, p.shape) for p in layout.parameters] == [
        ("conv1.weight", ("conv1", "plane", "row", "column"), (2, 1, 3, 3)),
        ("conv1.bias", ("conv1",), (2,)),
        ("conv2.weight", ("conv2", "conv1", "row", "column"), (4, 2, 3, 3)),
        ("conv2.bias", ("conv2",), (4,)),
        ("hidden1.weight", ("pooled", "hidden1"), (64, 100)),
        ("hidden1.bias", ("hidden1",), (100,)),
        ("output.weight", ("hidden1", "output"), (100, 2)),
        ("output.bias", ("output",), (2,)),
    ]


def test_one_window_by_hand():
    """A window that adds up left and right neighbours, whose largest value each pool keeps."""
    model = CNN(channels=(1,), hidden=())
    signature = Signature(Features((1, 2, 2)), 2)
    kernel = torch.zeros(3, 3)
    kernel[1, 0] = kernel[1, 2] = 1
    row = torch.cat([kernel.flatten(), torch.tensor([0.5]), torch.tensor([2.0, -1, 0, 7])])
    logits = model.forward(
        model.layout(signature).views(row[None]), torch.tensor([[[[[1.0, 2], [-3, 4]]]]])
    )
    # sums are 2, 1 / 4, -3; with the bias the largest is 4.5
    assert logits.tolist() == [[[9.0, 2.5]]]


@pytest.mark.parametrize("signature", [LATTICE, PICTURE], ids=["lattice", "picture"])
@pytest.mark.parametrize("channels", [(3,), (2, 4)])
@pytest.mark.parametrize("hidden", [(), (7,)], ids=["none", "one"])
@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_forward_and_gradient_equal_the_module(signature, channels, hidden, kernel):
    model = CNN(channels=channels, hidden=hidden, kernel=kernel)
    layout = model.layout(signature)
    theta, inputs = rows(model, signature), inputs_for(signature)
    logits, gradient = loss_gradient(model, signature, theta, inputs)
    module = model.module(signature).double()
    assert sum(p.numel() for p in module.parameters()) == layout.size
    for r in range(len(theta)):
        load_row(module, layout, theta[r])
        module.zero_grad()
        plain = module(inputs[0])
        labels = torch.zeros(len(plain)).long()
        torch.nn.functional.cross_entropy(plain, labels, reduction="sum").backward()
        torch.testing.assert_close(logits[r], plain.detach(), rtol=0, atol=1e-12)
        flat = row_of(module, layout, lambda p: p.grad)
        torch.testing.assert_close(gradient[r], flat, rtol=1e-12, atol=1e-12)


def test_a_run_is_the_same_alone_and_in_company():
    model = CNN()
    theta, inputs = rows(model, LATTICE, 8).float(), inputs_for(LATTICE, 60, 8).float()
    together = loss_gradient(model, LATTICE, theta, inputs)
    for runs in (1, 3):
        fewer = loss_gradient(model, LATTICE, theta[:runs], inputs[:runs])
        for here, there in zip(fewer, together, strict=True):
            assert torch.equal(here, there[:runs])


def test_initial_weights_are_torchs_default():
    model, rng = CNN(hidden=(400,)), np.random.default_rng(0)
    layout = model.layout(LATTICE)
    drawn = [layout.views(model.draw(LATTICE, rng)) for _ in range(50)]
    module = model.module(LATTICE)
    bounds = {"conv1": 9, "conv2": 18, "hidden1": 64, "output": 400}
    for layer, fan_in in bounds.items():
        for part in ("weight", "bias"):
            values = np.concatenate([one[f"{layer}.{part}"].ravel() for one in drawn])
            assert np.abs(values).max() <= fan_in**-0.5
            # the spread of a uniform variance is 2 / sqrt(5 n) of it
            expected = 1 / (3 * fan_in)
            assert abs(values.var() - expected) < 5 * expected * 2 / np.sqrt(5 * values.size)
            assert getattr(module, layer).get_parameter(part).abs().max() <= fan_in**-0.5


def test_the_scale_multiplies_weights_and_biases():
    one, ten = (CNN(init_scale=s).initial(LATTICE, np.random.default_rng(1)) for s in (1, 10))
    np.testing.assert_array_equal(ten, one * np.float32(10))


def test_its_fisher_metric_is_that_of_each_examples_jacobian():
    model = CNN(channels=(2,), hidden=(3,))
    network = TorchNetwork(model, PICTURE, dtype=torch.float64)
    weights = rows(model, PICTURE, 1).numpy()
    inputs, labels = inputs_for(PICTURE, 6)[0].numpy(), np.array([0, 1, 2, 0, 1, 2])
    tangents = np.eye(weights.shape[1])[None, :12]
    for score in ("model", "label", "output"):
        diagonal = network.fisher_diagonal(weights, inputs, labels, score)[0, :12]
        gram = network.gram(weights, tangents, inputs, labels, score)[0]
        np.testing.assert_allclose(np.diag(gram), diagonal, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"channels": ()}, "channels must name one convolution at least"),
        ({"channels": (2, 0)}, "channels must be at least 1 each"),
        ({"hidden": (0,)}, "hidden must be at least 1 each"),
        ({"kernel": 2}, "kernel must be odd, got 2"),
        ({"init_scale": 0.0}, "init_scale must lie in"),
    ],
)
def test_impossible_networks_are_refused(change, told):
    with pytest.raises(BadConfig, match=told):
        CNN(**change)


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        (Signature(Tokens(2, 7), 7), "inputs must be planes"),
        (Signature(Features((5,)), 2), "inputs must be planes"),
        (Signature(Features((1, 3, 8)), 2), "planes of 3 x 8 cannot be halved 2 times"),
    ],
)
def test_inputs_it_cannot_take_are_refused(signature, told):
    with pytest.raises(BadConfig, match=told):
        CNN().layout(signature)


def test_it_is_listed_and_configured():
    assert MODELS["cnn"] is CNN
    config = {"name": "x", "task": {"name": "ising_phases"}, "model": {"name": "cnn"}}
    assert Experiment.from_config(config).layout.size == 6798
