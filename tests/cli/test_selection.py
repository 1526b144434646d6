"""Selection: a preset's name means that preset's own run, whatever else carries its name."""

import pytest

from grokscope.cli.selection import joined, select, select_runs
from grokscope.config import preset
from grokscope.errors import BadQuery, NotARun
from grokscope.store.writing.writer import RunWriter


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


def test_the_name_of_a_preset_that_was_not_trained_tells_how_to(tmp_path):
    said = r"no run 'modadd-grok' .*; grokscope run modadd-grok trains the preset of that name"
    store_run(preset("modadd-steady"), tmp_path)
    with pytest.raises(NotARun, match=said):
        select(tmp_path, "modadd-grok")
    with pytest.raises(NotARun) as caught:
        select(tmp_path, "modadd-gro")
    assert "trains" not in str(caught.value)


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


@pytest.fixture
def seeds(tmp_path, small):
    """A store of three runs of one name, oldest first; their ids."""
    return [store_run(small(f"seed={seed}"), tmp_path) for seed in range(3)]


def found(store, *words):
    return [run.id for run in select_runs(store, words)]


def test_a_query_means_all_runs_that_fit_it_and_each_comes_once(tmp_path, seeds):
    assert set(found(tmp_path, "seed>=1")) == set(seeds[1:])
    assert found(tmp_path, seeds[1], "name:small", seeds[1])[0] == seeds[1]
    assert sorted(found(tmp_path, seeds[1], "name:small", seeds[1])) == sorted(seeds)
    assert set(found(tmp_path, "small-s*")) == set(seeds)


def test_a_plain_word_means_one_run_even_among_several_words(tmp_path, seeds):
    with pytest.raises(NotARun, match="fits 3 runs"):
        found(tmp_path, "small")
    with pytest.raises(NotARun, match="fits 3 runs"):
        found(tmp_path, "small-s")
    assert found(tmp_path, str(tmp_path / seeds[2])) == [seeds[2]]


def test_a_word_that_fits_nothing_is_refused(tmp_path, seeds):
    with pytest.raises(NotARun, match=r"no run in store .* fits 'seed>9'; its runs: small"):
        found(tmp_path, "seed>9")
    with pytest.raises(BadQuery, match="did you mean 'seed'"):
        found(tmp_path, "sed>1")


def test_a_query_that_one_run_fits_names_it(tmp_path, seeds):
    assert select(tmp_path, "seed=2").id == seeds[2]
    with pytest.raises(NotARun, match="fits 2 runs"):
        select(tmp_path, "seed>0")


def test_words_of_a_command_line_keep_together_what_was_quoted_whole():
    assert joined(["a or b", "c"]) == "(a or b) c"
    assert joined(["a", "or", "b"]) == "a or b"
    assert joined(["t_test", "> 3"]) == "t_test > 3"
    assert joined(["a or b"]) == "a or b"
