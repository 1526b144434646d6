"""Requests: measures by name, with every parameter chosen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grokscope.config.overrides import parse_value
from grokscope.errors import BadConfig, listed, nearest
from grokscope.kinds import Measure, Parameter, find
from grokscope.measures import MEASURES

EVERY = Parameter(
    name="every",
    default=1,
    least=1,
    meaning="of how many checkpoints one is measured, counted back from the last",
)
"""What every measure has whose values follow from one checkpoint each, unless it has its own."""


@dataclass(frozen=True)
class Request:
    """A measure with every one of its parameters chosen."""

    measure: Measure
    values: Mapping[str, Any]
    every: int = 1
    """Of how many checkpoints one is asked for, counted back from the last. Values are the same,
    so what is stored of others stays beside them."""

    @property
    def key(self) -> str:
        """The name its result is stored under."""
        return self.measure.key(self.values)

    @property
    def usual(self) -> bool:
        """Whether every parameter has its default."""
        return all(self.values[p.name] == p.default for p in self.measure.parameters)


def requested(names: Iterable[str], choices: Mapping[str, Any]) -> list[Request]:
    """Return measures by name with parameters chosen or at their defaults.

    Raises
    ------
    UnknownName, BadConfig
        If there is no such measure; if none has such a parameter, or takes such a value.
    """
    wanted = [find(MEASURES, name, "measure") for name in names]
    known = {parameter.name: parameter for one in wanted for parameter in _accepted(one)}
    for name, value in choices.items():
        if name not in known:
            raise BadConfig(
                f"{listed(one.name for one in wanted)} has no parameter {name!r}"
                f"{nearest(name, known)}; accepted: {listed(known)}"
            )
        _check(known[name], value)
    return [
        Request(
            one,
            {p.name: choices.get(p.name, p.default) for p in one.parameters},
            choices.get(EVERY.name, EVERY.default) if EVERY in _accepted(one) else EVERY.default,
        )
        for one in wanted
    ]


def _accepted(one: Measure) -> list[Parameter]:
    """Return what may be chosen of a measure."""
    own = {parameter.name: parameter for parameter in one.parameters}
    # values of measures with an interval depend on neighbours
    alone = one.local and "interval" not in own
    return list(({EVERY.name: EVERY} | own if alone else own).values())


def _check(parameter: Parameter, value: Any) -> None:
    if parameter.choices:
        if value not in parameter.choices:
            raise BadConfig(
                f"{parameter.name} must be one of {listed(map(str, parameter.choices))}, "
                f"got {value!r}"
            )
    elif not isinstance(value, int) or isinstance(value, bool) or value < parameter.least:
        raise BadConfig(
            f"{parameter.name} must be a whole number of at least {parameter.least}, got {value!r}"
        )


def written(text: str) -> Request:
    """Return the measure that a text such as `fisher_speed score=model metric=full` asks for.

    Raises
    ------
    UnknownName, BadConfig
        As `requested`.
    """
    name, *assignments = text.split() or [""]
    choices = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise BadConfig(
                f"a measure is followed by key=value, such as score=model, got {assignment!r}"
            )
        choices[key] = parse_value(value)
    return requested([name], choices)[0]
