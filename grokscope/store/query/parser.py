"""From the text of a query to its tree, by recursive descent."""

import re
from collections.abc import Container

from grokscope.store.query.expressions import SIGNS, Expressions, reserved
from grokscope.store.query.syntax import (
    Both,
    Comparison,
    Condition,
    Either,
    Match,
    Name,
    Newest,
    Not,
    Text,
    Word,
)
from grokscope.store.query.tokens import Token

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


class _Parser(Expressions):
    def __init__(self, text: str, known: Container[str]) -> None:
        super().__init__(text, known)
        self.behind = _behind(self.tokens)

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
            return Match(token.text, token.pattern, span=token.span)
        if token.kind not in ("word", "string") or reserved(token):
            raise self.refuse(f"{self.told()} where a run, a field or a comparison belongs")
        self.at += 1
        last = _LAST.fullmatch(token.text) if token.kind == "word" else None
        return (
            Newest(int(last[1] or 1), span=token.span)
            if last
            else Word(token.text, span=token.span)
        )

    def begins_value(self) -> bool:
        """Return whether a comparison begins here, and no word that stands alone."""
        token = self.here
        if token.kind == "operator":
            return True
        if token.kind not in ("word", "string", "(") or reserved(token):
            return False
        after = self.behind.get(token.start, self.tokens[self.at + 1])
        if token.kind == "word" and self.calls():
            return True
        if token.kind == "word" and token.text[-1] in SIGNS and len(token.text) > 1:
            # a sign at the end of a name of a run, or between two values
            joined = after.kind == "(" and after.start == token.end
            return joined or token.text[:-1] in self.known or after.kind == "comparison"
        return after.kind in ("comparison", "operator") or after.text == "*" != token.text

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
            found.append(Comparison(operator, left, right, span=span))
            # what is text on the right of a comparison names a field on the left of the next
            left = Name(right.text, span=right.span) if isinstance(right, Text) else right
        return found[0] if len(found) == 1 else Both(tuple(found))


def _behind(tokens: list[Token]) -> dict[int, Token]:
    """Return for each parenthesis that is closed, by its place, the token behind its closing."""
    found, opened = {}, []
    for index, token in enumerate(tokens):
        if token.kind == "(":
            opened.append(token.start)
        elif token.kind == ")" and opened:
            found[opened.pop()] = tokens[index + 1]
    return found
