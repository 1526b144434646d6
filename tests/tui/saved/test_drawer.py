import pytest

from grokscope.errors import UnknownName
from grokscope.tui import settings
from grokscope.tui.saved.drawer import SECTION, Drawer, cleaned, named
from grokscope.tui.saved.views import SavedView, home


@pytest.fixture
def store(tmp_path):
    return tmp_path


def test_views_are_kept_renamed_in_place_shared_and_dropped(store):
    drawer = Drawer()
    here, away = SavedView("runs", home(store)), SavedView("run", "/elsewhere")
    assert drawer.put("a", here) == drawer.put("b", here) == drawer.put("c", away) == ""
    assert list(drawer.fitting(store)) == ["a", "b"]
    drawer.rename("a", "first")
    assert list(drawer.views) == ["first", "b", "c"]
    drawer.rename("first", "b")
    assert list(drawer.views) == ["b", "c"]
    drawer.share("c", store)
    assert list(drawer.fitting(store)) == ["b", "c"]
    assert drawer.views["c"].store == "/elsewhere"
    drawer.drop("c")
    assert list(settings.load(SECTION)) == ["b"]


def test_what_another_explorer_saved_meanwhile_stays(store):
    one, other = Drawer(), Drawer()
    one.refresh()
    other.put("theirs", SavedView("runs", home(store)))
    one.put("ours", SavedView("runs", home(store)))
    assert list(one.views) == ["theirs", "ours"]


def test_what_this_version_cannot_read_is_not_offered_and_stays(store):
    settings.save(SECTION, {"odd": 3, "new": {"kind": "x"}, "ok": {"screen": "runs"}})
    drawer = Drawer()
    drawer.refresh()
    assert list(drawer.views) == ["ok"]
    drawer.share("ok", store)
    assert settings.load(SECTION)["ok"]["store"] == home(store)
    assert settings.load(SECTION)["odd"] == 3
    assert settings.load(SECTION)["new"] == {"kind": "x"}


def test_where_nothing_is_remembered_it_is_said(monkeypatch, store):
    monkeypatch.setenv(settings.VARIABLE, "")
    assert settings.VARIABLE in Drawer().put("a", SavedView("runs", home(store)))


def test_a_view_asked_for_by_name_is_found_or_what_there_is_named(store):
    with pytest.raises(UnknownName, match="v in the explorer saves one"):
        named("a", store)
    drawer = Drawer()
    drawer.put("onset", SavedView("runs", home(store)))
    drawer.put("away", SavedView("runs", "/elsewhere"))
    assert named("onset", store).screen == "runs"
    with pytest.raises(UnknownName, match="did you mean 'onset'"):
        named("onse", store)
    with pytest.raises(UnknownName, match="another store, /elsewhere"):
        named("away", store)


def test_names_are_of_one_short_line():
    assert cleaned("  a\tb\x1b[c\n") == "a b [c"
    assert len(cleaned("x" * 200)) == 60
