"""Studies: scales, groups, and what their claims need."""

import math

import pytest

from grokscope.errors import UnknownName
from grokscope.kinds import by_name
from grokscope.study import Claim, Group, Scale, Study


class Run:
    """Stands for a trained run."""

    def __init__(self, name):
        self.path = type("Path", (), {"name": name})


EVIDENCE = {"a": [Run("a0"), Run("a1")], "b": [Run("b0")]}


def claim(readings, low=1, high=2, groups=("a",), **more):
    def read(evidence):
        assert evidence is EVIDENCE
        return readings

    told = {"statement": "s", "where": "w", "paper": "p", "quantity": "q"} | more
    return Claim(name="c", groups=groups, low=low, high=high, read=read, **told)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (1, 2, "1 to 2"),
        (0.4, 0.4, "0.4"),
        (0.5, math.inf, "at least 0.5"),
        (-math.inf, 3, "at most 3"),
    ],
)
def test_the_rule_is_told_in_one_line(low, high, told):
    assert claim({}, low, high).expected == told


@pytest.mark.parametrize(
    ("seeds", "full", "name", "count"),
    [(None, False, "quick", 3), (5, False, "seeds-5", 5), (None, True, "full", 10)],
)
def test_scales(seeds, full, name, count):
    scale = Scale.of(seeds, full)
    assert (scale.name, scale.seeds) == (name, count)
    assert scale.option == f"--{name.replace('-', ' ')}"


def group(name="g", quick=2):
    return Group(name=name, preset="modadd-grok", changes={"task.p": 13}, quick=quick)


def test_a_group_is_one_configuration_over_seeds():
    found = group().experiments(Scale("seeds-3", 3))
    assert [one.seed.root for one in found] == [0, 1, 2]
    assert {(one.task.p, one.name, one.title) for one in found} == {(13, "g", "")}
    assert len(group().experiments(Scale("quick", 3))) == 2
    assert not group(quick=0).experiments(Scale("quick", 3))
    assert len(group(quick=0).experiments(Scale("full", 10))) == 10


def study():
    return Study(
        name="s",
        title="t",
        source="arXiv:0",
        groups=by_name([group("a"), group("b")]),
        claims={"one": claim({}, groups=("b",)), "two": claim({}, groups=("a", "b"))},
    )


def test_only_what_the_claims_need_is_trained():
    needed = study().experiments(study().chosen(["one"]), Scale("quick", 3))
    assert {name: len(group) for name, group in needed.items()} == {"b": 2}
    assert list(study().experiments(study().chosen([]), Scale("quick", 3))) == ["a", "b"]


def test_an_unknown_claim_is_told_with_the_nearest():
    with pytest.raises(UnknownName, match=r"no claim 'tow', did you mean 'two'\?"):
        study().chosen(["tow"])
