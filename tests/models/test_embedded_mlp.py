"""The perceptron on embeddings: equal to the plain module, alone or in company, and refusals."""

import numpy as np
import pytest
import torch

from grokscope.errors import BadConfig
from grokscope.kinds import Features, Signature, Tokens
from grokscope.models import MODELS
from grokscope.models.embedded_mlp import EmbeddedMLP
from grokscope.models.network import TorchNetwork
from grokscope.models.reference import load_row, row_of
from tests.models.test_mlp import inputs_for, loss_gradient, rows

PAIR = Signature(Tokens(2, 7), 5)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_sum_and_concatenation_by_hand():
    theta = torch.tensor([[1.0, 2, 10, 20, 1, 1, 2, 3]])
    tokens = torch.tensor([[[0, 1], [1, 1]]])
    signature = Signature(Tokens(2, 2), 2)
    model = EmbeddedMLP(d_embed=2, hidden=(), bias=False)
    views = model.layout(signature).views(theta)
    # (1, 2) + (10, 20), then the same vector twice, through [[1, 1], [2, 3]]
    assert model.forward(views, tokens).tolist() == [[[55, 77], [100, 140]]]
    side = EmbeddedMLP(d_embed=2, hidden=(3,), combined="concatenated").layout(signature)
    assert [(p.name, p.dims, p.shape) for p in side.parameters][:2] == [
        ("embed.weight", ("symbol", "d_embed"), (2, 2)),
        ("hidden1.weight", ("input", "hidden1"), (4, 3)),
    ]


@pytest.mark.parametrize("combined", ["sum", "concatenated"])
@pytest.mark.parametrize("hidden", [(), (6,), (6, 5)], ids=["none", "one", "two"])
def test_forward_equals_the_module(combined, hidden):
    model = EmbeddedMLP(d_embed=5, combined=combined, hidden=hidden, activation="tanh")
    layout, theta, inputs = model.layout(PAIR), rows(model, PAIR), inputs_for(PAIR)
    logits, gradient = loss_gradient(model, PAIR, theta, inputs)
    module = model.module(PAIR).double()
    assert sum(p.numel() for p in module.parameters()) == layout.size
    assert list(module.state_dict()) == [spec.name for spec in layout.parameters]
    for r in range(len(theta)):
        load_row(module, layout, theta[r])
        module.zero_grad()
        plain = module(inputs[0])
        labels = torch.zeros(len(plain)).long()
        torch.nn.functional.cross_entropy(plain, labels, reduction="sum").backward()
        torch.testing.assert_close(logits[r], plain.detach(), rtol=0, atol=1e-12)
        flat = row_of(module, layout, lambda p: p.grad)
        torch.testing.assert_close(gradient[r], flat, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("combined", ["sum", "concatenated"])
@pytest.mark.parametrize("width", [3, 16, 37])
@pytest.mark.parametrize("shared", [False, True])
def test_a_run_is_the_same_alone_and_in_company(combined, width, shared):
    model = EmbeddedMLP(d_embed=width, combined=combined, hidden=(21,))
    theta, inputs = rows(model, PAIR, 8).float(), inputs_for(PAIR, 64, 1 if shared else 8)
    together = loss_gradient(model, PAIR, theta, inputs)
    for runs in (1, 3):
        some = inputs if shared else inputs[:runs]
        fewer = loss_gradient(model, PAIR, theta[:runs], some)
        for here, there in zip(fewer, together, strict=True):
            assert torch.equal(here, there[:runs])


def test_measures_see_it_and_gram_agrees_with_the_diagonal():
    model = EmbeddedMLP(d_embed=3, hidden=(4,))
    network = TorchNetwork(model, PAIR, dtype=torch.float64)
    weights, inputs = rows(model, PAIR, 2).numpy(), inputs_for(PAIR, 6)[0].numpy()
    labels, size = np.zeros(6, np.int64), network.layout.size
    gram = network.gram(weights, np.stack([np.eye(size)] * 2), inputs, labels, "model")
    diagonal = network.fisher_diagonal(weights, inputs, labels, "model")
    np.testing.assert_allclose(np.diagonal(gram, axis1=1, axis2=2), diagonal, atol=1e-14)
    assert diagonal.max() > 0


def test_the_draw_is_normal_and_then_that_of_the_layers():
    model = EmbeddedMLP(d_embed=50, hidden=(40,), init_scale=2)
    signature = Signature(Tokens(2, 113), 113)
    views = model.layout(signature).views(model.initial(signature, np.random.default_rng(0)))
    assert views["embed.weight"].std() == pytest.approx(2, rel=0.03)
    assert views["hidden1.weight"].std() == pytest.approx(2 * np.sqrt(2 / 90), rel=0.05)
    assert not views["output.bias"].any()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"d_embed": 0}, "embedded_mlp: d_embed must be at least 1, got 0"),
        ({"combined": "product"}, "combined must be one of sum, concatenated, got 'product'"),
        ({"hidden": (0,)}, "hidden must be widths of at least 1"),
        ({"init_scale": 0.0}, "init_scale must lie in"),
    ],
)
def test_values_out_of_range_are_refused(fields, words):
    with pytest.raises(BadConfig, match=words):
        EmbeddedMLP(**fields)


def test_features_are_refused():
    with pytest.raises(BadConfig, match="embedded_mlp: reads tokens"):
        EmbeddedMLP().layout(Signature(Features((3, 2)), 4))


def test_registry_holds_it_by_name():
    assert MODELS["embedded_mlp"] is EmbeddedMLP
