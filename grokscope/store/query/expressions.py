"""The values of a query: numbers, fields and arithmetic, by recursive descent."""

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
    Name,
    Negative,
    Number,
    Reduced,
    Span,
    Text,
    Value,
)
from grokscope.store.query.tokens import SHOWN, Kind, Token, pieces, tokenize

DEEPEST = 40
"""Levels of parentheses, signs and operators in a row that are followed."""
SIGNS = ("+", "-", "*", "/")


class Expressions:
    """Reads a query's tokens from the first on, values among them.

    Parameters
    ----------
    text : str
        The query.
    known : container of str
        Names of fields; one that holds an operator's sign stays whole.

    Raises
    ------
    BadQuery
        If the text cannot be cut into tokens; so do all methods where what they are for does not
        stand here.
    """

    def __init__(self, text: str, known: Container[str]) -> None:
        self.text = text
        self.known = known
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """Return the token here and go on."""
        token = self.here
        self.at += 1
        return token

    def refuse(self, message: str, span: Span | None = None) -> BadQuery:
        """Return an error at the token here, or at another place."""
        start, end = span or self.here.span
        return BadQuery(message, self.text, (start, max(end, start + 1)))

    def expect(self, kind: Kind, what: str) -> None:
        """Go on where the token here is of a kind, named `what` in the error else."""
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
        """Go on where the token here is a keyword; return whether it is."""
        if self.here.kind == "word" and self.here.text.lower() == word:
            self.at += 1
            return True
        return False

    def deeper(self) -> None:
        """Count a level, and refuse one too many."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(f"more than {DEEPEST} levels; write it flatter")

    def calls(self) -> bool:
        """Return whether the word here is a function's name, its parenthesis behind it."""
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        signed = self.here.text[-1:] in SIGNS
        return after.kind == "(" and after.start == self.here.end and not signed

    def value(self, left: bool) -> Value:
        """Return the value here; on the right of a comparison a word may be text."""
        if not left and (alone := self._alone()):
            return alone
        return self._sum()

    def _alone(self) -> Value | None:
        """Return the text or word that is all of a comparison's right side, None where it is more.

        A word with an operator's sign in it is text unless all of it is known.
        """
        token, after = self.here, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.kind == "string":
            self.at += 1
            return Text(token.text, span=token.span)
        if token.kind == "match":
            raise self.refuse("text with ':' in it belongs in quotes")
        more = after.kind == "operator" or after.text == "*" or self.calls()
        if token.kind != "word" or more or reserved(token) or self._computed(token):
            return None
        self.at += 1
        if token.text in self.known or NAME.fullmatch(token.text):
            return Name(token.text, span=token.span)
        return Text(token.text, span=token.span)

    def _computed(self, token: Token) -> bool:
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

    def _sum(self) -> Value:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Value:
        return self._chain(("*", "/"), self._signed)

    def _chain(self, operators: tuple[str, ...], inner: Callable[[], Value]) -> Value:
        found, depth = inner(), self.depth
        while self.here.kind in ("operator", "word") and self.here.text in operators:
            self.deeper()
            operator = self.take()
            right = inner()
            span = _whole(found, right, operator.span)
            found = Arithmetic(operator.text, found, right, span=span)
        self.depth = depth
        return found

    def _signed(self) -> Value:
        if self.here.kind == "operator" and self.here.text == "-":
            self.deeper()
            start = self.take().start
            inner = self._signed()
            self.depth -= 1
            return Negative(inner, span=(start, inner.span[1]))
        return self._atom()

    def _atom(self) -> Value:
        token = self.here
        if token.kind == "(":
            self.deeper()
            self.at += 1
            inner = self._sum()
            self.expect(")", "')'")
            self.depth -= 1
            return inner
        if token.kind == "string":
            self.at += 1
            return Name(token.text, span=token.span)
        if token.kind == "word" and not reserved(token):
            if self.calls():
                return self._reduced()
            if token.text not in self.known:
                self.tokens[self.at : self.at + 1] = pieces(token, self.text, self.known)
            return self._leaf()
        raise self.refuse(f"{self.told()} where a field or a number belongs")

    def _reduced(self) -> Value:
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
        return Reduced(function.text, metric.text, span=span)

    def _leaf(self) -> Value:
        token = self.take()
        if token.kind == "operator":
            raise self.refuse(f"{token.text!r} where a field or a number belongs", token.span)
        if token.text in self.known:
            return Name(token.text, span=token.span)
        if DATE.fullmatch(token.text):
            return dated(token.text, self.text, token.span)
        number = NUMBER.fullmatch(token.text)
        if number is None:
            return Name(token.text, span=token.span)
        if number[2] and number[2] not in UNITS:
            guess = nearest(number[2], UNITS) or f"; there are {', '.join(UNITS)}"
            raise self.refuse(f"no unit {number[2][:SHOWN]!r}{guess}", token.span)
        return Number(token.text, span=token.span)


def dated(date: str, text: str, span: Span) -> Number:
    """Return a date, or a time of it, that stands at a place of a query.

    Raises
    ------
    BadQuery
        If no calendar has it.
    """
    found = Number(date, span=span)
    try:
        found.value  # noqa: B018  a day that no calendar has is found out here
    except (ValueError, OverflowError, OSError) as error:
        raise BadQuery(f"{date} is no date", text, span) from error
    return found


def reserved(token: Token) -> bool:
    """Return whether a token is a keyword."""
    return token.kind == "word" and token.text.lower() in KEYWORDS


def _is_number(word: str) -> bool:
    number = NUMBER.fullmatch(word)
    return bool(DATE.fullmatch(word)) or (number is not None and number[2] in ("", *UNITS))


def _whole(left: Value, right: Value, between: Span) -> Span:
    """Return where an expression stands, from its left side to its right."""
    return min(left.span[0], between[0]), max(right.span[1], between[1])
