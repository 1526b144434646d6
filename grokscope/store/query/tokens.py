"""A query cut into tokens."""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Literal, NoReturn

from grokscope.errors import BadQuery
from grokscope.store.query.lists import read_list
from grokscope.store.query.syntax import COMPARISONS, DATE, NAME, NUMBER, TIME, Span

LONGEST = 4000
"""Characters of a query that is read at all."""
BEHIND = (")", '"', "'")
"""What a sign of multiplication stands directly behind, where a pattern never does."""
SHOWN = 40
"""Characters of a token that an error shows."""

Kind = Literal["word", "string", "match", "comparison", "operator", "(", ")", "end"]


@dataclass(frozen=True)
class Token:
    """A piece of a query."""

    kind: Kind
    text: str
    """What it says; a string without its quotes, a match the field before its colon."""
    start: int
    end: int
    pattern: str = ""
    """What stands behind the colon of a match."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.start, self.end


_STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_WORD = r"[\w.@?\[\]%^*][\w.@?\[\]%^*/+-]*"
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<time>{TIME.pattern})
    | (?P<field>{_WORD}|{_STRING}):(?P<pattern>{_STRING}|[^\s()"']+)?
    | (?P<word>{_WORD})
    | (?P<string>{_STRING})
    | (?P<comparison>{"|".join(COMPARISONS)})
    | (?P<operator>[+/-])
    | (?P<open>\()
    | (?P<close>\))
    )""",
    re.VERBOSE,
)
_PIECE = re.compile(rf"(?P<word>{DATE.pattern}|{NUMBER.pattern}|{NAME.pattern})|(?P<op>[-+*/])")
_LAST = re.compile(r"@last(:\d+)?")


def tokenize(text: str) -> list[Token]:
    """Return a query's tokens, the last of them its end.

    Raises
    ------
    BadQuery
        If something in it is none, or it is longer than `LONGEST`.
    """
    if len(text) > LONGEST:
        raise BadQuery(f"a query of {len(text)} characters; {LONGEST} are read", text[:80], (0, 1))
    tokens: list[Token] = []
    place, stop = 0, len(text.rstrip())
    while place < stop:
        before = tokens[-1] if tokens else None
        token = _next(text, place, before.text if before and before.kind == "comparison" else "")
        tokens.append(token)
        place = token.end
    tokens.append(Token("end", "", stop, stop))
    return tokens


def _next(text: str, place: int, compared: str) -> Token:
    """Return the token that begins at a place, behind a sign of comparison where there is one."""
    start = place + len(text[place:]) - len(text[place:].lstrip())
    if compared and text[start] == "[":
        listing, end = read_list(text, start, compared)
        return Token("string", listing, start, end)
    found = _TOKEN.match(text, place)
    if found is None:
        _refuse(text, place)
    kind = str(found.lastgroup)
    if found["field"] is not None:
        return _match(found, text, start)
    if kind == "string":
        return Token("string", _unquoted(found["string"]), start, found.end())
    if kind == "word" and found["word"][0] == "*" and text[:start][-1:] in BEHIND:
        return Token("operator", "*", start, start + 1)
    kinds: dict[str, Kind] = {"open": "(", "close": ")", "time": "word"}
    return Token(kinds.get(kind, kind), found[kind], start, found.end())  # type: ignore[arg-type]


def _match(found: "re.Match[str]", text: str, start: int) -> Token:
    field, pattern = found["field"], found["pattern"]
    if pattern is None or (pattern[0] in "\"'" and len(pattern) < 2):
        at = found.end()
        raise BadQuery(f"a pattern is missing behind {field[:SHOWN]!r}:", text, (at, at + 1))
    if last := _LAST.match(text, start):
        return Token("word", last[0], start, last.end())
    return Token("match", _unquoted(field), start, found.end(), _unquoted(pattern))


def _refuse(text: str, place: int) -> NoReturn:
    place += len(text[place:]) - len(text[place:].lstrip())
    char = text[place]
    if char in "\"'":
        raise BadQuery(f"the quote {char} is not closed", text, (place, len(text)))
    if char in "&|!":
        raise BadQuery(f"{char!r} has no meaning; use and, or, not", text, (place, place + 1))
    told = "a field is missing before ':'" if char == ":" else f"{char!r} has no meaning"
    raise BadQuery(f"{told}; put text that holds it in quotes", text, (place, place + 1))


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in ("'", '"') else text


def pieces(token: Token, text: str, known: Container[str]) -> list[Token]:
    """Return a word of an expression cut at its operators, but for names that hold such signs.

    Parameters
    ----------
    known : container of str
        Names of fields; the longest that fits stays whole.

    Raises
    ------
    BadQuery
        If something in it is neither a name, a number nor an operator.
    """
    found: list[Token] = []
    place = token.start
    while place < token.end:
        piece = _PIECE.match(text, place, token.end)
        if piece is None:
            shown = text[place : token.end][:SHOWN]
            raise BadQuery(f"{shown!r} is no name and no number", text, (place, token.end))
        end = _longest(text, piece, token.end, known)
        kind: Kind = "word" if piece["word"] else "operator"
        found.append(Token(kind, text[place:end], place, end))
        place = end
    return found


def _longest(text: str, piece: "re.Match[str]", stop: int, known: Container[str]) -> int:
    """Return where the longest known name ends that begins where a piece does."""
    if not piece["word"]:
        return piece.end()
    ends = [m.start() for m in re.finditer(r"[-+*/]|$", text[:stop]) if m.start() > piece.end()]
    for end in reversed(ends):
        if text[piece.start() : end] in known:
            return end
    return piece.end()
