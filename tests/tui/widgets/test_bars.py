from grokscope.tui.widgets.bars import KeyBar


def test_help_is_named_whatever_the_width():
    for width in (20, 40, 80, 160):
        entries = KeyBar("compare").fitting(width)
        assert entries[-1][2] == "help"
        assert sum(len(f"{keys} {label}  ") for keys, label, _ in entries) <= width


def test_wider_footers_name_more():
    assert len(KeyBar("compare").fitting(160)) > len(KeyBar("compare").fitting(80))


def test_the_way_back_why_and_time_are_named_before_axes_and_zoom():
    names = [name for _, _, name in KeyBar("run").fitting(80)]
    assert {"through", "why", "back"} <= set(names)
    assert "zoom(-1)" not in names


def test_taking_away_comes_before_the_ways_out_and_these_stand_at_the_end():
    names = [name for _, _, name in KeyBar("run").fitting(200)]
    assert names[-5:] == ["yank", "write", "back", "leave", "help"]


async def test_what_is_said_and_longer_than_the_line_keeps_its_beginning_and_its_end(
    pair, opened, screen
):
    async with opened(pair) as (app, pilot):
        app.screen.say(f"it is written into {'deep/' * 30}run.svg")
        await pilot.pause()
        said = screen(app)[-1]
        assert said.startswith(" it is written into deep/")
        assert "…" in said
        assert said.rstrip().endswith("/run.svg")
        app.screen.say("all of it")
        await pilot.pause()
        assert screen(app)[-1].strip() == "all of it"
