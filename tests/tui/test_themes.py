import os

import pytest
from textual.constants import DIM_FACTOR

from grokscope.tui import settings, themes
from grokscope.tui.plot.palette import GROUNDS, RUN_HUES
from grokscope.tui.themes import CONTRAST, DARK, LIGHT, ROW, THEMES
from tests.tui.eyes import contrast, shown

HUES = {DARK.name: "dark", CONTRAST.name: "black", LIGHT.name: "light"}
DEPTHS = ("truecolor", "256", "16")


def rgb(text):
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def dimmed(color, ground):
    return tuple(round(g + (c - g) * DIM_FACTOR) for c, g in zip(color, ground, strict=True))


def grounds(theme):
    return [rgb(one) for one in (theme.background, theme.surface, theme.variables[ROW])]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", THEMES)
def test_text_bright_and_muted_is_read_on_every_ground(name, depth):
    theme = THEMES[name]
    text = rgb(theme.foreground)
    for ground in grounds(theme):
        behind = shown(ground, depth)
        assert contrast(shown(text, depth), behind) > (14 if theme is CONTRAST else 10)
        muted = shown(dimmed(text, ground), depth)
        assert contrast(muted, behind) > (7 if theme is CONTRAST else 4.5)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", THEMES)
def test_names_and_curves_in_hues_stand_out_from_every_ground(name, depth):
    theme = THEMES[name]
    colors = [GROUNDS[HUES[name]][hue][depth] for hue in RUN_HUES]
    ground, surface, row = (shown(one, depth) for one in grounds(theme))
    for color in colors:
        # of sixteen colours a brown on black has 4.0, a green on white 3.1
        least = {"truecolor": 4.5, "256": 4.5, "16": 3.1}[depth]
        assert contrast(color, ground) >= least
        assert contrast(color, surface) >= least
        assert contrast(color, row) >= 3
        if theme is CONTRAST and depth != "16":
            assert contrast(color, ground) >= 7


@pytest.mark.parametrize("name", THEMES)
def test_curves_of_the_training_set_which_are_dimmed_and_dotted_are_seen(name):
    ground = rgb(THEMES[name].background)
    for hue in RUN_HUES:
        color = GROUNDS[HUES[name]][hue]["truecolor"]
        assert round(contrast(dimmed(color, ground), ground), 1) >= 3


def test_what_is_remembered_is_a_theme_or_the_usual_one():
    assert themes.known("light") == "light"
    assert [themes.known(one) for one in ("neon", 3, None, ["light"])] == ["dark"] * 4
    assert [themes.after(name) for name in THEMES] == ["contrast", "light", "dark"]
    assert set(themes.TOLD) == set(THEMES)


def colors_of(app):
    strips = app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style]
    return {tuple(s.color.triplet) for s in styles if s.color and s.color.triplet} | {
        tuple(s.bgcolor.triplet) for s in styles if s.bgcolor and s.bgcolor.triplet
    }


async def test_a_key_changes_the_theme_and_it_is_remembered(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        assert app.theme == "dark"
        await pilot.press("V", "V")
        await pilot.pause()
        assert "dark on white" in screen(app)[-1]
        assert (255, 255, 255) in colors_of(app)
        dark, light = (
            {hue[app.session.depth] for hue in GROUNDS[one].values()} for one in ("dark", "light")
        )
        assert light & colors_of(app)
        assert not (dark - light) & colors_of(app)
        assert settings.load(themes.SECTION) == {themes.KEY: "light"}
    async with opened(pair) as (app, pilot):
        assert app.theme == "light"
        await pilot.press("enter", "V")
        assert app.theme == "dark"


async def test_without_colours_there_are_no_themes(pair, opened, screen, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(pair) as (app, pilot):
        await pilot.press("V")
        assert "NO_COLOR is set" in screen(app)[-1]
        assert app.theme == "dark"
    os.environ.pop("NO_COLOR", None)


async def test_a_heat_map_follows_the_theme(seen):
    async with seen() as (app, pilot):
        before = colors_of(app)
        await pilot.press("V", "V")
        await pilot.pause()
        assert app.screen.light
        assert (255, 255, 255) in colors_of(app)
        assert app.screen.stage().shading.light
        assert colors_of(app) != before


def test_a_file_without_a_theme_is_not_parsed_for_one():
    assert not settings.mentions(themes.SECTION)
    settings.save(themes.SECTION, {themes.KEY: "light"})
    assert settings.mentions(themes.SECTION)
