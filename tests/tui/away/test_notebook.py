"""Programs that open lists, sweeps and checkpoints are run as they are yanked."""

import sys

import pytest

from grokscope import Recorder
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.schema import Group, Variable
from grokscope.store.studies import write_table
from grokscope.tui.away.notebook import (
    at_checkpoint,
    claimed,
    crossed,
    listed,
    opener,
    ranked,
    scanned,
)
from tests.tui.conftest import SPEED, STEPS, begin, np, record, write_pair
from tests.tui.studies.test_claims import CLAIM, TABLE
from tests.tui.swept import looked_at

PAIR = ("modadd-grok-s0", "modadd-steady-s0")


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a program; gives its names and what it printed."""
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    plt.switch_backend("Agg")

    def run(code):
        names = {}
        exec(compile(code, "yanked", "exec"), names)
        return names, capsys.readouterr().out

    yield run
    plt.close("all")


def test_a_list_is_a_cube_a_table_and_a_figure(pair, run):
    names, printed = run(listed(PAIR, pair))
    assert names["cube"].sizes["run"] == 2
    assert printed.count("grokking") == 1
    assert "t_grok" in printed
    (ax,) = names["fig"].axes
    assert [line.get_label() for line in ax.lines] == list(PAIR)
    accuracy = names["cube"]["test_accuracy"].sel(run=PAIR[0])
    assert ax.lines[0].get_ydata().tolist() == accuracy.values.tolist()


def test_curves_of_runs_evaluated_at_other_steps_are_whole(tmp_path, run):
    for step, name in ((2, "even"), (3, "third")):
        with Recorder(name, store=tmp_path) as recorder:
            for at in range(0, 60, step):
                recorder.log(at, test_accuracy=at / 60)
    names, _ = run(listed(["even", "third"], tmp_path, "step"))
    (ax,) = names["fig"].axes
    assert [len(line.get_ydata()) for line in ax.lines] == [30, 20]
    assert all(np.isfinite(line.get_ydata()).all() for line in ax.lines)
    assert ax.get_xlim()[0] == 0


@pytest.mark.parametrize("value", ["t_test", "test_accuracy", "regime"])
def test_a_sweep_is_told_by_its_keys(pair, run, value):
    names, printed = run(crossed(PAIR, pair, "", "init_scale", value))
    cells = names["cells"].iloc[0]
    assert list(cells.index) == [1.0, 10.0]
    expected = {"t_test": [8, 58], "regime": ["steady", "grokking"]}
    if value in expected:
        assert cells.tolist() == expected[value]
    else:
        assert cells.min() > 0.95
    assert "init_scale" in printed
    written = [text.get_text() for text in names["fig"].axes[0].texts]
    assert written == [f"{cell:.3g}" if value != "regime" else cell for cell in cells]


def test_two_keys_make_a_table(tmp_path, run):
    ids = []
    for scale in (1.0, 10.0):
        for seed in (0, 1):
            writer = begin(tmp_path, f"modadd-{scale:g}-s{seed}", scale, seed=seed)
            record(writer, 6 + seed, 20 + scale)
            writer.finish("finished")
            ids.append(writer.path.name)
    names, _ = run(crossed(ids, tmp_path, "seed", "init_scale", "t_test"))
    assert names["cells"].shape == (2, 2)
    assert (names["cells"][10.0] > names["cells"][1.0]).all()


def test_a_time_that_was_not_reached_lies_beyond_all_others(demo, run):
    ids = ("modadd-grok-s0", "modadd-grok-s1", "modadd-wide-s0")
    names, _ = run(crossed(ids, demo, "", "init_scale", "t_test"))
    assert names["cells"].iloc[0].tolist() == [np.inf, np.inf]


def test_a_scan_is_points_and_medians_on_the_axes_of_the_screen(pair, run):
    names, _ = run(scanned(PAIR, pair, "", "init_scale", "t_test", (True, False)))
    (ax,) = names["fig"].axes
    medians, points = ax.lines
    assert medians.get_ydata().tolist() == [8, 58]
    assert sorted(points.get_ydata()) == [8, 58]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")


@pytest.mark.parametrize("value", ["t_test", "regime"])
def test_a_ranking_is_that_of_the_screen(tmp_path, run, value):
    for seed, (scale, t_test) in enumerate([(1.0, 8), (1.0, 10), (3.0, 12), (10.0, 58), (10.0, 9)]):
        writer = begin(tmp_path, f"modadd-{seed}-s{seed}", scale, seed=seed)
        record(writer, 6, t_test)
        writer.finish("finished")
    session = looked_at(Catalogue(tmp_path).refresh())
    session.sweep.table(session)
    session.sweep.shows = value
    links = session.sweep.links(session)
    names = {"seed.root": "seed", "model.init_scale": "init_scale", "name": "name"}
    known = {names[link.key]: link.strength for link in links}
    ids = [one.id for one in session.shown]
    found, _ = run(ranked(ids, tmp_path, list(known), value))
    assert found["strengths"] == pytest.approx(known)
    assert list(found["strengths"]) == list(known)


def test_a_study_is_printed_and_drawn_without_more_than_matplotlib(tmp_path, run, monkeypatch):
    claims = [CLAIM, CLAIM | {"name": "empty", "readings": {}}]
    path = write_table(tmp_path, "tiny.quick", TABLE | {"claims": claims})
    for name in ("grokscope", "xarray"):
        monkeypatch.setitem(sys.modules, name, None)
    names, printed = run(claimed(path, "tiny"))
    assert printed.splitlines()[0].split()[:2] == CLAIM["verdict"].split()[:2]
    values = [line.get_xdata().tolist() for line in names["fig"].axes[0].lines]
    told = [[v for v in each if v is not None] for each in CLAIM["readings"].values()]
    assert values == told


def test_published_files_of_runs_that_ended_are_opened_by_xarray_alone(pair, tmp_path):
    runs = [pair / id for id in PAIR]
    assert "xarray" in opener(runs, live=False)[0]
    assert "grokscope" in opener(runs, live=True)[0]
    (tmp_path / "a" / "analysis").mkdir(parents=True)
    (tmp_path / "a" / "analysis" / "loose.h5").touch()
    assert "grokscope" in opener([tmp_path / "a"], live=False)[0]


def test_measures_are_drawn_at_the_checkpoint_next_to_a_time(tmp_path, run):
    store = write_pair(tmp_path)
    steps = np.arange(5) * STEPS * 10
    values = np.arange(5 * 3 * 4, dtype=float).reshape(5, 3, 4)
    group = Group(
        {
            "checkpoint": Variable(("checkpoint",), steps),
            "epoch": Variable(("checkpoint",), np.arange(5) * 10.0),
            "table": Variable(("checkpoint", "a", "b"), values, {"coordinates": "epoch"}),
        }
    )
    write_analysis(store / PAIR[0], "table", group, {})
    runs = [store / id for id in PAIR]
    names, _ = run(at_checkpoint(runs, ["table", SPEED], 21.0, "epoch"))
    mesh = next(one for one in names["axes"][0, 0].collections)
    assert mesh.get_array().ravel().tolist() == values[2].ravel().tolist()
    assert names["axes"][0, 0].get_title() == "table, epoch 20"
    assert not names["axes"][0, 1].axison
    assert names["axes"][1, 1].get_title().endswith("epoch 21")


def test_a_strangers_name_is_a_literal(tmp_path):
    evil = '"]\nraise SystemExit\n"""'
    for code in (
        listed([evil], tmp_path),
        at_checkpoint([tmp_path / evil], [evil], 1.0, "step"),
        crossed([evil], tmp_path, evil, evil, evil),
        scanned([evil], tmp_path, evil, evil, evil, (True, True)),
        ranked([evil], tmp_path, [evil], evil),
        claimed(tmp_path / evil, evil),
    ):
        compile(code, "yanked", "exec")
        assert "\nraise" not in code
