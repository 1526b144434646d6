import pytest

from grokscope.store.writing.rundir import disk_bytes
from grokscope.train.checkpoints import kept_epochs
from grokscope.train.estimate import demand, still_needed
from grokscope.train.plan import plan
from grokscope.train.session import train


def test_a_demand_follows_the_experiment(small):
    one = small("epochs=30", "dense_until=10")
    wanted = demand(one)
    assert wanted.checkpoints == len(kept_epochs(one.record, 30))
    assert (wanted.parameters, wanted.evaluations, wanted.slots) == (one.layout.size, 31, 2)


@pytest.mark.parametrize(
    ("optimizer", "slots"), [("name=sgd", 0), ("momentum=0.9", 1), ("name=adamw", 2)]
)
def test_optimiser_state_counts(small, optimizer, slots):
    words = ["optimizer.name=sgd", f"optimizer.{optimizer}"]
    assert demand(small(*words)).slots == slots


def test_what_a_run_took_is_close_to_its_estimate_and_nothing_is_needed_any_more(small, tmp_path):
    plans = plan([small("epochs=20", "dense_until=20", "hidden=[64]")], tmp_path)
    before = still_needed(plans)
    train(plans, tmp_path, device="cpu", notify=lambda line: None)
    wanted = demand(plans[0].experiment)
    assert before == wanted.kept + wanted.passing
    assert 0.5 < wanted.kept / disk_bytes(plans[0].path) < 2
    assert still_needed(plans) == 0


def test_only_so_many_runs_are_compacted_at_once(small, tmp_path):
    plans = plan([small(f"seed={seed}") for seed in range(4)], tmp_path)
    wanted = demand(plans[0].experiment)
    assert still_needed(plans, at_once=2) == 4 * wanted.kept + 2 * wanted.passing
