"""Kinds: registries refuse twins and name what they know."""

import pytest

from grokscope.errors import UnknownName
from grokscope.kinds import by_name, find
from grokscope.measures import MEASURES
from grokscope.tasks import TASKS


def test_two_entries_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two entries are named 'modular_addition'"):
        by_name([*TASKS.values(), *TASKS.values()])


def test_an_unknown_name_is_answered_with_the_nearest_and_all():
    with pytest.raises(UnknownName, match=r"no measure named 'fisher_spede', did you mean") as e:
        find(MEASURES, "fisher_spede", "measure")
    assert all(name in str(e.value) for name in MEASURES)


def test_a_key_holds_every_choice():
    speed = MEASURES["fisher_speed"]
    values = {p.name: p.default for p in speed.parameters}
    assert speed.key(values) == "fisher_speed.output.diagonal.test.f1.n256.s0"
    assert speed.key(values | {"score": "model"}) != speed.key(values)


def test_a_title_tells_the_variant_and_what_is_unusual():
    speed = MEASURES["fisher_speed"]
    values = {p.name: p.default for p in speed.parameters}
    assert speed.title(values) == "Fisher speed, output/diagonal/test"
    assert speed.title(values | {"samples": 64}) == "Fisher speed, output/diagonal/test/n64"
