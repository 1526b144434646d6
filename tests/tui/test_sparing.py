"""What goes to the terminal: all that differs from what it shows, and little else."""

import re
from itertools import pairwise

import numpy as np
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from grokscope.tui.sparing import Sent

WIDTH, HEIGHT = 30, 6
STYLES = [Style(), Style(color="red"), Style(color="blue", bold=True), Style(bgcolor="green")]
CONSOLE = Console(color_system="256", width=WIDTH)


class Terminal:
    """Understands what is sent: ways to a cell, and characters in the style that is on."""

    def __init__(self):
        self.cells = [[(" ", "")] * WIDTH for _ in range(HEIGHT)]

    def take(self, text):
        x = y = 0
        style = ""
        for code, character in re.findall(r"(\x1b\[[0-9;]*[Hm])|(.)", text):
            if code.endswith("H"):
                y, x = (int(part) - 1 for part in code[2:-1].split(";"))
            elif code:
                style = code
            else:
                self.cells[y][x] = (character, style)
                x += 1

    @property
    def text(self):
        return ["".join(character for character, _ in line) for line in self.cells]


def lines(generator):
    """Return random lines, as strips of a few styles."""
    made = []
    for _ in range(HEIGHT):
        text = "".join(generator.choice(list("ab  "), WIDTH))
        cuts = [0, *sorted(generator.integers(1, WIDTH, 3)), WIDTH]
        made.append(Strip([
            Segment(text[start:end], STYLES[generator.integers(len(STYLES))])
            for start, end in pairwise(cuts) if end > start
        ]))  # fmt: skip
    return made


def whole(strips):
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, WIDTH, HEIGHT))


def part(strips, spans):
    half = WIDTH // 2
    chops = [{0: strip.crop(0, half), half: strip.crop(half, WIDTH)} for strip in strips]
    return ChopsUpdate(chops, spans, [[half, WIDTH]] * HEIGHT)


@pytest.mark.parametrize("seed", range(20))
def test_a_terminal_shows_what_was_drawn_whatever_was_sent_before(seed):
    generator = np.random.default_rng(seed)
    sent, terminal = Sent(), Terminal()
    shown = lines(generator)
    terminal.take(sent.sparing(whole(shown)).render_segments(CONSOLE))
    for _ in range(5):
        drawn = lines(generator)
        spans = sorted(
            (y, *sorted(generator.choice(WIDTH + 1, 2, replace=False))) for y in range(HEIGHT)
        )
        terminal.take(sent.sparing(part(drawn, spans)).render_segments(CONSOLE))
        shown = [
            Strip.join([old.crop(0, a), new.crop(a, b), old.crop(b, WIDTH)])
            for old, new, (_, a, b) in zip(shown, drawn, spans, strict=True)
        ]
        assert terminal.text == [strip.text for strip in shown]
        fresh = Terminal()
        fresh.take(Sent().sparing(whole(shown)).render_segments(CONSOLE))
        unlike = [
            (one, other)
            for mine, theirs in zip(terminal.cells, fresh.cells, strict=True)
            for one, other in zip(mine, theirs, strict=True)
            if one != other and one[0] != " "
        ]
        assert unlike == []


def test_what_the_terminal_shows_is_not_sent_again_until_that_is_forgotten():
    strips = lines(np.random.default_rng(0))
    sent = Sent()
    all_of_it = sent.sparing(whole(strips)).render_segments(CONSOLE)
    assert sent.sparing(whole(strips)).render_segments(CONSOLE) == ""
    sent.forget()
    assert sent.sparing(whole(strips)).render_segments(CONSOLE) == all_of_it


def test_one_changed_cell_costs_a_step_and_itself():
    strips = [Strip([Segment("a" * WIDTH, STYLES[0])])] * HEIGHT
    other = [*strips[:-1], Strip([Segment("a" * 20 + "b" + "a" * 9, STYLES[0])])]
    sent = Sent()
    sent.sparing(whole(strips)).render_segments(CONSOLE)
    text = sent.sparing(whole(other)).render_segments(CONSOLE)
    assert text == f"\x1b[{HEIGHT};21H\x1b[0mb\x1b[0m"


def test_a_ground_that_changes_is_sent_though_its_cells_are_blank():
    def blank(style):
        return [Strip([Segment(" " * WIDTH, style)])] * HEIGHT

    sent = Sent()
    sent.sparing(whole(blank(STYLES[0]))).render_segments(CONSOLE)
    assert sent.sparing(whole(blank(STYLES[1]))).render_segments(CONSOLE) == ""
    assert "\x1b[0;42m" in sent.sparing(whole(blank(STYLES[3]))).render_segments(CONSOLE)


def test_a_line_under_blanks_is_sent_and_what_a_click_means_is_not():
    def blank(**how):
        return [Strip([Segment("a" + " " * (WIDTH - 1), Style(**how))])] * HEIGHT

    sent = Sent()
    sent.sparing(whole(blank())).render_segments(CONSOLE)
    assert sent.sparing(whole(blank(meta={"row": 1}))).render_segments(CONSOLE) == ""
    assert "\x1b[0;4m" in sent.sparing(whole(blank(underline=True))).render_segments(CONSOLE)


def test_lines_with_characters_of_two_cells_are_sent_as_they_are():
    strips = [Strip([Segment("木" + " " * (WIDTH - 2), STYLES[0])])] * HEIGHT
    sent = Sent()
    first = sent.sparing(whole(strips)).render_segments(CONSOLE)
    assert sent.sparing(whole(strips)).render_segments(CONSOLE) == first


def test_anything_else_is_left_alone_and_makes_all_be_sent_anew():
    strips = lines(np.random.default_rng(0))
    sent = Sent()
    all_of_it = sent.sparing(whole(strips)).render_segments(CONSOLE)
    assert sent.sparing(None) is None
    assert sent.sparing("text") == "text"
    assert sent.sparing(whole(strips)).render_segments(CONSOLE) == all_of_it
