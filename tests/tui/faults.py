"""What can be wrong with a drawn screen, whatever it shows."""

from rich.cells import cell_len
from rich.color import ColorSystem

from grokscope.tui.plain import plain
from grokscope.tui.widgets.bars import KeyBar, Lines, _length
from tests.tui.conftest import text_of

BRAILLE = set(map(chr, range(0x2800, 0x2900)))
"""What curves are drawn with, where ASCII draws others."""
DEPTHS = {"16": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT}


def faults(app, ascii=False, colorless=False):
    """Return what is wrong with the screen that the explorer shows, a line each."""
    strips = app.screen._compositor.render_strips()
    segments = [segment for strip in strips for segment in strip]
    found = [*_cut_off(app.screen)]
    found += ["a segment without a style"] * any(one.style is None for one in segments)
    if not ascii:
        signs = set("".join(text_of(app))) - BRAILLE - {"?"}
        found += [f"no sign for it in ASCII: {sign}" for sign in signs if plain(sign) == "?"]
    if ascii:
        found += [f"not ASCII: {line}" for line in text_of(app) if not line.isascii()]
    if colorless:
        found += [f"coloured: {one.text!r}" for one in segments if _colored(one.style)]
    found += [f"as dark as its ground: {text!r}" for text in _unseen(app, segments)]
    return found


def _colored(style):
    colors = (style.color, style.bgcolor) if style else ()
    return any(color is not None and not color.is_default for color in colors)


def _cut_off(screen):
    """Lines longer than the room there is, and keys that are cut off in the footer."""
    for lines in screen.query(Lines):
        width = lines.size.width
        for left, right in lines._lines if lines.display and width else ():
            text = "".join(text for text, _ in (*left, *right))
            if cell_len(text.rstrip()) > width:
                yield f"cut off at {width}: {text}"
    for bar in screen.query(KeyBar):
        if sum(map(_length, bar.fitting(bar.size.width))) > bar.size.width:
            yield "cut off in the footer"


def _unseen(app, segments):
    """Text in the colour of its ground, as the terminal rounds colours."""
    system = DEPTHS.get(app.session.depth)
    for one in segments:
        if not one.text.strip() or one.style is None or set(one.text) <= set("▀▄█ "):
            continue
        color, ground = one.style.color, one.style.bgcolor
        if system is not None:
            color, ground = (c and c.downgrade(system) for c in (color, ground))
        if color is not None and not color.is_default and color == ground:
            yield one.text
