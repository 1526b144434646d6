"""From the tree of a query to a test of each run."""

import operator
import re
from collections.abc import Callable, Iterable

from grokscope.errors import BadQuery, listed, nearest
from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.expressions import dated
from grokscope.store.query.fields import FIELDS, Field, Fields, Read
from grokscope.store.query.mismatch import refuse_order, refuse_word
from grokscope.store.query.syntax import (
    DATE,
    EQUALITY,
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
from grokscope.store.query.values import called, glob, names, real, texts

Test = Callable[[RunSummary], bool]
WILD = re.compile(r"[*?\[]")
"""What makes a pattern of a word."""
WORDY = ("text", "prose", "words")
"""Kinds of fields that are text."""
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_COMPARE: dict[str, Callable[..., bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTE: dict[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Binding:
    """The conditions of a query as tests of the runs of one listing.

    Parameters
    ----------
    text : str
        The query, for errors.
    fields : Fields
        Of the runs to be tested.
    loose : bool
        Whether a bare word may stand anywhere in a run's names and words, and a text that is no
        run's `task`, `tag` or the like may be its beginning, as in a filter that is being typed;
        else a word means runs by id, name or start of an id, and a text the whole.
    """

    def __init__(self, text: str, fields: Fields, loose: bool) -> None:
        self.text = text
        self.fields = fields
        self.loose = loose

    def test(self, tree: Condition) -> Test:
        """Return whether a run fits, as a function.

        Raises
        ------
        BadQuery
            If the tree asks for a field that no run has, or for what a field cannot hold.
        """
        match tree:
            case Both(conditions):
                tests = [self.test(each) for each in conditions]
                return lambda run: all(test(run) for test in tests)
            case Either(conditions):
                tests = [self.test(each) for each in conditions]
                return lambda run: any(test(run) for test in tests)
            case Not(condition):
                test = self.test(condition)
                return lambda run: not test(run)
            case Newest(count):
                newest = sorted(self.fields.runs, key=lambda run: (-run.created, run.id))
                return _among(run.id for run in newest[:count])
            case Word():
                return self._word(tree)
            case Match():
                return self._match(tree)
            case Comparison():
                return self._comparison(tree)

    def _word(self, word: Word) -> Test:
        found = FIELDS.get(word.text)
        if found is not None and found.kind == "flag":
            read = found.read
            return lambda run: bool(read(run))
        if WILD.search(word.text):
            fits = glob(word.text)
            if self.loose:
                return lambda run: any(map(fits, run.words.split("\n")))
            return lambda run: any(map(fits, names(run)))
        if self.loose:
            wanted = word.text.casefold()
            return lambda run: wanted in run.words
        return _among(run.id for run in called(self.fields.runs, word.text))

    def _match(self, match: Match) -> Test:
        found = self.fields.field(match.name, self.text, match.span)
        pattern, read = match.pattern, found.read
        if found.kind == "flag" and not WILD.search(pattern):
            if pattern.lower() not in TRUTH:
                raise BadQuery(f"{found.name} is true or false", self.text, match.span)
            wanted = TRUTH[pattern.lower()]
            return lambda run: (held := read(run)) is not None and bool(held) == wanted
        if not WILD.search(pattern):
            if self.loose and self._begun(found, pattern):
                pattern = f"{pattern}*"
            else:
                self._possible(found, pattern, match.span)
            pattern = f"*{pattern}*" if found.kind == "prose" else pattern
        fits = glob(pattern)
        return lambda run: any(map(fits, texts(read(run))))

    def _begun(self, found: Field, pattern: str) -> bool:
        """Return whether a text may be the beginning of a field's values, and is none itself."""
        wanted = pattern.casefold()
        if found.values:
            return any(value.startswith(wanted) for value in found.values)
        if found.kind not in ("text", "words"):
            return False
        held = (text for run in self.fields.runs for text in texts(found.read(run)))
        return not any(text.casefold() == wanted for text in held)

    def _possible(self, found: Field, value: str, span: Span) -> None:
        """Refuse a value that a field never has."""
        if found.values and value.lower() not in found.values:
            told = nearest(value.lower(), found.values) or f"; it can be {listed(found.values)}"
            if found.name == "status" and "diverged".startswith(value.lower()):
                told = "; runs that diverged are status:failed, and reason:diverged"
            raise BadQuery(f"{found.name} is never {value[:40]!r}{told}", self.text, span)

    def _comparison(self, tree: Comparison) -> Test:
        verdict = _COMPARE[tree.operator]
        left = self._named(tree.left)
        if left is not None:
            refuse_order(left, tree, self.fields.runs, self.text)
        if left is not None and (word := self._word_right(left, tree.right)) is not None:
            return self._against(left, tree, word)
        wordy = left is not None and left.kind == "any"
        right = self._undated(tree.right)
        first, second = self._value(tree.left, wordy), self._value(right, wordy)
        equality = tree.operator in EQUALITY
        literal = tree.right.text if equality and isinstance(tree.right, Number) else None

        def test(run: RunSummary) -> bool:
            a, b = first(run), second(run)
            if isinstance(a, str) and literal is not None:
                b = literal
            if isinstance(a, str) and isinstance(b, str):
                return verdict(a.casefold(), b.casefold())
            a, b = real(a), real(b)
            return a is not None and b is not None and verdict(a, b)

        return test

    def _named(self, value: Value) -> Field | None:
        """Return the field that a value is, None where it is more than one."""
        match value:
            case Name(name):
                return self.fields.field(name, self.text, value.span)
            case Reduced(function, metric):
                return self.fields.metric(metric, function, self.text, value.span)
        return None

    def _word_right(self, left: Field, right: Value) -> str | None:
        """Return the text that a field is compared with, None where it is a value."""
        match right:
            case Text(text):
                return None if left.kind == "number" and DATE.fullmatch(text) else text
            case Number(text) | Name(text) if left.kind in WORDY:
                return text
            case Name(text) if left.kind == "flag" and text.lower() in TRUTH:
                return text
            case Name(text) if left.kind == "any":
                holds = any(isinstance(left.read(run), str) for run in self.fields.runs)
                return text if holds or self.fields.find(text) is None else None
        if left.kind in WORDY:
            raise BadQuery(f"{left.name} is text", self.text, right.span)
        return None

    def _undated(self, right: Value) -> Value:
        """Return a date in quotes as one without, anything else as it is."""
        if not isinstance(right, Text) or not DATE.fullmatch(right.text):
            return right
        return dated(right.text, self.text, right.span)

    def _against(self, left: Field, tree: Comparison, word: str) -> Test:
        """Return a test of a field against text; a run that has none fits nothing."""
        if left.kind == "number":
            start, end = tree.right.span
            told = f"{left.name} is a number and {self.text[start:end][:40]} is none"
            raise BadQuery(told, self.text, tree.right.span)
        read, verdict = left.read, _COMPARE[tree.operator]
        if word.lower() in TRUTH and left.kind in ("flag", "any"):
            wanted = TRUTH[word.lower()]

            def flagged(run: RunSummary) -> bool:
                held = read(run)
                truth = TRUTH.get(held.lower()) if isinstance(held, str) else real(held)
                return truth is not None and verdict(truth, wanted)

            return flagged
        if left.kind == "flag":
            raise BadQuery(f"{left.name} is true or false", self.text, tree.right.span)
        refuse_word(left, tree, word, self.fields.runs, self.text)
        if tree.operator in EQUALITY:
            self._possible(left, word, tree.right.span)
        told, unequal = word.casefold(), tree.operator == "!="

        def test(run: RunSummary) -> bool:
            held = [each.casefold() for each in texts(read(run))]
            if unequal:
                return bool(held) and told not in held
            return any(verdict(each, told) for each in held)

        return test

    def _value(self, tree: Value, wordy: bool = False) -> Read:
        """Return what an expression has for a run, as a function."""
        match tree:
            case Number():
                constant = tree.value
                return lambda run: constant
            case Name() | Reduced():
                found = self._named(tree)
                assert found is not None
                if found.kind in WORDY and not wordy:
                    told = f"{found.name} is text where a number belongs"
                    raise BadQuery(told, self.text, tree.span)
                return found.read
            case Negative(inner):
                return _computed(operator.sub, lambda run: 0, self._value(inner))
            case Arithmetic(sign, left, right):
                return _computed(_COMPUTE[sign], self._value(left), self._value(right))
            case Text():
                raise BadQuery("text where a number belongs", self.text, tree.span)


def _among(ids: Iterable[str]) -> Test:
    chosen = frozenset(ids)
    return lambda run: run.id in chosen


def _computed(compute: Callable[..., float], left: Read, right: Read) -> Read:
    def read(run: RunSummary) -> float | None:
        a, b = real(left(run)), real(right(run))
        if a is None or b is None:
            return None
        try:
            return compute(a, b)
        except ArithmeticError:
            return None

    return read
