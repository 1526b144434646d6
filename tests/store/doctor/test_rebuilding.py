from hypothesis import given
from hypothesis import strategies as st

from grokscope.store.doctor.rebuilding import state_of, unflattened
from grokscope.store.schema import flatten

KEYS = st.text("abc_", min_size=1, max_size=4)
VALUES = st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2))
CONFIGS = st.recursive(VALUES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)


@given(st.dictionaries(KEYS, CONFIGS, max_size=4))
def test_a_configuration_comes_back_from_what_its_summary_keeps(config):
    assert unflattened(flatten(config)) == config


def test_how_a_run_stands_follows_from_both_of_its_files():
    assert state_of("finished", "running") == "finished"
    assert state_of("running", "interrupted") == "interrupted"
    assert state_of("running", "running") == "running"
    assert state_of(None, "nonsense") == "running"
