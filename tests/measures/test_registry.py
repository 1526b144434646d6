"""Rules every measure keeps."""

from pathlib import Path

import pytest

from grokscope.kinds import Parameter
from grokscope.measures import MEASURES


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_measure_has_a_known_answer(measure):
    tests = Path(__file__).with_name(f"test_{measure.name}.py").read_text()
    assert "\ndef test_worked_value(" in tests


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_measure_says_what_it_is_and_where_from(measure):
    assert measure.function.__doc__
    assert measure.source.startswith("arXiv:")
    assert measure.long_name
    assert measure.units
    assert measure.range[0] < measure.range[1]


def accepted(parameter: Parameter) -> bool:
    return not parameter.choices or parameter.default in parameter.choices


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_parameters_are_explained_and_their_defaults_accepted(measure):
    for parameter in measure.parameters:
        assert parameter.meaning
        assert accepted(parameter)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_stored_name_tells_parameters_apart(measure):
    values = {parameter.name: parameter.default for parameter in measure.parameters}
    for parameter in measure.parameters:
        for other in parameter.choices or (parameter.default + 1,):
            changed = measure.key(values | {parameter.name: other})
            assert (changed == measure.key(values)) == (other == parameter.default)
