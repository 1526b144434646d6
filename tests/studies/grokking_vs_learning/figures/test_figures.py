"""The paper's figures: named once, of runs there are, and all drawn for a study in small."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from grokscope.cli.training import Means, carry_out
from grokscope.drawing import compose
from grokscope.errors import MissingData
from grokscope.kinds import by_name
from grokscope.studies import STUDIES
from grokscope.studies.grokking_vs_learning.figures import FIGURES
from grokscope.studies.grokking_vs_learning.figures.features import LAST
from grokscope.studies.grokking_vs_learning.figures.finals import lattices
from grokscope.studies.grokking_vs_learning.groups import GROUPS
from grokscope.study import Scale, Trained
from grokscope.train.plan import plan

MODADD = {"task.p": 7, "model.hidden": [8], "training.epochs": 12, "record.dense_until": 12}
ISING = {
    "task.size": 4,
    "task.temperatures": 4,
    "task.per_temperature": 30,
    "task.sweeps": 5,
    "task.n_train": 40,
    "task.n_test": 40,
    "training.epochs": 1200,
    "record.dense_until": 1200,
}
TRAINED = ("modadd-0.1", "modadd-1", "modadd-10", "modadd-25x", "modadd-10-strong")
TRAINED += ("ising-1", "ising-5")


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_a_figure_is_of_runs_there_are_and_says_what_it_shows(figure):
    needed = {name for panel in figure.panels for name in panel.groups}
    assert needed
    assert needed <= {group.name for group in GROUPS}
    assert figure.caption.endswith(".")
    assert figure.where.startswith("fig") or figure.name == "front"
    assert all(panel.y and panel.x for panel in figure.panels)
    with pytest.raises(MissingData, match="not trained at this scale"):
        figure.data({})


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    study = STUDIES["grokking-vs-learning"]
    groups = [
        replace(
            group,
            changes={**group.changes, **(ISING if group.name.startswith("ising") else MODADD)},
            quick=2 if group.name == "modadd-10" else 1,
        )
        for group in study.groups.values()
        if group.name in TRAINED
    ]
    small = replace(study, groups=by_name(groups))
    wanted = small.experiments(list(study.claims.values()), Scale("quick", 2))
    plans = plan([one for group in wanted.values() for one in group], store)
    carry_out(plans, Means(store, "cpu", 1))
    paths = {p.experiment.digest: p.path for p in plans}
    return {
        name: [Trained(paths[one.digest], "cpu") for one in group] for name, group in wanted.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_a_figure_is_drawn_whole_and_its_numbers_are_kept(figure, evidence, tmp_path):
    data = figure.data(evidence)
    assert len(data.children) == len(figure.panels)
    canvas = compose(figure, data)
    canvas.draw_without_rendering()
    box, (width, height) = canvas.get_tightbbox(), canvas.get_size_inches()
    assert min(box.x0, box.y0) >= 0
    assert box.x1 <= width
    assert box.y1 <= height
    for axes in canvas.axes[: len(figure.panels)]:
        assert axes.get_xlabel()
        assert axes.get_ylabel()
        assert axes.has_data()
    data.to_netcdf(tmp_path / "figure.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "figure.nc") as kept:
        xr.testing.assert_equal(kept.load(), data)


@pytest.mark.slow
def test_neurons_summarised_are_the_measure_of_their_layer(evidence):
    (run,) = evidence["ising-5"]
    layers, features = lattices(run)
    z = layers[LAST].astype(float)
    varies = np.ptp(z, axis=0) > 1e-6
    used = np.abs(z[:, varies]).mean(0)
    r = [abs(np.corrcoef(column, features[:, 0])[0, 1]) for column in z[:, varies].T]
    measured = run.measure("feature_correlation").sel(layer=LAST, feature="energy")[-1]
    assert np.average(r, weights=used) == pytest.approx(float(measured), rel=1e-3)
