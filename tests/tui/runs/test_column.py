from dataclasses import replace

from grokscope.tui.runs.column import reading
from grokscope.tui.runs.columns import column
from grokscope.tui.runs.folding import Row
from tests.store.query.conftest import four, make


def test_any_field_can_be_read_and_what_a_run_lacks_is_missing():
    grok, _, live, bare = four()
    assert reading("val-loss")(grok) == 0.01
    assert reading("speed_min")(grok) == 21.0
    assert reading("depth")(bare) == 4
    assert reading("seed")(live) == 1
    assert [reading("depth")(grok), reading("eta")(bare), reading("t_test")(bare)] == [None] * 3


def test_a_cell_tells_one_run_or_several_and_nothing_where_there_is_none():
    one = column("seed", [make("a")])
    runs = (make("a"), replace(make("b"), seed=2))
    assert one.cell(Row("a", runs[:1]))[0] == "0"
    assert one.cell(Row("fold:a", runs))[0] == "0…2"
    assert one.cell(Row("a", (), problem="torn"))[0] == ""


def test_text_is_filled_or_cut_to_the_columns_width():
    one = column("seed", [make("a")]).widened(6)
    assert (one.fit("12"), one.fit("a long name")) == ("    12", "a …ame")
