"""Dense layers: each pre-activation worked by hand, runs apart, biases optional."""

import torch

from grokscope.models.dense import DenseModule, preactivations


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
