"""Programs that open lists, sweeps and checkpoints are run as they are yanked."""

import pytest

from grokscope.store.curves.analysis import write_analysis
from grokscope.store.schema import Group, Variable
from grokscope.tui.away.notebook import at_checkpoint, crossed, listed
from tests.tui.conftest import SPEED, STEPS, begin, np, record, write_pair

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


@pytest.mark.parametrize("value", ["t_test", "test_accuracy", "regime"])
def test_a_sweep_is_told_by_its_keys(pair, run, value):
    names, printed = run(crossed(PAIR, pair, ["init_scale"], value))
    cells = names["cells"]
    assert list(cells.index) == [1.0, 10.0]
    expected = {"t_test": [8, 58], "regime": ["steady", "grokking"]}
    if value in expected:
        assert cells.tolist() == expected[value]
    else:
        assert cells.min() > 0.95
    assert "init_scale" in printed
    assert ("fig" in names) == (value != "regime")


def test_two_keys_make_a_table(tmp_path, run):
    ids = []
    for scale in (1.0, 10.0):
        for seed in (0, 1):
            writer = begin(tmp_path, f"modadd-{scale:g}-s{seed}", scale, seed=seed)
            record(writer, 6 + seed, 20 + scale)
            writer.finish("finished")
            ids.append(writer.path.name)
    names, _ = run(crossed(ids, tmp_path, ["seed", "init_scale"], "t_test"))
    table = names["cells"].unstack()
    assert table.shape == (2, 2)
    assert (table[10.0] > table[1.0]).all()


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
    for code in (listed([evil], tmp_path), at_checkpoint([tmp_path / evil], [evil], 1.0, "step")):
        compile(code, "yanked", "exec")
        assert "\nraise" not in code
