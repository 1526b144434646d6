"""ASCII: what is shown where the terminal has no other characters."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

SIGNS = str.maketrans(
    {
        "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+",
        "┬": "+", "┴": "+", "┼": "+", "┆": ":", "▌": ">", "▲": "^", "▶": ">", "▷": ">",
        "✗": "x", "·": ".", "–": "-", "−": "-", "…": "~", "Δ": "D", "→": ">", "←": "<",
        "▼": "v", "★": "*", "✓": "+", "≈": "~",
        "↑": "^", "↓": "v", "↵": "e", "≥": ">", "≤": "<", "×": "x", "σ": "s", "±": "~",
        "ρ": "r", "η": "h",
        "‖": "|", "°": "o", "⁻": "-",
        **dict(zip("▁▂▃▄▅▆▇█", "__..-==#", strict=True)),
        **dict.fromkeys("▔▀━═╸╺╼╾", "-"), **dict.fromkeys("▏▎▍▋▊▉▐▕┃║", "|"),
        **dict.fromkeys("╭╮╰╯┏┓┗┛╔╗╚╝", "+"), **dict.fromkeys("•●○◉◆", "*"),
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)),
    }
)  # fmt: skip


PAIRS = {"10⁻": "1e-", "≤ ": "<=", "≥ ": ">=", "± ": "+-"}
"""What takes several characters, with others from beside it."""


def plain(text: str) -> str:
    """Return text of the same length in ASCII alone."""
    for signs, written in PAIRS.items():
        text = text.replace(signs, written)
    text = text.translate(SIGNS)
    return text if text.isascii() else "".join(c if c.isascii() else "?" for c in text)


class Plain(LineFilter):
    """Turns all that reaches the screen to ASCII, whatever widget drew it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [Segment(plain(s.text), s.style, s.control) for s in segments]
