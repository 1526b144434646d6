"""Sweeps: values, ranges and zips, from the command line and from files, and what is refused."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config import Sweep, load, load_sweep, parse_axis
from grokscope.config.files import parse
from grokscope.config.sweeps import MOST
from grokscope.errors import BadConfig


def values(text):
    """Return the values of an axis of one key."""
    return [value for (value,) in parse_axis(text).points]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("init_scale=0.1,1,10", [0.1, 1, 10]),
        ("seed=0:5", [0, 1, 2, 3, 4]),
        ("seed = 0:10:5, 40", [0, 5, 40]),
        ("seed=3:0:-1", [3, 2, 1]),
        ("lr=log(1e-4,1e-2,5)", [1e-4, 0.000316228, 1e-3, 0.00316228, 1e-2]),
        ("lr=log(1, 0.01, 3)", [1, 0.1, 0.01]),
        ("train_fraction=lin(0.3,0.7,5)", [0.3, 0.4, 0.5, 0.6, 0.7]),
        ("hidden=[64],[128,128]", [[64], [128, 128]]),
        ("activation=relu,'tanh'", ["relu", "tanh"]),
        ("name='a,b'", ["a,b"]),
        ("shuffle=true,false", [True, False]),
        ("weight_decay=0,log(0.1,1,2)", [0, 0.1, 1]),
    ],
)
def test_values_are_what_is_written(text, meant):
    assert values(text) == meant


def test_keys_of_one_axis_change_together():
    axis = parse_axis("lr,weight_decay=(1e-3,0.1), (1e-2,1)")
    assert (axis.keys, axis.points) == (("lr", "weight_decay"), ((1e-3, 0.1), (1e-2, 1)))


@given(st.floats(1e-6, 1e6), st.floats(1.01, 1e6), st.integers(2, 20))
def test_log_values_have_equal_ratios_and_the_ends_asked_for(first, factor, count):
    found = values(f"lr=log({first!r},{first * factor!r},{count})")
    assert (found[0], found[-1]) == pytest.approx((first, first * factor), rel=1e-5)
    ratios = [b / a for a, b in pairwise(found)]
    assert ratios == pytest.approx([factor ** (1 / (count - 1))] * (count - 1), rel=2e-5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lr", "--sweep takes key=values, such as init_scale=0.1,1,10"),
        ("=1,2", "--sweep takes key=values"),
        ("lr,=1,2", "--sweep takes key=values"),
        ("lr=", "column 4: a value is missing"),
        ("lr=1,,2", "column 6: a value is missing"),
        ("lr=log(1e-4,1e-2)", r"column 4: log takes \(first, last, count\), got \(1e-4,1e-2\)"),
        ("lr=log(0,1,3)", "column 4: log needs ends greater than 0, got 0 and 1"),
        ("lr=log(1,2,1)", f"column 4: log makes 2 to {MOST} values, got 1"),
        ("lr=log(1,nan,3)", "column 4: log takes"),
        ("lr=1,exp(1,2,3)", r"column 6: no values exp\(...\); known: log, lin"),
        ("lr=(1,2", r"column 4: '\)' is missing"),
        ("lr=1),2", r"column 5: '\)' closes nothing"),
        ("lr=(1,2)", "column 4: a tuple needs as many keys"),
        ("lr,weight_decay=1,2", "column 17: 2 keys take tuples of 2 values, got '1'"),
        ("lr,weight_decay=(1,2),(3)", r"column 23: 2 keys take tuples of 2 values, got '\(3\)'"),
        ("lr,lr=(1,2)", "lr is given twice"),
        ("seed=0,1,0", "0 stands there twice"),
        ("lr=0.1:0.5", "column 4: '0.1:0.5' is no range; accepted: first:end"),
        ("seed=5:5", "column 6: '5:5' holds 0 numbers"),
        ("seed=0:9999999999", "holds 9999999999 numbers; 1 to 100000 are"),
        ("seed=0:5:0", "column 6: '0:5:0' is no range"),
    ],
)
def test_what_cannot_be_meant_is_pointed_at(text, message):
    with pytest.raises(BadConfig, match=message) as caught:
        parse_axis(text)
    assert "\n" not in str(caught.value)


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
