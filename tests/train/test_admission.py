"""Admission: what no process could train is refused by the line that training would give."""

import shutil

import pytest

from grokscope.config import override
from grokscope.errors import BadConfig, NotARun, UnknownName
from grokscope.store.listing.summary import read_summary
from grokscope.train import flight
from grokscope.train.admission import admit, memory_told, rehearse
from grokscope.train.forks import plan_forks
from grokscope.train.plan import plan
from grokscope.train.session import train


@pytest.mark.parametrize(
    ("measure", "error", "words"),
    [
        ("fisher_spede", UnknownName, "no measure named 'fisher_spede', did you mean"),
        ("fisher_speed score=loud", BadConfig, "score"),
        ("grokking_time", BadConfig, "grokking_time needs the whole run"),
    ],
)
def test_a_measure_that_cannot_be_taken_while_training_is_refused(small, measure, error, words):
    plain, asking = small(), small("seed=1", f'record.measures=["{measure}"]')
    assert admit([plain]) == 0
    with pytest.raises(error, match=words):
        admit([plain, asking])


def test_recorders_are_counted_for_each_process_by_itself(small, tmp_path, monkeypatch):
    plans = plan([small(f"seed={seed}", "record.flight=10") for seed in range(2)], tmp_path)
    one = admit([plans[0].experiment])
    assert one == 4 * 11 * plans[0].experiment.layout.size
    monkeypatch.setattr(flight, "MOST_BYTES", one)
    rehearse([plans[:1], plans[1:]], tmp_path, 2)
    with pytest.raises(BadConfig, match="of memory for 2 runs"):
        rehearse([plans], tmp_path, 1)


def test_a_fork_whose_parent_is_gone_is_refused(small, tmp_path):
    (parent,) = plan([small("epochs=3")], tmp_path)
    train([parent], tmp_path, device="cpu", notify=lambda line: None)
    told = read_summary(parent.path)
    forks = plan_forks(told, None, lambda one: [override(one, ["epochs=5"])])
    rehearse([forks], tmp_path, 1)
    shutil.rmtree(parent.path)
    with pytest.raises(NotARun, match=parent.id):
        rehearse([forks], tmp_path, 1)


def test_what_does_not_fit_into_memory_is_told_in_one_line(small):
    with pytest.raises(BadConfig, match="does not fit into memory"), memory_told(small()):
        raise MemoryError("unable")
