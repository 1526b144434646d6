"""Selection: a preset's name means that preset's own run, whatever else carries its name."""

import pytest

from grokscope.cli.selection import select
from grokscope.config import preset
from grokscope.errors import NotARun
from grokscope.store.writer import RunWriter


def store_run(experiment, store):
    split = experiment.split()
    config, yardstick = experiment.as_config(), experiment.yardstick(split)
    RunWriter.create(store, experiment.run_id, config=config, yardstick=yardstick).finish(
        "finished"
    )
    return experiment.run_id


def test_a_preset_s_name_is_its_own_run_among_others_of_that_name(tmp_path):
    from grokscope.config import override

    own = store_run(preset("modadd-grok"), tmp_path)
    store_run(override(preset("modadd-grok"), ["seed=1"]), tmp_path)
    assert select(tmp_path, "modadd-grok").id == own


def test_a_name_that_only_one_run_has_means_it(tmp_path, small):
    own = store_run(small(), tmp_path)
    assert select(tmp_path, "small").id == own
    assert select(tmp_path, own[:-2]).id == own
    assert select(tmp_path, "@last").id == own


def test_the_path_of_a_run_s_directory_means_it(tmp_path, small):
    own = store_run(small(), tmp_path)
    assert select(tmp_path, str(tmp_path / own)).id == own


def test_a_name_that_fits_several_is_refused_with_the_candidates(tmp_path, small):
    ids = [store_run(small(f"seed={seed}"), tmp_path) for seed in (0, 1)]
    with pytest.raises(NotARun) as caught:
        select(tmp_path, "small")
    assert all(each in str(caught.value) for each in ids)
