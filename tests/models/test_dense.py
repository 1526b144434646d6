"""Dense layers: each pre-activation worked by hand, runs apart, biases optional."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Features, Signature
from grokscope.models.dense import ACTIVATIONS, DenseModule, narrowed, preactivations
from grokscope.models.mlp import MLP


def relu_square(x):
    return torch.relu(x) ** 2


def test_layers_follow_each_other_with_the_activation_between():
    parameters = {
        "one.weight": torch.tensor([[[1.0, -1.0], [2.0, 0.0]]]),
        "one.bias": torch.tensor([[0.0, 1.0]]),
        "two.weight": torch.tensor([[[1.0], [10.0]]]),
        "two.bias": torch.tensor([[0.5]]),
    }
    inputs = torch.tensor([[[1.0, 1.0], [0.0, -1.0]]])
    first, second = preactivations(("one", "two"), relu_square, True, parameters, inputs)
    assert first.tolist() == [[[3.0, 0.0], [-2.0, 1.0]]]
    assert second.tolist() == [[[9.5], [10.5]]]


def test_without_biases_none_are_read():
    weights = {"one.weight": torch.eye(2)[None]}
    (only,) = preactivations(
        ("one",), relu_square, False, weights, torch.tensor([[[0, 1]]]).float()
    )
    assert only.tolist() == [[[0.0, 1.0]]]


def test_the_module_has_a_layer_of_each_name_and_width():
    module = DenseModule(("hidden1", "output"), (4, 3, 2), relu_square, bias=False)
    shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
    assert shapes == {"hidden1.weight": (3, 4), "output.weight": (2, 3)}


def pruned(bias=True, activation="relu"):
    """Return a perceptron of one run, with units that nothing enters, leaves, or either."""
    model, signature = (
        MLP(hidden=(24, 16), bias=bias, activation=activation),
        Signature(Features((5,)), 3),
    )
    layout, rng = model.layout(signature), np.random.default_rng(0)
    row = torch.from_numpy(rng.normal(size=(1, layout.size)).astype(np.float32))
    views = layout.views(row)
    views["hidden1.weight"][..., 3:20] = 0
    views["hidden2.weight"][:, :6] = 0
    views["hidden2.weight"][..., :2] = 0
    views["output.weight"][:, 1:12] = 0
    return model, views, torch.from_numpy(rng.normal(size=(1, 9, 5)).astype(np.float32))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_units_that_do_nothing_or_always_the_same_can_go(bias, activation):
    model, views, x = pruned(bias=bias, activation=activation)
    left = narrowed(model.layers, model.activate, views)
    # 4 units of 24 do something, and 4 of 16; widths stay whole eights
    assert [left[f"{layer}.weight"].shape[-1] for layer in model.layers] == [8, 8, 3]
    torch.testing.assert_close(model.forward(left, x), model.forward(views, x))
    before = pruned(bias=bias)[1]
    torch.testing.assert_close(views, before, rtol=0, atol=0)


def test_a_network_with_nothing_left_gives_what_it_gave():
    model, views, x = pruned(bias=False)
    for tensor in views.values():
        tensor.zero_()
    assert not model.forward(narrowed(model.layers, model.activate, views), x).any()


def test_units_of_a_diverged_network_stay():
    model, views, _ = pruned()
    for tensor in views.values():
        tensor.fill_(torch.nan)
    assert narrowed(model.layers, model.activate, views)["hidden1.weight"].shape == (1, 5, 24)
