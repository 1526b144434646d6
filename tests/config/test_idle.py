"""Idle keys: what would do nothing is refused where it is asked for, not where it is stored."""

import pytest

from grokscope.config import Experiment, Sweep, load_sweep, override, parse_axis
from grokscope.config.idle import COMPANIES
from grokscope.config.overrides import flat_keys
from grokscope.errors import BadConfig

IDLE = [
    ("momentum=0.9", "optimizer.name=sgd"),
    ("final_lr=1e-4", "schedule=linear"),
    ("decay_every=3", "schedule=step"),
    ("warmup_from=0.5", "warmup=3"),
    ("stop_hold=2", "stop_beyond=0.9"),
    ("stop_metric=train_loss", "stop_beyond=0.9"),
    ("flight_after=3", "flight=5"),
    ("measure_every=2", 'measures=["weight_norm"]'),
]


@pytest.mark.parametrize(("key", "company"), IDLE)
def test_a_key_that_does_nothing_is_refused_and_with_company_accepted(small, key, company):
    name = key.partition("=")[0]
    with pytest.raises(BadConfig, match=rf"\.{name} = .* does nothing without .*, got"):
        list(Sweep(small()).changed([key], []).experiments())
    (one,) = Sweep(small()).changed([key, company], []).experiments()
    assert one == small(key, company)


def test_what_adam_alone_reads_is_refused_with_sgd(small):
    for key in ("betas=[0.9, 0.98]", "eps=1e-6"):
        with pytest.raises(BadConfig, match=r"does nothing without .* adam or adamw, got sgd"):
            list(Sweep(small("optimizer.name=sgd")).changed([key], []).experiments())


def test_values_of_an_axis_are_checked_run_by_run(small):
    both = [parse_axis("optimizer.name=sgd,adam"), parse_axis("momentum=0,0.9")]
    with pytest.raises(BadConfig, match=r"momentum = 0\.9 .* got adam"):
        list(Sweep(small(), tuple(both)).experiments())
    (pair,) = [parse_axis("optimizer.name,momentum=(sgd,0.9),(adam,0)")]
    assert len(list(Sweep(small(), (pair,)).experiments())) == 2


def test_the_company_of_a_set_key_may_come_from_an_axis(small):
    sweep = Sweep(small()).changed(["momentum=0.9"], [parse_axis("optimizer.name=sgd")])
    (one,) = sweep.experiments()
    assert (one.optimizer.name, one.optimizer.momentum) == ("sgd", 0.9)


def test_what_is_stored_loads_and_goes_on_with_other_keys_changed(small):
    stored = Experiment.from_config(override(small(), ["momentum=0.9"]).as_config())
    (one,) = Sweep(stored).changed(["lr=1"], []).experiments()
    assert one.optimizer.momentum == 0.9


FILE = """
[task]
name = "modular_addition"
[model]
name = "mlp"
[optimizer]
momentum = 0.9
"""


def test_a_file_is_checked_by_itself_unless_its_sweep_decides(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(FILE)
    with pytest.raises(BadConfig, match=r"mine\.toml: optimizer\.momentum = 0\.9 does nothing"):
        load_sweep(str(path))
    path.write_text(FILE + '[sweep]\noptimizer.name = ["sgd"]\n')
    assert len(list(load_sweep(str(path)).experiments())) == 1


def test_every_key_of_the_table_exists(small):
    known = set(flat_keys(small().as_config(whole=True)))
    assert {key for one in COMPANIES for key in (*one.keys, one.needed)} <= known
