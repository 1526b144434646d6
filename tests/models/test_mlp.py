"""The perceptron: equal to the plain module, the same run alone or in company, and refusals."""

import numpy as np
import pytest
import torch

from grokscope.errors import BadConfig
from grokscope.kinds import Features, Signature, Tokens
from grokscope.models import MODELS
from grokscope.models.dense import ACTIVATIONS
from grokscope.models.mlp import MLP
from grokscope.models.reference import load_row, row_of

PAIR = Signature(Tokens(2, 7), 5)
PICTURE = Signature(Features((3, 2)), 4)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rows(model, signature, n=3):
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(n, model.layout(signature).size)) / 10
    return torch.tensor(np.stack([model.initial(signature, rng) for _ in range(n)]) + noise)


def inputs_for(signature, n=11, runs=1):
    generator = torch.Generator().manual_seed(0)
    if isinstance(signature.inputs, Tokens):
        kind = signature.inputs
        return torch.randint(0, kind.vocabulary, (runs, n, kind.positions), generator=generator)
    shape = (runs, n, *signature.inputs.shape)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def loss_gradient(model, signature, theta, inputs):
    theta = theta.detach().clone().requires_grad_()
    logits = model.forward(model.layout(signature).views(theta), inputs)
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), torch.zeros(logits.shape[:2]).long().flatten(), reduction="sum"
    )
    return logits.detach(), torch.autograd.grad(loss, theta)[0]


def test_paper_network_has_174193_parameters():
    layout = MLP().layout(Signature(Tokens(2, 113), 113))
    assert layout.size == 174_193
    assert [(p.name, p.dims, p.shape) for p in layout.parameters] == [
        ("hidden1.weight", ("input", "hidden1"), (226, 512)),
        ("hidden1.bias", ("hidden1",), (512,)),
        ("output.weight", ("hidden1", "output"), (512, 113)),
        ("output.bias", ("output",), (113,)),
    ]


def test_deeper_layers_are_named_in_order():
    layout = MLP(hidden=(8, 6), bias=False).layout(PICTURE)
    assert [p.dims for p in layout.parameters] == [
        ("input", "hidden1"),
        ("hidden1", "hidden2"),
        ("hidden2", "output"),
    ]


def test_one_neuron_by_hand():
    model = MLP(hidden=(1,))
    row = torch.tensor([[1.0, 2, 3, 4, -5, 10, 20, 0.5, 0]])
    logits = model.forward(
        model.layout(Signature(Tokens(2, 2), 2)).views(row),
        torch.tensor([[[0, 1], [1, 1], [0, 0]]]),
    )
    # z = W[a] + W[2 + b] - 5 = 0, 1, -1
    assert logits.tolist() == [[[0.5, 0], [10.5, 20], [0.5, 0]]]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("signature", [PAIR, PICTURE], ids=["tokens", "features"])
@pytest.mark.parametrize("hidden", [(), (6,), (6, 5)], ids=["none", "one", "two"])
def test_forward_equals_the_module(activation, signature, hidden):
    model = MLP(hidden=hidden, activation=activation)
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


def test_forward_and_gradient_stay_close_to_the_module_in_float32():
    model = MLP(hidden=(64,), init_scale=3)
    theta, inputs = rows(model, PAIR).float(), inputs_for(PAIR, 50)
    logits, gradient = loss_gradient(model, PAIR, theta, inputs)
    exact, slope = loss_gradient(model, PAIR, theta.double(), inputs)
    torch.testing.assert_close(logits.double(), exact, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(gradient.double(), slope, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("signature", [PAIR, PICTURE], ids=["tokens", "features"])
@pytest.mark.parametrize("width", [16, 37, 128])
def test_a_run_is_the_same_alone_and_in_company(signature, width):
    model = MLP(hidden=(width,))
    theta, inputs = rows(model, signature, 8).float(), inputs_for(signature, 64, 8)
    inputs = inputs.float() if inputs.is_floating_point() else inputs
    together = loss_gradient(model, signature, theta, inputs)
    for runs in (1, 3):
        fewer = loss_gradient(model, signature, theta[:runs], inputs[:runs])
        for here, there in zip(fewer, together, strict=True):
            assert torch.equal(here, there[:runs])


@pytest.mark.parametrize("signature", [PAIR, PICTURE], ids=["tokens", "features"])
def test_forward_can_be_differentiated_forward_and_mapped(signature):
    model = MLP(hidden=(6,), activation="tanh")
    layout, theta, inputs = (
        model.layout(signature),
        rows(model, signature, 2),
        inputs_for(signature),
    )
    tangent = torch.randn(3, *theta.shape, dtype=torch.float64)

    def forward(t):
        return model.forward(layout.views(t), inputs)

    _, along = torch.func.vmap(lambda v: torch.func.jvp(forward, (theta,), (v,)))(tangent)
    h = 1e-6
    for v, slope in zip(tangent, along, strict=True):
        numeric = (forward(theta + h * v) - forward(theta - h * v)) / (2 * h)
        torch.testing.assert_close(slope, numeric, rtol=1e-6, atol=1e-6)


def test_draw_is_xavier_normal_with_zero_biases():
    signature = Signature(Tokens(2, 113), 113)
    model = MLP(init_scale=10)
    tensors = model.layout(signature).views(model.draw(signature, np.random.default_rng(1)))
    weight = tensors["hidden1.weight"]
    assert weight.dtype == np.float32
    assert weight.std() == pytest.approx(np.sqrt(2 / (226 + 512)), rel=0.01)
    assert abs(weight.mean()) < 1e-3
    assert not tensors["hidden1.bias"].any()


def test_init_scale_multiplies_the_same_draw():
    one = MLP(init_scale=1).initial(PAIR, np.random.default_rng(3))
    ten = MLP(init_scale=10).initial(PAIR, np.random.default_rng(3))
    np.testing.assert_array_equal(ten, one * np.float32(10))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"hidden": (0,)}, r"hidden must be widths of at least 1, got \[0\]"),
        ({"activation": "sigmoid"}, "one of relu, tanh, quadratic, gelu, silu, got 'sigmoid'"),
        ({"init_scale": 0}, r"init_scale must lie in \(0, 1e30\), got 0"),
        ({"init_scale": float("nan")}, r"init_scale must lie in \(0, 1e30\), got nan"),
    ],
    ids=["width", "activation", "zero scale", "nan scale"],
)
def test_values_out_of_range_are_refused(fields, words):
    with pytest.raises(BadConfig, match=words):
        MLP(**fields)


def test_registry_holds_it_by_name():
    assert MODELS["mlp"] is MLP
