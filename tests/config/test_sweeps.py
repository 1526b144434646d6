"""Sweeps: products and zips, from the command line and from files, and what is refused."""

import pytest

from grokscope.config import Sweep, load, load_sweep, parse_axis
from grokscope.config.axes import table_axes
from grokscope.config.files import parse
from grokscope.errors import BadConfig


def test_axes_make_a_product_whose_last_changes_fastest(small):
    axes = [parse_axis("init_scale=1,10"), parse_axis("seed=0:2")]
    runs = list(Sweep(small()).changed(["epochs=3"], axes).experiments())
    assert [(r.model.init_scale, r.seed.root) for r in runs] == [(1, 0), (1, 1), (10, 0), (10, 1)]
    assert {r.training.epochs for r in runs} == {3}


def test_a_sweep_without_axes_is_its_experiment(small):
    assert list(Sweep(small()).experiments()) == [small()]


def test_too_many_runs_are_refused_before_one_is_made(small):
    axes = [parse_axis("init_scale=lin(1,2,1000)"), parse_axis("seed=0:1000")]
    with pytest.raises(BadConfig, match="a sweep of 1000 x 1000 = 1000000 runs; at most 100000"):
        next(Sweep(small(), tuple(axes)).experiments())


def test_a_value_that_does_not_fit_is_named(small):
    with pytest.raises(BadConfig, match=r"optimizer\.lr must be greater than 0, got -1"):
        list(Sweep(small(), (parse_axis("lr=1,-1"),)).experiments())


FILE = """
name = "grid"
[task]
name = "modular_addition"
[model]
name = "mlp"
[sweep]
init_scale = [0.1, 1, 10]
seed = "0:2"
optimizer.name = "adam, adamw"
[[sweep.zip]]
lr = "log(1e-3, 1e-1, 3)"
weight_decay = [1, 0.1, 0.01]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "grid.toml"
    path.write_text(FILE)
    return str(path)


def test_a_file_holds_lists_ranges_and_what_changes_together(file):
    sweep = load_sweep(file)
    runs = list(sweep.experiments())
    assert len(sweep) == len(runs) == len({run.digest for run in runs}) == 3 * 2 * 2 * 3
    assert {(r.optimizer.lr, r.optimizer.weight_decay) for r in runs} == {
        (1e-3, 1),
        (1e-2, 0.1),
        (1e-1, 0.01),
    }


def test_the_command_line_takes_the_place_of_an_axis(file):
    sweep = load_sweep(file).changed(["model.init_scale=2"], [parse_axis("seed=7,8,9")])
    runs = list(sweep.experiments())
    assert {r.model.init_scale for r in runs} == {2}
    assert {r.seed.root for r in runs} == {7, 8, 9}
    assert len(runs) == 2 * 3 * 3


@pytest.mark.parametrize(
    ("assignments", "axes", "message"),
    [
        (["lr=1"], [], r"sweep.zip\[0\] changes lr with weight_decay; give all"),
        (["init_scale=1"], ["model.init_scale=1,2"], "model.init_scale is given twice"),
        ([], ["seed=1,2", "seed.root=3,4"], "^--sweep 'seed.root=3,4': seed.root is given twice"),
    ],
)
def test_what_contradicts_itself_is_refused(file, assignments, axes, message):
    with pytest.raises(BadConfig, match=message):
        load_sweep(file).changed(assignments, [parse_axis(axis) for axis in axes])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("sweep = 3", r"sweep must be a table \[sweep\]"),
        ("[sweep]\nlr = 1e-3", 'sweep.lr: lr takes a list or a text such as "0:5", got 0.001'),
        ("[sweep]\nlr = []", "sweep.lr: lr takes a list"),
        ("[sweep]\nlr = 'log(1,2)'", r"sweep.lr = 'log\(1,2\)', column 1: log takes"),
        ("[sweep]\nzip = 3", "sweep.zip must be tables"),
        ("[[sweep.zip]]\nlr = [1, 2]\nseed = [1]", "as many values each; lr 2, seed 1"),
        ("[sweep]\nlr = [1]\n[[sweep.zip]]\nlr = [1, 2]", "sweep: lr is given twice"),
        ("[sweep]\nlr = [1, 1]", "sweep.lr: 1 stands there twice"),
    ],
)
def test_a_table_that_makes_no_sweep_is_refused_by_its_file(tmp_path, table, message):
    path = tmp_path / "bad.toml"
    head, _, rest = FILE.partition("[sweep]")
    del rest
    text = f"{table}\n{head}" if table.startswith("sweep") else f"{head}{table}"
    path.write_text(text)
    with pytest.raises(BadConfig, match=message) as caught:
        load_sweep(str(path))
    assert str(caught.value).startswith(str(path))


def test_a_sweep_is_no_single_experiment(file):
    with pytest.raises(BadConfig, match=r"grid.toml is a sweep of 36 runs, where one is asked for"):
        load(file)
    with pytest.raises(BadConfig, match="is a sweep of 36 runs"):
        parse(FILE, "here")


def told(sweep):
    """Return model, scale of initialisation and width of every run of a sweep."""
    runs = sweep.experiments()
    return [(r.model.name, r.model.init_scale, getattr(r.model, "d_model", None)) for r in runs]


def test_what_is_set_holds_for_every_model_of_a_sweep(small):
    axes = [parse_axis("model.name=mlp,decoder")]
    sweep = Sweep(small("init_scale=3")).changed(["init_scale=5"], axes)
    assert told(sweep) == [("mlp", 5, None), ("decoder", 5, 128)]
    wide = Sweep(small()).changed(["d_model=16"], [parse_axis("model.name=transformer,decoder")])
    assert told(wide) == [("transformer", 1, 16), ("decoder", 1, 16)]
    assert told(wide.changed(["init_scale=2"], []))[0] == ("transformer", 2, 16)


def test_a_model_of_a_sweep_that_is_the_file_s_keeps_what_the_file_says(small):
    sweep = Sweep(small("init_scale=3")).changed([], [parse_axis("model.name=mlp,decoder")])
    assert [row[:2] for row in told(sweep)] == [("mlp", 3), ("decoder", 1)]
    first = next(iter(sweep.experiments()))
    assert first == small("init_scale=3")


def test_what_does_not_fit_a_model_of_a_sweep_is_refused(small):
    sweep = Sweep(small()).changed(["hidden=8"], [parse_axis("model.name=mlp,decoder")])
    with pytest.raises(BadConfig, match="unknown key 'hidden'"):
        list(sweep.experiments())


def test_an_unknown_key_of_an_axis_is_told_with_the_axis(small):
    for axis in (parse_axis("sed=0:2"), *table_axes({"sed": "0:2"})):
        with pytest.raises(BadConfig, match=r"^(--sweep 'sed=0:2'|sweep.sed): unknown key 'sed', "):
            next(Sweep(small(), (axis,)).experiments())
