"""Keys of transformers: values that none can have are refused by name."""

import pytest

from grokscope.errors import BadConfig
from grokscope.kinds import Features, Signature
from grokscope.models.transformer import Decoder, Transformer


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"layers": 0}, "transformer: layers must be at least 1, got 0"),
        ({"heads": 3}, "d_model must be a multiple of heads, got 128 and 3"),
        ({"norm": "batch"}, "norm must be one of none, pre, post, got 'batch'"),
        ({"activation": "sigmoid"}, "one of relu, tanh, quadratic, gelu, silu, got 'sigmoid'"),
        ({"init_scale": float("inf")}, r"init_scale must lie in \(0, 1e30\), got inf"),
    ],
    ids=["layers", "heads", "norm", "activation", "scale"],
)
def test_values_out_of_range_are_refused(fields, words):
    with pytest.raises(BadConfig, match=words):
        Transformer(**fields)


def test_features_are_refused():
    with pytest.raises(BadConfig, match="decoder: reads tokens, the task gives features"):
        Decoder().layout(Signature(Features((3, 2)), 4))
