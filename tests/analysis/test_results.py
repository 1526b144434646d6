"""Results: what decides them is in their recipe, and shared work is done once."""

from dataclasses import replace

import xarray as xr

from grokscope.analysis.requests import Request, written
from grokscope.analysis.results import computed, data_of, recipe
from grokscope.config import Experiment
from grokscope.measures import MEASURES

CONFIG = {
    "name": "toy",
    "task": {"name": "modular_addition", "p": 5},
    "model": {"name": "mlp", "hidden": [6]},
    "seed": {"root": 3},
}


def test_a_recipe_tells_parameters_task_model_and_label_noise():
    request = written("fisher_speed")
    noisy = CONFIG | {"training": {"label_noise": 0.1}}
    seeded = CONFIG | {"seed": {"root": 4}}
    renamed = CONFIG | {"name": "other", "training": {"epochs": 3}}
    recipes = [recipe(request, config) for config in (CONFIG, noisy, seeded, renamed)]
    recipes.append(recipe(written("fisher_speed score=model"), CONFIG))
    assert recipes[3] == recipes[0]
    assert len(set(recipes)) == 4


def test_weights_alone_decide_a_measure_of_weights():
    request = written("weight_norm")
    assert recipe(request, CONFIG) == recipe(request, CONFIG | {"seed": {"root": 4}})


def test_what_measures_share_is_prepared_once():
    calls = []

    def prepare(tree, **values):
        calls.append(values)
        return xr.DataArray(2.0)

    def half(products):
        return products / 2

    one = replace(
        MEASURES["weight_norm"], name="half", function=half, prepare=prepare, reads="weights"
    )
    two = replace(one, name="same", function=lambda products: products)
    prepared = {}
    found = [float(computed(Request(m, {}), xr.DataTree(), None, prepared)) for m in (one, two)]
    assert found == [1.0, 2.0]
    assert calls == [{}]


def test_data_holds_both_parts():
    split = Experiment.from_config(CONFIG).split()
    data = data_of(split)
    assert data.train_inputs.dims == ("train_example", "axis_1")
    assert (data.test_labels.values == split.test_labels).all()
