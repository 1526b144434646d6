import pytest

from grokscope.errors import BadArgument
from grokscope.store.recording.names import MetricNames


def test_a_name_that_is_stored_otherwise_is_told():
    names = MetricNames({})
    fresh = names.new(["loss/train", "a b", "../x"])
    assert names.keep(fresh) == {"metric_names": '{"...x":"../x","loss.train":"loss/train"}'}
    assert names.new(["loss/train"]) == {}
    assert names.keep(names.new(["plain"])) == {}


def test_names_given_before_a_run_was_resumed_stand():
    names = MetricNames({"metric_names": '{"loss.train":"loss/train"}'})
    fresh = names.new(["a/b"])
    assert names.keep(fresh) == {"metric_names": '{"a.b":"a/b","loss.train":"loss/train"}'}
    with pytest.raises(BadArgument, match=r"metric 'loss\.train' would be .* as 'loss/train' is"):
        names.new(["loss.train"])


@pytest.mark.parametrize("stored", ["{", "[1]", "5", "null", '"ab"'])
def test_what_cannot_be_read_of_them_is_told_anew(stored):
    names = MetricNames({"metric_names": stored})
    assert names.keep(names.new(["a/b"])) == {"metric_names": '{"a.b":"a/b"}'}


def test_two_names_at_two_steps_do_not_become_one_curve():
    names = MetricNames({})
    names.keep(names.new(["a.b"]))
    with pytest.raises(BadArgument, match=r"metric 'a/b' would be stored as 'a\.b', as 'a\.b' is"):
        names.new(["a/b"])
