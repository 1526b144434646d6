"""Keys of transformers: what an experiment may ask for, and what that makes of a task."""

from dataclasses import dataclass
from typing import Literal, get_args

from grokscope.errors import BadConfig
from grokscope.kinds import Model, Signature, Tokens
from grokscope.models.mlp import Activation

Norm = Literal["none", "pre", "post"]
Positions = Literal["learned", "sinusoidal"]
Outputs = Literal["symbols", "tokens"]
CHOICES = {
    "activation": get_args(Activation),
    "norm": get_args(Norm),
    "positions": get_args(Positions),
    "outputs": get_args(Outputs),
}
"""What keys that are words accept."""


@dataclass(frozen=True)
class Sizes:
    """What a task makes of a transformer: the number of symbols, of places, of outputs."""

    symbols: int
    """Tokens and labels, which share their numbers; then the operation, if it is read; then =."""
    places: int
    """Length of the sequence."""
    outputs: int


@dataclass(frozen=True, kw_only=True)
class TransformerKeys(Model):
    """The configuration that all transformers share; how they are computed is not told here."""

    layers: int = 1
    """Number of layers, each attention and then an MLP, at least 1."""
    d_model: int = 128
    """Width of the residual stream, a multiple of `heads`."""
    heads: int = 4
    """Attention heads of each layer, each d_model / heads wide."""
    d_mlp: int = 512
    """Hidden width of each MLP, at least 1."""
    activation: Activation = "relu"
    """Function in the MLP: relu, tanh, quadratic (the square), gelu or silu."""
    bias: bool = True
    """Whether the MLPs add biases; attention has none."""
    norm: Norm = "none"
    """Layer norm: none; pre, of what enters attention, MLP and unembedding; or post, of the sum
    of what enters and leaves."""
    positions: Positions = "learned"
    """What is added to embeddings by place: learned vectors, or fixed sinusoidal ones."""
    operator: bool = False
    """Whether a symbol for the operation stands between tokens: a ∘ b = instead of a b =."""
    tied: bool = False
    """Whether the embedding serves as the unembedding too."""
    outputs: Outputs = "symbols"
    """What can be answered: symbols, '=' included; or tokens alone."""

    def __post_init__(self) -> None:
        for key in ("layers", "d_model", "heads", "d_mlp"):
            if getattr(self, key) < 1:
                raise BadConfig(f"{self.name}: {key} must be at least 1, got {getattr(self, key)}")
        if self.d_model % self.heads:
            raise BadConfig(
                f"{self.name}: d_model must be a multiple of heads, "
                f"got {self.d_model} and {self.heads}"
            )
        for key, choices in CHOICES.items():
            if getattr(self, key) not in choices:
                known, got = ", ".join(choices), getattr(self, key)
                raise BadConfig(f"{self.name}: {key} must be one of {known}, got {got!r}")
        if not 0 < self.init_scale < 1e30:
            raise BadConfig(f"{self.name}: init_scale must lie in (0, 1e30), got {self.init_scale}")

    def sizes(self, signature: Signature) -> Sizes:
        """Return how many symbols, places and outputs a task makes.

        Raises
        ------
        BadConfig
            If the task's inputs are no tokens.
        """
        if not isinstance(signature.inputs, Tokens):
            raise BadConfig(f"{self.name}: reads tokens, the task gives features; accepted: mlp")
        tokens = signature.inputs
        places = 2 * tokens.positions if self.operator else tokens.positions + 1
        known = max(tokens.vocabulary, signature.n_classes)
        symbols = known + self.constants
        return Sizes(symbols, places, symbols if self.outputs == "symbols" else known)

    @property
    def constants(self) -> int:
        """Number of symbols that are no tokens: '=', and the operation if it is read."""
        return 2 if self.operator else 1
