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
