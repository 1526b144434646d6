"""Transformers: the papers' sizes and draws, equal to the plain module, alone or in company."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from grokscope.kinds import Signature, Tokens
from grokscope.models import MODELS
from grokscope.models.network import TorchNetwork
from grokscope.models.reference import load_row, row_of
from grokscope.models.transformer import Decoder, Transformer
from grokscope.train.buffers import aligned

CPU = torch.device("cpu")
PAIR = Signature(Tokens(2, 7), 7)
TRIPLE = Signature(Tokens(3, 4), 6)
SMALL = {"d_model": 12, "heads": 3, "d_mlp": 10}
VARIANTS = {
    "nanda": Transformer(**SMALL),
    "power": Decoder(**SMALL),
    "pre-norm, tied": Transformer(**SMALL, layers=2, norm="pre", tied=True, outputs="tokens"),
    "tied with '='": Transformer(**SMALL, tied=True, activation="gelu", operator=True),
    "deep, bare": Transformer(**SMALL, layers=3, bias=False, positions="sinusoidal"),
}


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


def tokens(signature, n=11, runs=1):
    generator = torch.Generator().manual_seed(0)
    kind = signature.inputs
    return torch.randint(0, kind.vocabulary, (runs, n, kind.positions), generator=generator)


def loss_gradient(model, signature, theta, inputs):
    theta = theta.detach().requires_grad_()
    logits = model.forward(model.layout(signature).views(theta), inputs)
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), torch.zeros(logits.shape[:2]).long().flatten(), reduction="sum"
    )
    return logits.detach(), torch.autograd.grad(loss, theta)[0]


def test_nandas_network_has_226816_parameters():
    layout = Transformer().layout(Signature(Tokens(2, 113), 113))
    assert layout.size == 226_816
    assert {p.name: (p.dims, p.shape) for p in layout.parameters} == {
        "embed.weight": (("symbol", "d_model"), (114, 128)),
        "position.weight": (("position", "d_model"), (3, 128)),
        "layer1.query.weight": (("d_model", "head", "d_head"), (128, 4, 32)),
        "layer1.key.weight": (("d_model", "head", "d_head"), (128, 4, 32)),
        "layer1.value.weight": (("d_model", "head", "d_head"), (128, 4, 32)),
        "layer1.attention_out.weight": (("head", "d_head", "d_model"), (4, 32, 128)),
        "layer1.mlp_in.weight": (("d_model", "d_mlp"), (128, 512)),
        "layer1.mlp_in.bias": (("d_mlp",), (512,)),
        "layer1.mlp_out.weight": (("d_mlp", "d_model"), (512, 128)),
        "layer1.mlp_out.bias": (("d_model",), (128,)),
        "unembed.weight": (("d_model", "output"), (128, 114)),
    }


def test_powers_network_has_two_layers_of_196608_weights_and_two_norms():
    layout = Decoder().layout(Signature(Tokens(2, 97), 97))
    assert layout.size == 2 * (196_608 + 2 * 256) + 2 * 99 * 128


@pytest.mark.parametrize("signature", [PAIR, TRIPLE], ids=["pair", "more labels than tokens"])
@pytest.mark.parametrize("name", VARIANTS)
def test_forward_equals_the_module(name, signature):
    model = VARIANTS[name]
    layout, theta, inputs = model.layout(signature), rows(model, signature), tokens(signature)
    logits, gradient = loss_gradient(model, signature, theta, inputs)
    module = model.module(signature).double()
    for r in range(len(theta)):
        load_row(module, layout, theta[r])
        module.zero_grad()
        plain = module(inputs[0])
        labels = torch.zeros(len(plain)).long()
        torch.nn.functional.cross_entropy(plain, labels, reduction="sum").backward()
        torch.testing.assert_close(logits[r], plain.detach(), rtol=0, atol=1e-12)
        flat = row_of(module, layout, lambda p: p.grad)
        torch.testing.assert_close(gradient[r], flat, rtol=1e-12, atol=1e-12)


def test_no_example_sees_another_and_order_of_tokens_matters():
    model, inputs = VARIANTS["nanda"], torch.tensor([[[1, 2], [2, 1], [1, 2]]])
    logits = model.forward(model.layout(PAIR).views(rows(model, PAIR, 1)), inputs)[0]
    torch.testing.assert_close(logits[0], logits[2], rtol=0, atol=1e-14)
    assert (logits[0] - logits[1]).abs().max() > 1e-3


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize(("width", "modulus"), [(3, 5), (10, 16), (12, 7), (32, 31)])
@pytest.mark.parametrize("examples", [11, 61])
def test_a_run_is_the_same_alone_and_in_company(name, width, modulus, examples):
    model = replace(VARIANTS[name], d_model=width, heads=1, d_mlp=2 * width)
    signature = Signature(Tokens(2, modulus), modulus)
    theta = aligned([*rows(model, signature, 8).float().numpy()], CPU)
    inputs = tokens(signature, examples, 8)
    together = loss_gradient(model, signature, theta, inputs)
    for runs in ([0], [7], [2, 3, 7]):
        own = aligned([*theta[runs].numpy()], CPU)
        fewer = loss_gradient(model, signature, own, inputs[runs])
        for here, there in zip(fewer, together, strict=True):
            assert torch.equal(here, there[runs])


def test_nandas_draw_has_the_variances_of_the_authors():
    signature = Signature(Tokens(2, 113), 113)
    tensors = (
        Transformer()
        .layout(signature)
        .views(Transformer().draw(signature, np.random.default_rng(1)))
    )
    for name, tensor in tensors.items():
        assert tensor.dtype == np.float32
        if name.endswith("bias"):
            assert not tensor.any()
        elif name != "position.weight":
            width = 114 if name == "unembed.weight" else 128
            assert tensor.std() == pytest.approx(width**-0.5, rel=0.03)


def test_powers_draw_is_torchs():
    signature = Signature(Tokens(2, 97), 97)
    model = Decoder()
    module = model.module(signature)
    tensors = model.layout(signature).views(model.draw(signature, np.random.default_rng(1)))
    for name, plain in module.named_parameters():
        here, there = tensors[name], plain.detach().numpy()
        if here.ndim == 1:
            np.testing.assert_array_equal(here, there)
        else:
            assert here.std() == pytest.approx(there.std(), rel=0.03)
            bound = 6 if name == "embed.weight" else abs(there).max() * 1.01
            assert abs(here).max() < bound


@pytest.mark.parametrize("score", ["model", "label", "output"])
def test_measures_see_labels_alone_and_gram_agrees_with_the_diagonal(score):
    model, rng = VARIANTS["nanda"], np.random.default_rng(0)
    network = TorchNetwork(model, PAIR, dtype=torch.float64)
    weights, inputs = rows(model, PAIR, 2).numpy(), tokens(PAIR, 5)[0].numpy()
    labels = rng.integers(7, size=5)
    plain = model.forward(network.layout.views(torch.tensor(weights)), torch.tensor(inputs)[None])
    assert plain.shape == (2, 5, 8)
    np.testing.assert_array_equal(network.logits(weights, inputs), plain[..., :7])
    some = rng.choice(network.layout.size, 20, replace=False)
    units = np.zeros((2, 20, network.layout.size))
    units[:, np.arange(20), some] = 1
    gram = network.gram(weights, units, inputs, labels, score)
    diagonal = network.fisher_diagonal(weights, inputs, labels, score)
    np.testing.assert_allclose(
        np.diagonal(gram, axis1=1, axis2=2), diagonal[:, some], rtol=1e-10, atol=1e-14
    )
    assert diagonal.max() > 0


def test_registry_holds_both_by_name():
    assert MODELS["transformer"] is Transformer
    assert MODELS["decoder"] is Decoder
