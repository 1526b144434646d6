"""`reproduce --figures`: what the runs allow is drawn beside its numbers, the rest is named."""

import sys

import pytest
import xarray as xr

from grokscope.figure import Figure, Panel
from grokscope.kinds import by_name
from grokscope.studies import STUDIES
from grokscope.study import Claim, Group, Study
from tests.cli.conftest import call

TINY = {"task.p": 7, "model.hidden": [8], "training.epochs": 3, "record.dense_until": 3}


def figure(name, group):
    def read(evidence):
        curves = [run.metrics[["test_accuracy"]].swap_dims(step="epoch") for run in evidence[group]]
        return xr.concat(curves, "seed")

    drawn = Panel(title="", groups=(group,), read=read, x="epoch", y=("test_accuracy",))
    return Figure(name=name, where="fig. 7", caption="Accuracy.", panels=(drawn,))


@pytest.fixture
def study(monkeypatch):
    claim = Claim(
        name="short",
        statement="",
        where="",
        paper="",
        quantity="",
        groups=("some",),
        low=1,
        read=lambda evidence: {"all": [run.summary.epoch for run in evidence["some"]]},
    )
    made = Study(
        name="tiny",
        title="",
        source="arXiv:1234.56789",
        groups=by_name([Group(name="some", preset="modadd-grok", changes=TINY, quick=1)]),
        claims=by_name([claim]),
        figures=by_name([figure("curves", "some"), figure("other", "rare")]),
    )
    monkeypatch.setitem(STUDIES, "tiny", made)


def test_figures_are_drawn_beside_their_numbers(study, tmp_path):
    where = ("--store", tmp_path / "store", "--device", "cpu", "--jobs", "1")
    folder = tmp_path / "new" / "figures"
    done = call(
        *("reproduce", "tiny", *where, "--figures", folder, "--format", "svg", "--format", "png")
    )
    assert done.code == 0, done.err
    assert sorted(path.name for path in folder.iterdir()) == [
        "curves.nc",
        "curves.png",
        "curves.svg",
    ]
    assert f"figure 1 of 2, curves (fig. 7): {folder / 'curves.svg'}, " in done.err
    assert "figure 2 of 2, other (fig. 7): left out, rare: not trained at this scale" in done.err
    with xr.open_datatree(folder / "curves.nc") as data:
        assert data.attrs["source"] == "arXiv:1234.56789"
        assert data["a"].sizes == {"seed": 1, "epoch": 4}


def test_without_the_library_nothing_is_trained(study, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = call("reproduce", "tiny", "--store", tmp_path / "s", "--figures", tmp_path / "f")
    assert done.code == 1
    assert (
        done.err == "grokscope: figures are drawn with matplotlib: pip install 'grokscope[plot]'\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_can_hold_no_figures_is_refused(study, tmp_path):
    (tmp_path / "file").write_text("")
    done = call(
        "reproduce", "tiny", "--store", tmp_path / "s", "--figures", tmp_path / "file" / "f"
    )
    assert done.code == 1
    assert "no directory for figures" in done.err
    assert not (tmp_path / "s").exists()
