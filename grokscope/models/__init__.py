"""Architectures: one file each, listed here in the order views show them."""

from grokscope.kinds import Model, by_name
from grokscope.models.cnn import CNN
from grokscope.models.embedded_mlp import EmbeddedMLP
from grokscope.models.mlp import MLP
from grokscope.models.transformer import Decoder, Transformer

MODELS: dict[str, type[Model]] = by_name([MLP, EmbeddedMLP, CNN, Transformer, Decoder])
