import pytest

from grokscope.errors import BadArgument, BadQuery, NotAStore
from grokscope.store.api.listing import runs
from grokscope.store.recording.recorder import Recorder


def test_runs_are_listed_by_query_newest_first(store):
    for seed in range(3):
        with Recorder("r", store=store, seed=seed) as rec:
            rec.log(0, a=seed)
    assert [run.seed for run in runs(store=store)] == [2, 1, 0]
    assert [run.seed for run in runs("seed>=1 and not seed=2", store)] == [1]
    assert runs("seed=9", store) == []


def test_a_query_that_cannot_be_understood_is_told(store):
    with pytest.raises(BadQuery):
        runs("seed>=", store)


def test_the_default_store_is_that_of_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_STORE", str(tmp_path / "none"))
    with pytest.raises(NotAStore):
        runs()


def test_what_is_no_query_and_no_store_is_refused_by_name():
    with pytest.raises(BadArgument, match=r"^query is 5 \(int\); a text"):
        runs(5)
    with pytest.raises(BadArgument, match=r"^store is 5 \(int\); a path"):
        runs("", 5)
