from grokscope.tui.screenshots import until


async def test_w_explains_the_selected_run(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("w")
        text = "\n".join(screen(app))
        assert "modadd-grok s0: grokking" in text
        assert "rule `ceiling`" in text
        assert "manning-coe" in text


async def test_without_a_run_there_is_nothing_to_explain(tmp_path, opened, screen):
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("w")
        assert "no run is selected" in "\n".join(screen(app))


async def test_a_run_that_cannot_be_read_says_why_and_what_to_do(own, opened, screen):
    broken = own / "torn-s0"
    broken.mkdir()
    (broken / "run.h5").write_bytes(b"torn")
    async with opened(own) as (app, pilot):
        await until(pilot, lambda: app.session.broken)
        app.session.selected = "torn-s0"
        await pilot.press("w")
        text = "\n".join(screen(app))
        assert "torn-s0 cannot be read" in text
        assert "grokscope doctor torn-s0" in text
