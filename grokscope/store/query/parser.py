"""From the text of a query to its tree, by recursive descent."""

import re
from collections.abc import Callable, Container

from grokscope.errors import BadQuery, nearest
from grokscope.store.query.syntax import (
    DATE,
    FUNCTIONS,
    KEYWORDS,
    NAME,
    NUMBER,
    UNITS,
    Arithmetic,
    Both,
    Comparison,
    Condition,
    Either,
    Match,
    Name,
    Negative,
    Newest,
    Not,
    Number,
    Reduced,
    Span,
    Text,
    Value,
    Word,
)
from grokscope.store.query.tokens import SHOWN, Kind, Token, pieces, tokenize

DEEPEST = 40
"""Levels of parentheses, signs and operators in a row that are followed."""
SIGNS = ("+", "-", "*", "/")
_LAST = re.compile(r"@last(?::(\d{1,6}))?")


def parse_tree(text: str, known: Container[str]) -> Condition | None:
    """Return the tree of a query, None where it is empty.

    Parameters
    ----------
    known : container of str
        Names of fields; where one holds an operator's sign, as `val-loss` does, it stays whole.

    Raises
    ------
    BadQuery
        If it cannot be understood.
    """
    parser = _Parser(text, known)
    if parser.here.kind == "end":
        return None
    tree = parser.either()
    parser.expect("end", "and, or, or the end of the query")
    return tree


class _Parser:
    def __init__(self, text: str, known: Container[str]) -> None:
        self.text = text
        self.known = known
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.behind = _behind(self.tokens)

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.here
        self.at += 1
        return token

    def refuse(self, message: str, span: Span | None = None) -> BadQuery:
        start, end = span or self.here.span
        return BadQuery(message, self.text, (start, max(end, start + 1)))

    def expect(self, kind: Kind, what: str) -> None:
        if self.here.kind != kind:
            raise self.refuse(f"{self.told()} where {what} belongs")
        self.at += 1

    def told(self) -> str:
        """Return the token here as an error names it."""
        token = self.here
        if token.kind == "end":
            return "the query ends"
        return repr(self.text[token.start : token.end][:SHOWN])

    def keyword(self, word: str) -> bool:
        if self.here.kind == "word" and self.here.text.lower() == word:
            self.at += 1
            return True
        return False

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(f"more than {DEEPEST} levels; write it flatter")

    # conditions

    def either(self) -> Condition:
        found = [self.both()]
        while self.keyword("or"):
            found.append(self.both())
        return found[0] if len(found) == 1 else Either(tuple(found))

    def both(self) -> Condition:
        found = [self.single()]
        while self.keyword("and") or not self.ended():
            found.append(self.single())
        return found[0] if len(found) == 1 else Both(tuple(found))

    def ended(self) -> bool:
        """Return whether no further condition can stand here."""
        token = self.here
        return token.kind in ("end", ")") or (token.kind == "word" and token.text.lower() == "or")

    def single(self) -> Condition:
        if self.keyword("not"):
            self.deeper()
            inner = self.single()
            self.depth -= 1
            return Not(inner)
        token = self.here
        if self.begins_value():
            return self.comparison()
        if token.kind == "(":
            self.deeper()
            self.at += 1
            inner = self.either()
            self.expect(")", "')'")
            self.depth -= 1
            return inner
        if token.kind == "match":
            self.at += 1
            return Match(token.text, token.pattern, token.span)
        if token.kind not in ("word", "string") or _reserved(token):
            raise self.refuse(f"{self.told()} where a run, a field or a comparison belongs")
        self.at += 1
        last = _LAST.fullmatch(token.text) if token.kind == "word" else None
        return Newest(int(last[1] or 1), token.span) if last else Word(token.text, token.span)

    def begins_value(self) -> bool:
        """Return whether a comparison begins here, and no word that stands alone."""
        token = self.here
        if token.kind == "operator":
            return True
        if token.kind not in ("word", "string", "(") or _reserved(token):
            return False
        after = self.behind.get(token.start, self.tokens[self.at + 1])
        if token.kind == "word" and self.calls():
            return True
        if token.kind == "word" and token.text[-1] in SIGNS and len(token.text) > 1:
            # a sign at the end of a name of a run, or between two values
            joined = after.kind == "(" and after.start == token.end
            return joined or token.text[:-1] in self.known or after.kind == "comparison"
        return after.kind in ("comparison", "operator") or after.text == "*" != token.text

    def calls(self) -> bool:
        """Return whether the word here is a function's name, its parenthesis behind it."""
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        signed = self.here.text[-1:] in SIGNS
        return after.kind == "(" and after.start == self.here.end and not signed

    # values

    def comparison(self) -> Condition:
        start = self.at
        left = self.value(left=True)
        found: list[Condition] = []
        while self.here.kind == "comparison" or not found:
            if self.here.kind != "comparison":
                raise self.refuse(f"{self.told()} where a comparison (= != < <= > >=) belongs")
            operator = self.take().text
            right = self.value(left=False)
            span = self.tokens[start].start, self.tokens[self.at - 1].end
            found.append(Comparison(operator, left, right, span))
            left = right
        return found[0] if len(found) == 1 else Both(tuple(found))

    def value(self, left: bool) -> Value:
        if not left and (alone := self.alone()):
            return alone
        return self.sum()

    def alone(self) -> Value | None:
        """Return the text or word that is all of a comparison's right side, None where it is more.

        A word with an operator's sign in it is text unless all of it is known.
        """
        token, after = self.here, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.kind == "string":
            self.at += 1
            return Text(token.text, token.span)
        if token.kind == "match":
            raise self.refuse("text with ':' in it belongs in quotes")
        more = after.kind == "operator" or after.text == "*" or self.calls()
        if token.kind != "word" or more or _reserved(token) or self.computed(token):
            return None
        self.at += 1
        if token.text in self.known or NAME.fullmatch(token.text):
            return Name(token.text, token.span)
        return Text(token.text, token.span)

    def computed(self, token: Token) -> bool:
        """Return whether a word is a number or an expression of known names."""
        if token.text in self.known:
            return False
        try:
            parts = pieces(token, self.text, self.known)
        except BadQuery:
            return False
        words = [part.text for part in parts if part.kind == "word"]
        numbers = [word for word in words if _is_number(word)]
        if len(parts) == 1:
            return bool(numbers)
        return all(word in self.known or word in numbers for word in words)

    def sum(self) -> Value:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Value:
        return self.chain(("*", "/"), self.signed)

    def chain(self, operators: tuple[str, ...], inner: Callable[[], Value]) -> Value:
        found, depth = inner(), self.depth
        while self.here.kind in ("operator", "word") and self.here.text in operators:
            self.deeper()
            operator = self.take()
            right = inner()
            span = _whole(found, right, operator.span)
            found = Arithmetic(operator.text, found, right, span)
        self.depth = depth
        return found

    def signed(self) -> Value:
        if self.here.kind == "operator" and self.here.text == "-":
            self.deeper()
            start = self.take().start
            inner = self.signed()
            self.depth -= 1
            return Negative(inner, (start, inner.span[1]))
        return self.atom()

    def atom(self) -> Value:
        token = self.here
        if token.kind == "(":
            self.deeper()
            self.at += 1
            inner = self.sum()
            self.expect(")", "')'")
            self.depth -= 1
            return inner
        if token.kind == "string":
            self.at += 1
            return Name(token.text, token.span)
        if token.kind == "word" and not _reserved(token):
            if self.calls():
                return self.reduced()
            if token.text not in self.known:
                self.tokens[self.at : self.at + 1] = pieces(token, self.text, self.known)
            return self.leaf()
        raise self.refuse(f"{self.told()} where a field or a number belongs")

    def reduced(self) -> Value:
        function = self.take()
        if function.text not in FUNCTIONS:
            guess = nearest(function.text, FUNCTIONS)
            told = f"no function {function.text[:SHOWN]!r}{guess}; there are {', '.join(FUNCTIONS)}"
            raise self.refuse(told, function.span)
        self.at += 1
        if self.here.kind not in ("word", "string"):
            raise self.refuse(f"{self.told()} where a metric belongs")
        metric = self.take()
        span = function.start, self.here.end
        self.expect(")", "')'")
        return Reduced(function.text, metric.text, span)

    def leaf(self) -> Value:
        token = self.take()
        if token.kind == "operator":
            raise self.refuse(f"{token.text!r} where a field or a number belongs", token.span)
        if token.text in self.known:
            return Name(token.text, token.span)
        if DATE.fullmatch(token.text):
            return self.dated(token)
        number = NUMBER.fullmatch(token.text)
        if number is None:
            return Name(token.text, token.span)
        if number[2] and number[2] not in UNITS:
            guess = nearest(number[2], UNITS) or f"; there are {', '.join(UNITS)}"
            raise self.refuse(f"no unit {number[2][:SHOWN]!r}{guess}", token.span)
        return Number(token.text, token.span)

    def dated(self, token: Token) -> Number:
        found = Number(token.text, token.span)
        try:
            found.value  # noqa: B018  a day that no calendar has is found out here
        except (ValueError, OverflowError, OSError) as error:
            raise self.refuse(f"{token.text} is no date", token.span) from error
        return found


def _behind(tokens: list[Token]) -> dict[int, Token]:
    """Return for each parenthesis that is closed, by its place, the token behind its closing."""
    found, opened = {}, []
    for index, token in enumerate(tokens):
        if token.kind == "(":
            opened.append(token.start)
        elif token.kind == ")" and opened:
            found[opened.pop()] = tokens[index + 1]
    return found


def _reserved(token: Token) -> bool:
    return token.kind == "word" and token.text.lower() in KEYWORDS


def _is_number(word: str) -> bool:
    number = NUMBER.fullmatch(word)
    return bool(DATE.fullmatch(word)) or (number is not None and number[2] in ("", *UNITS))


def _whole(left: Value, right: Value, between: Span) -> Span:
    """Return where an expression stands, from its left side to its right."""
    return min(left.span[0], between[0]), max(right.span[1], between[1])
