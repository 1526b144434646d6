"""Drawing: axes say what they show, colours mean the same everywhere, and files do not change."""

import math
import sys
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import xarray as xr

from grokscope import drawing
from grokscope.errors import MissingPackage
from grokscope.figure import Figure, Panel

EPOCH = ("epoch", np.array([0.0, 1, 10, 100]), {"long_name": "epoch", "unit_label": "epoch"})


def curves(evidence):
    rise = np.array([[[0, 0.2, 0.9, 1], [0, 0.4, 0.9, 1]], [[0, 0.1, 0.2, 1], [np.nan] * 4]])
    return xr.Dataset(
        {
            "test": (("group", "seed", "epoch"), rise, {"long_name": "test", "split": "test"}),
            "train": (("group", "seed", "epoch"), rise**0.5, {"long_name": "train"}),
            "t": (("group", "seed"), [[10.0, 30], [50, np.nan]], {"long_name": "t_test"}),
        },
        {"epoch": EPOCH, "group": ["small", "large"], "seed": [0, 1]},
    )


def large(evidence):
    return curves(evidence).sel(group="large")


def scatter(evidence):
    return xr.Dataset(
        {
            "loss": (("group",), [1.0, 2], {"long_name": "loss", "unit_label": "nat"}),
            "c": (("group",), [3.0, 4], {"long_name": "compressibility", "units": "1"}),
            "line": (("line_x",), [3.0, 4], {"told": "slope 1"}),
            "line_low": (("line_x",), [2.0, 3]),
            "line_high": (("line_x",), [4.0, 5]),
        },
        {"group": ["large", "other"], "line_x": [1.0, 2]},
    )


def histogram(evidence):
    shares = [[[0.2, 0.8], [0.4, 0.6]]]
    told = {"long_name": "share"}
    return xr.Dataset(
        {"share": (("group", "seed", "bin"), shares, told)},
        {"bin": [0.25, 0.75], "group": ["small"]},
    )


def picture(evidence):
    rows = ("row", np.arange(2.0), {"long_name": "neuron"})
    values = (("row", "column"), [[1.0, 2, 3], [4, 5, 6]], {"long_name": "power"})
    return xr.Dataset({"power": values}, {"row": rows, "column": np.arange(3.0)})


def panel(title, read, x, *y, **more):
    return Panel(title=title, groups=(), read=read, x=x, y=y, **more)


FIGURE = Figure(
    name="all",
    where="",
    caption="One panel of each kind, and a caption that is too long for one line. " * 2,
    panels=(
        panel("lines", curves, "epoch", "test", "train", colours="group", log="x", marks=("t",)),
        panel("points", scatter, "loss", "c", kind="points", colours="group", level=3.5),
        panel("bars", histogram, "bin", "share", kind="bars", colours="group", limits=(0, 2)),
        panel("image", picture, "column", "power", kind="image"),
        panel("one", large, "epoch", "test", "train", log="x", label="accuracy"),
    ),
    colours=("large",),
)


ONE = replace(FIGURE, panels=FIGURE.panels[:1])


@pytest.fixture(scope="module")
def canvas():
    made = drawing.compose(FIGURE, FIGURE.data({}))
    made.draw_without_rendering()
    return made


def test_axes_are_labelled_with_what_they_show_and_its_unit(canvas):
    labels = {
        axes.get_title(loc="left"): (axes.get_xlabel(), axes.get_ylabel()) for axes in canvas.axes
    }
    assert labels["(a) lines"] == ("epoch", "test")
    assert labels["(b) points"] == ("loss (nat)", "compressibility")
    assert labels["(d) image"] == ("column", "neuron")
    assert labels["(e) one"][1] == "accuracy"


def test_lines_are_medians_in_the_band_of_all_seeds(canvas):
    axes = canvas.axes[0]
    small, large = (line for line in axes.lines if line.get_linestyle() == "-")
    np.testing.assert_allclose(small.get_ydata(), [0, 0.3, 0.9, 1])
    np.testing.assert_allclose(large.get_ydata(), [0, 0.1, 0.2, 1])
    band = axes.collections[0].get_paths()[0].vertices
    assert {(x, y) for x, y in band if x == 1} >= {(1, 0.2), (1, 0.4)}


def test_training_is_dotted_and_times_are_marked(canvas):
    lines = canvas.axes[0].lines
    assert [line.get_linestyle() for line in lines] == ["-", "-", ":", ":", "--"]
    assert lines[4].get_xdata() == [30, 30]


def test_a_label_has_one_colour_in_all_panels(canvas):
    keys = canvas.legends[0]
    told = [text.get_text() for text in keys.get_texts()]
    assert set(told) == {"small", "large", "other", "test", "train", "t_test"}
    first = [line.get_color() for line in canvas.axes[0].lines[:2]]
    assert first == [drawing.OKABE_ITO[1], drawing.OKABE_ITO[0]]
    from matplotlib.colors import to_hex

    assert to_hex(canvas.axes[1].collections[0].get_facecolor()[0]).upper() == first[1]
    assert to_hex(canvas.axes[2].patches[0].get_facecolor()).upper() == first[0]


def test_an_axis_that_begins_with_zero_does_so_linearly(canvas):
    assert canvas.axes[0].get_xscale() == "symlog"
    assert canvas.axes[0].get_xlim()[0] == pytest.approx(-0.1)
    assert canvas.axes[2].get_ylim() == (0, 2)


def test_a_line_through_points_is_told_beside_them(canvas):
    (told,) = canvas.axes[1].get_legend().get_texts()
    assert told.get_text() == "slope 1"


def test_nothing_reaches_beyond_the_edge(canvas):
    box, (width, height) = canvas.get_tightbbox(), canvas.get_size_inches()
    assert min(box.x0, box.y0) >= 0
    assert box.x1 <= width
    assert box.y1 <= height


@pytest.mark.parametrize(("x", "limits"), [([math.inf, 1, 2], (1, 2)), ([math.nan] * 3, None)])
def test_what_has_no_place_on_an_axis_does_not_stretch_it(x, limits):
    told = {"x": ("run", x), "y": ("run", [1.0, math.inf, 2], {"long_name": "y"})}
    shown = xr.Dataset(told, {"run": [0, 1, 2]})
    panel = Panel(
        title="p", groups=(), read=lambda _: shown, x="x", y=("y",), kind="points", log="xy"
    )
    figure = Figure(name="f", where="", caption="c", panels=(panel,))
    (axes,) = drawing.compose(figure, figure.data({})).axes
    assert axes.get_xscale() == ("log" if limits else "linear")
    if limits:
        low, high = axes.get_xlim()
        assert 0.8 < low < limits[0] < limits[1] < high < 2.5


def test_a_picture_is_the_same_each_time_and_has_no_date(tmp_path):
    data = ONE.data({})
    for name in ("one.svg", "other.svg", "one.png"):
        drawing.draw(ONE, data, tmp_path / name)
    one = (tmp_path / "one.svg").read_bytes()
    assert one == (tmp_path / "other.svg").read_bytes()
    assert b"<dc:date>" not in one
    assert ElementTree.fromstring(one).tag.endswith("svg")
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_drawing_leaves_the_settings_of_others_alone(tmp_path):
    from matplotlib import rcParams

    before = dict(rcParams)
    drawing.draw(ONE, ONE.data({}), tmp_path / "one.png")
    assert dict(rcParams) == before


def test_without_the_library_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingPackage, match=r"pip install 'grokscope\[plot\]'"):
        drawing.draw(ONE, ONE.data({}), tmp_path / "one.svg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("attrs", "label"),
    [
        ({"long_name": "epoch", "units": "1", "unit_label": "epoch"}, "epoch"),
        ({"long_name": "test loss", "units": "1", "unit_label": "nat"}, "test loss (nat)"),
        ({"long_name": "energy", "units": "J"}, "energy (J)"),
        ({"units": "1"}, "c"),
    ],
)
def test_an_axis_has_a_unit_where_it_has_one(attrs, label):
    assert drawing.axis_label(xr.DataArray([1.0], name="c", attrs=attrs)) == label
