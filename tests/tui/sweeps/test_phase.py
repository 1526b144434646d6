import pytest

from grokscope.tui.sweeps.phase import diagrams, lay_out, legend
from tests.tui.swept import DECAY, SCALE, looked_at, runs, summary, text


@pytest.fixture
def session():
    return looked_at()


def drawn(session, width=60, height=20):
    return text(diagrams(session, lay_out(session, width, height)))


def test_cells_show_the_regime_and_how_many_agree_and_numbers_their_median(session):
    assert drawn(session, 48, 13) == [
        " weight_decay regime",
        "        0.001│    u3         s3          ·",
        "         1e-4│    s3         g3         m3",
        "            0│▐   g2    ▌    p3         m3",
        "             └─────────────────────────────────",
        "   init_scale     0.3         1         30",
        "",
        " weight_decay Δ t_test − t_train, epoch",
        "        0.001│    u –        s 4         ·",
        "         1e-4│    s 6       g 26       m >98",
        "            0│▐  g 13   ▌  p >143      m >95",
        "             └─────────────────────────────────",
        "   init_scale     0.3         1         30",
    ]


def test_more_room_shows_more_quantities(session):
    layouts = [lay_out(session, *size) for size in ((40, 7), (80, 14), (160, 30))]
    counts = [len(layout.names) for layout in layouts]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert counts[-1] >= 4
    for layout, (width, height) in zip(layouts, ((40, 7), (80, 14), (160, 30)), strict=True):
        lines = diagrams(session, layout)
        assert len(lines) <= height
        assert max(map(len, text(lines))) <= width


def test_a_table_that_does_not_fit_shows_the_cells_around_the_cursor():
    many = [
        summary(f"{a}-{b}", {SCALE: a, DECAY: b}, "steady", 1, 2)
        for a in range(40)
        for b in range(30)
    ]
    session = looked_at(many)
    session.sweep.put(session, (15, 20))
    layout = lay_out(session, 60, 12)
    lines = text(diagrams(session, layout))
    assert 20 in layout.columns
    assert 15 in layout.rows
    assert len(lines) <= 12
    assert max(map(len, lines)) <= 60
    assert lines[-2].count("…") == 2
    session.sweep.put(session, (0, 0))
    assert text(diagrams(session, lay_out(session, 60, 12)))[-2].count("…") == 1


def test_every_cell_can_be_hit_where_it_is_drawn(session):
    layout = lay_out(session, 120, 20)
    lines = text(diagrams(session, layout))
    session.sweep.put(session, (1, 1))
    moved = text(diagrams(session, layout))
    found = set()
    for y, line in enumerate(moved):
        for x, character in enumerate(line):
            if character == "▐":
                found.add(layout.hit(x + 1, y))
    assert found == {(1, 1)}
    assert layout.hit(0, 0) is None
    assert layout.hit(500, 1) is None
    assert len(lines) == len(moved)


def test_the_legend_fits_the_smallest_screen():
    (line,) = text([legend()])
    assert len(line) <= 80
    assert "m memorised" in line


def test_a_scan_of_one_key_is_a_single_row():
    session = looked_at(runs(cells={(0, 1): ("steady", 1, 2), (0, 3): ("grokking", 1, 9)}))
    assert "all│" in drawn(session)[1]
