from grokscope.tui.widgets.bars import KeyBar


def test_help_is_named_whatever_the_width():
    for width in (20, 40, 80, 160):
        entries = KeyBar("compare").fitting(width)
        assert entries[-1][2] == "help"
        assert sum(len(f"{keys} {label}  ") for keys, label, _ in entries) <= width


def test_wider_footers_name_more():
    assert len(KeyBar("compare").fitting(160)) > len(KeyBar("compare").fitting(80))
