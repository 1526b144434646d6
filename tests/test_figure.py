"""Figures: what is shown follows from the runs there are, and says so where there are too few."""

import pytest
import xarray as xr

from grokscope.errors import MissingData
from grokscope.figure import Figure, Panel


def panel(title, *groups):
    return Panel(
        title=title,
        groups=groups,
        read=lambda evidence: xr.Dataset({"n": len(evidence[groups[0]])}),
        x="epoch",
        y=("n",),
    )


FIGURE = Figure(
    name="some",
    where="fig. 2",
    caption="Some numbers.",
    panels=(panel("first", "a"), panel("second", "b", "c"), panel("third", "c")),
)


def test_each_panel_is_read_under_its_letter():
    data = FIGURE.data({"a": [1], "b": [1, 2], "c": [1, 2, 3]})
    assert [(name, int(node["n"])) for name, node in data.children.items()] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
    ]
    assert data["b"].attrs == {"title": "second"}
    assert data.attrs == {"title": "some", "where": "fig. 2", "caption": "Some numbers."}


def test_panels_without_their_runs_are_left_out_and_the_others_keep_their_letters():
    data = FIGURE.data({"a": [], "c": [1]})
    assert list(data.children) == ["c"]
    assert FIGURE.panel("c").title == "third"


def test_a_figure_without_any_panel_says_what_was_not_trained():
    with pytest.raises(MissingData, match=r"^a, c: not trained at this scale$"):
        FIGURE.data({"b": [1]})
