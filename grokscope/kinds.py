"""The nouns as types: tasks, models, measures and the shapes they exchange."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import UnknownName, listed, nearest
from grokscope.layout import Layout

if TYPE_CHECKING:
    import torch
    import xarray as xr


class Named(Protocol):
    """Anything a registry can hold."""

    @property
    def name(self) -> str:
        """The name it is asked for by."""
        ...


T = TypeVar("T")
N = TypeVar("N", bound=Named)

LATER = {"later": True}
"""Metadata of a configuration key newer than stored runs: at its default it is not stored."""


def by_name(things: Iterable[N]) -> dict[str, N]:
    """Return a registry of `things`, in their order, keyed by name.

    Raises
    ------
    ValueError
        If two things share a name.
    """
    registry: dict[str, N] = {}
    for thing in things:
        if thing.name in registry:
            raise ValueError(f"two entries are named {thing.name!r}")
        registry[thing.name] = thing
    return registry


def find(registry: Mapping[str, T], name: str, noun: str) -> T:
    """Return the entry called `name`.

    Raises
    ------
    UnknownName
        Naming the `noun`, the nearest known name and all known names.
    """
    if name in registry:
        return registry[name]
    raise UnknownName(
        f"no {noun} named {name!r}{nearest(name, registry)}; known: {listed(registry)}"
    )


@dataclass(frozen=True)
class Tokens:
    """Inputs that are symbols: int64 (example, position), each in [0, vocabulary)."""

    positions: int
    vocabulary: int


@dataclass(frozen=True)
class Features:
    """Inputs that are numbers: float32 (example, *shape)."""

    shape: tuple[int, ...]


@dataclass(frozen=True)
class Signature:
    """What a network maps: inputs of one kind to scores over `n_classes` labels."""

    inputs: Tokens | Features
    n_classes: int

    @property
    def width(self) -> int:
        """Length of one input as a vector: one-hot blocks side by side, or features flattened."""
        if isinstance(self.inputs, Tokens):
            return self.inputs.positions * self.inputs.vocabulary
        return math.prod(self.inputs.shape)


@dataclass(frozen=True)
class Split:
    """A task's data, cut in two.

    Inputs are int64 (example, position) for tokens and float32 (example, ...) for features;
    labels are int64 (example,).
    """

    train_inputs: NDArray[Any]
    train_labels: NDArray[np.int64]
    test_inputs: NDArray[Any]
    test_labels: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Task(ABC):
    """What is learned. A frozen dataclass whose fields are its configuration keys."""

    name: ClassVar[str]
    summary: ClassVar[str]
    """One line for listings."""
    source: ClassVar[str]
    """Where the task comes from, by arXiv id."""
    time_unit: ClassVar[Literal["epoch", "step"]]
    """What event times of this task are told in."""
    train_ceiling: ClassVar[float] = 1.0
    test_ceiling: ClassVar[float] = 1.0
    """Best accuracies that can be reached, in (0, 1]."""

    @property
    @abstractmethod
    def signature(self) -> Signature:
        """Shapes of inputs and outputs."""

    @property
    def chance(self) -> float:
        """Test accuracy of guessing, in [0, 1]."""
        return 1 / self.signature.n_classes

    @property
    @abstractmethod
    def n_train(self) -> int:
        """Number of training examples."""

    @abstractmethod
    def split(self, rng: np.random.Generator) -> Split:
        """Return train and test data drawn with `rng`."""

    def stand_in(self) -> "Task":
        """Return a task of the same shapes whose data take no time to make, to time a run with."""
        return self


@dataclass(frozen=True)
class Labelled:
    """One array of a data set, and what it is."""

    dims: tuple[str, ...]
    values: NDArray[Any]
    """float32, float64, int64 or uint8."""
    long_name: str


@dataclass(frozen=True, kw_only=True)
class DrawnTask(Task):
    """A task whose data are costly to make: made once, kept in the store, shared by runs."""

    needs: ClassVar[tuple[str, ...]]
    """Arrays of the data set that `cut` reads."""

    @property
    @abstractmethod
    def recipe(self) -> Mapping[str, Any]:
        """All that decides the data set: text and numbers."""

    @abstractmethod
    def generate(self) -> Mapping[str, Labelled]:
        """Return the data set, by name; the same one each time."""

    @abstractmethod
    def cut(self, data: Mapping[str, NDArray[Any]], rng: np.random.Generator) -> Split:
        """Return train and test data drawn from the data set with `rng`."""

    def split(self, rng: np.random.Generator) -> Split:
        """Make the data set, and return train and test data drawn from it with `rng`."""
        return self.cut({name: one.values for name, one in self.generate().items()}, rng)


@dataclass(frozen=True, kw_only=True)
class Model(ABC):
    """An architecture. A frozen dataclass whose fields are its configuration keys."""

    name: ClassVar[str]
    summary: ClassVar[str]
    """One line for listings."""
    source: ClassVar[str]
    """Where the architecture comes from, by arXiv id."""

    init_scale: float = 1.0
    """Factor on every parameter after the draw; > 0."""

    @abstractmethod
    def layout(self, signature: Signature) -> Layout:
        """Return the parameter tensors for a task's shapes."""

    @abstractmethod
    def draw(self, signature: Signature, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return one row of initial parameters, before `init_scale`, float32 (parameter,)."""

    def initial(self, signature: Signature, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return one row of initial parameters, float32 (parameter,)."""
        return self.draw(signature, rng) * np.float32(self.init_scale)

    @abstractmethod
    def forward(
        self, parameters: Mapping[str, "torch.Tensor"], inputs: "torch.Tensor"
    ) -> "torch.Tensor":
        """Return logits of several networks at once.

        Parameters
        ----------
        parameters : dict of Tensor, each (run, *shape) as `layout` names them
        inputs : Tensor, (run, example, ...)
            Tokens or features; a run axis of length 1 is shared by all runs.

        Returns
        -------
        Tensor, (run, example, class)
            Perhaps with more classes than the signature's, symbols that are never a label: they
            count in the loss, and a `Network` drops their logits.
        """

    @abstractmethod
    def module(self, signature: Signature) -> "torch.nn.Module":
        """Return the same function as a plain module, which `forward` must equal.

        Its `state_dict` holds the parameters in the order of `layout`; a dense weight there is
        (out, in), the transpose of the layout's (in, out).
        """


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A convention of a measure that changes its number, and so is part of its stored name."""

    name: str
    default: Any
    """Its type is the parameter's type."""
    meaning: str
    choices: tuple[Any, ...] = ()
    """Accepted values; empty where any whole number from `least` on is."""
    least: int = 0
    label: str = "{}"
    """How the value stands in the stored name, such as 'n{}' for n256."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A named function from a run to labelled arrays, and what its numbers mean."""

    name: str
    function: Callable[..., "xr.DataArray"]
    """Called with the run's tree, with the network too where `reads` is "network", and with
    the parameters by name. The tree holds /metrics, /trajectory and, for a network, /data."""
    long_name: str
    units: str
    """UDUNITS string; "1" for a pure number."""
    unit_label: str = ""
    """For people, where `units` cannot say it: "epoch"."""
    dims: tuple[str, ...]
    reads: Literal["curves", "weights", "network"]
    """What it costs: recorded curves, checkpoints, or passes through the network."""
    range: tuple[float, float]
    source: str
    """Where the definition comes from: arXiv id, and equation or section."""
    version: int = 1
    """Raised when the number it gives changes."""
    parameters: Sequence[Parameter] = ()
    prepare: Callable[..., Any] | None = None
    """Work that several measures share: called as `function` would be, once for all measures
    asked for together with equal parameters. `function` is then called with its result alone."""
    local: bool = False
    """Whether each value follows from one checkpoint and those one `interval` before and after
    it, so that training can measure as it goes and keep no more."""
    moments: Callable[["xr.DataArray"], Mapping[str, int | None]] | None = None
    """Finds where along the result something happened, by name; listings carry what it finds in
    the result of the default parameters."""

    def key(self, values: Mapping[str, Any]) -> str:
        """Return the stored name: the measure's, then each parameter's value, dot by dot."""
        words = [p.label.format(values[p.name]) for p in self.parameters]
        return ".".join([self.name, *words])

    def title(self, values: Mapping[str, Any]) -> str:
        """Return the name for people: the long name, then the variant.

        A parameter with a handful of choices is always told, any other where it is not as usual.
        """
        told = [p for p in self.parameters if p.choices or values[p.name] != p.default]
        words = [p.label.format(values[p.name]) for p in told]
        return ", ".join([self.long_name, "/".join(words)]) if words else self.long_name
