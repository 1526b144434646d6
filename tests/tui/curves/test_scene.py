"""What panels are drawn from."""

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.printing import scene
from grokscope.tui.curves.scene import Scene
from grokscope.tui.curves.view import View


def test_a_scene_tells_rows_names_and_axis(pair):
    runs = Catalogue(pair).refresh()
    one = scene(runs, ["accuracy", "loss"], View(x="step"))
    assert [keys for _, keys in one.rows] == [("accuracy",), ("loss",)]
    assert all(len(side) == 2 for side, _ in one.rows)
    beside = Scene(one.shown, one.keys, one.view, beside=True)
    assert [(len(side), keys[0]) for side, keys in beside.rows] == [
        (1, "accuracy"), (1, "accuracy"), (1, "loss"), (1, "loss"),
    ]  # fmt: skip
    assert one.over.kind == "step"
    assert {one.name(shown) for shown in one.shown} == {"A modadd-grok s0", "B modadd-steady s0"}
    assert not one.related
    assert Scene(one.shown, one.keys, View(relation="ratio")).related


def test_all_value_axes_are_turned_alike(pair):
    one = scene(Catalogue(pair).refresh()[:1], [], View())
    book = one.shown[0].book
    for log in (True, False):
        flipped = one.turned(log).flipped
        assert all((q.log_y != (key in flipped)) == log for key, q in book.quantities.items())
