import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import NotARun
from grokscope.store.identifiers import (
    config_digest,
    free_id,
    is_run_id,
    newest_attempt,
    run_id,
    run_path,
)


def test_an_id_is_name_seed_and_six_digits():
    assert run_id("modadd-grok", 3, "0123456789") == "modadd-grok-s3-012345"


@given(st.text(max_size=200), st.integers(0, 2**63))
def test_any_name_gives_an_id_that_may_name_a_run(name, seed):
    assert is_run_id(run_id(name, seed, config_digest({})))


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert config_digest({"a": 1, "b": 2}) == config_digest({"b": 2, "a": 1})
    assert config_digest({"a": 1}) != config_digest({"a": 2})


def test_a_taken_id_gets_the_next_free_suffix(tmp_path):
    for name in ("run", "run-2"):
        (tmp_path / name).mkdir()
    assert free_id(tmp_path, "run") == "run-3"
    assert free_id(tmp_path, "walk") == "walk"


def test_a_gap_in_the_attempts_hides_none_and_is_not_filled(tmp_path):
    for name in ("run-3", "run-03", "run-s1-4", "walk"):
        (tmp_path / name).mkdir()
    assert newest_attempt(tmp_path, "run") == tmp_path / "run-3"
    assert free_id(tmp_path, "run") == "run-4"
    assert newest_attempt(tmp_path, "jog") is None
    assert newest_attempt(tmp_path / "none", "run") is None


def test_the_id_of_a_run_in_the_trash_is_not_free(tmp_path):
    (tmp_path / ".trash" / "run@20260101T000000Z-2").mkdir(parents=True)
    assert free_id(tmp_path, "run") == "run-2"


@pytest.mark.parametrize(
    "name", ["", "..", ".hidden", "a/b", "../x", "a" * 101, "datasets", "CON", "a b", "é", "a\n"]
)
def test_names_that_lead_elsewhere_name_no_run(tmp_path, name):
    with pytest.raises(NotARun, match="cannot name a run"):
        run_path(tmp_path, name)


def test_a_symbolic_link_is_no_run(tmp_path):
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(NotARun, match="symbolic link"):
        run_path(tmp_path, "link")
