r"""Filters as people write them.

    config.lr < 0.1 and (state = running or tags contains "best") and not name matches "^test"

    filter     = any { "or" any }
    any        = one { "and" one }
    one        = "not" one | "(" [filter] ")" | comparison | text
    comparison = field ("=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "matches" | "is") value
               | field ["not"] "in" "(" [value {"," value}] ")"
               | field ["not"] "exists"
    value      = number | "text" | 'text' | true | false | null | word
    field      = a name such as state, config.optimizer.lr, summary.val/loss; with other characters in `backticks`

A word or a quoted text alone means: the name contains it. `and` binds tighter than `or`. `()` holds for every run.
Within quotes `\"`, `\'` and `\\` are the character itself; before anything else a backslash is one (as in "\d+").
"""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

import msgspec

from gnomon.model.errors import Rejected
from gnomon.model.query import Every, Filter, Not, Op, Some, Where
from gnomon.model.query_match import DEEPEST

LONGEST_QUERY = 20_000

_token = re.compile(
    r"""\s*(?:
      (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w./@:-]))
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<field>`(?:[^`\\]|\\.)*`)
    | (?P<op>==|!=|<=|>=|=|<|>|\(|\)|\[|\]|,)
    | (?P<word>[^\s"'`=!<>(),\[\]]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_bare_field = re.compile(r"[A-Za-z_][^\s\"'`=!<>(),\[\]]*")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_WORDS = ("and", "or", "not", "in", "exists", "contains", "matches", "true", "false", "null")
_LITERALS = {"true": True, "false": False, "null": None}


def parse(text: str) -> Filter:
    """The filter that the text says; an empty one holds for every run. Raises Rejected that names the position."""
    if len(text) > LONGEST_QUERY:
        raise Rejected(f"A query has at most {LONGEST_QUERY} characters", field="query")
    if not text.strip():
        return Every()
    return _Reader(text).whole()


def spelled(filter: Filter) -> str:
    """The text of a filter: `parse(spelled(f))` is `f`, but for groups of one part or none.

    Raises Rejected for a comparison with a value that has no spelling, such as a dict.
    """
    if isinstance(filter, Where):
        return _spelled_where(filter)
    if isinstance(filter, Not):
        return f"not {_grouped(filter.part)}"
    if not filter.parts:
        return "()" if isinstance(filter, Every) else "not ()"
    if len(filter.parts) == 1:
        return spelled(filter.parts[0])
    return (" and " if isinstance(filter, Every) else " or ").join(_grouped(part) for part in filter.parts)


def simplified(filter: Filter) -> Filter:
    """The filter without groups of one part, and with an empty `Some` as the opposite of everything."""
    if isinstance(filter, Where):
        return filter
    if isinstance(filter, Not):
        return Not(simplified(filter.part))
    if len(filter.parts) == 1:
        return simplified(filter.parts[0])
    if not filter.parts:
        return Every() if isinstance(filter, Every) else Not(Every())
    parts = tuple(simplified(part) for part in filter.parts)
    return Every(parts) if isinstance(filter, Every) else Some(parts)


def _grouped(filter: Filter) -> str:
    text = spelled(filter)
    bare = isinstance(simplified(filter), (Where, Not)) or text == "()"
    return text if bare else f"({text})"


def _spelled_where(where: Where) -> str:
    field = where.field
    if not _bare_field.fullmatch(field) or field.lower() in _WORDS:
        field = "`" + re.sub(r"([`\\])", r"\\\1", field) + "`"
    if where.op == "exists":
        return f"{field} not exists" if where.value is False else f"{field} exists"
    if where.op in ("in", "not in"):
        return f"{field} {where.op} ({', '.join(_spelled_value(value) for value in where.value)})"
    return f"{field} {where.op} {_spelled_value(where.value)}"


def _spelled_value(value: Any) -> str:
    if isinstance(value, (dict, list, tuple)):
        raise Rejected(f"A query cannot say {type(value).__name__} values", field="query")
    if isinstance(value, str):
        return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
    if isinstance(value, float) and not math.isfinite(value):
        raise Rejected(f"A query cannot say {value}", field="query")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else msgspec.json.encode(value).decode()


class _Reader:
    """Reads one query from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._kind = ""
        self._word = ""
        self._start = 0
        self._next()

    def whole(self) -> Filter:
        filter = self._some()
        if self._kind != "end":
            self._fail("`and` or `or` is missing before" if self._word != ")" else "there is one too many:")
        return filter

    def _some(self) -> Filter:
        parts = [self._every()]
        while self._is("or"):
            self._next()
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _every(self) -> Filter:
        parts = [self._one()]
        while self._is("and"):
            self._next()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self) -> Filter:
        self._depth += 1
        if self._depth > 3 * DEEPEST:
            self._fail("the query is nested too deep at")
        filter = self._unary()
        self._depth -= 1
        return filter

    def _unary(self) -> Filter:
        if self._is("not"):
            self._next()
            return Not(self._one())
        if self._kind == "op" and self._word == "(":
            self._next()
            if self._kind == "op" and self._word == ")":
                self._next()
                return Every()
            filter = self._some()
            self._expect(")")
            return filter
        if self._kind == "text":
            text = self._string()
            return Where("name", "contains", text)
        if self._kind == "number":
            text = self._word
            self._next()
            return Where("name", "contains", text)
        if self._kind not in ("word", "field") or (self._kind == "word" and self._word.lower() in _WORDS):
            self._fail("a comparison such as state = running is expected, not")
        return self._comparison()

    def _comparison(self) -> Filter:
        quoted = self._kind == "field"
        field = re.sub(r"\\(.)", r"\1", self._word[1:-1], flags=re.DOTALL) if quoted else self._word
        self._next()
        if self._kind == "op" and (self._word in _COMPARISONS or self._word == "=="):
            op = "=" if self._word == "==" else self._word
            self._next()
            return Where(field, _op(op), self._value())
        if self._kind == "op" and self._word not in (")",):
            self._fail("a comparison is expected, not")
        if self._is("contains") or self._is("matches") or self._is("is"):
            op = self._word.lower()
            self._next()
            return Where(field, _op(op), self._value())
        if self._is("exists"):
            self._next()
            return Where(field, "exists")
        if self._is("in"):
            self._next()
            return Where(field, "in", self._list())
        if self._is("not"):
            self._next()
            if self._is("exists"):
                self._next()
                return Where(field, "exists", False)
            if self._is("in"):
                self._next()
                return Where(field, "not in", self._list())
            self._fail("`in` or `exists` is expected after `not`, not")
        if not quoted:
            return Where("name", "contains", field)
        return self._fail("a comparison is expected, not")

    def _value(self) -> Any:
        if self._kind == "number":
            text = self._word
            number = float(text) if re.search(r"[.eE]", text) or len(text) > 300 else int(text)
            if isinstance(number, float) and not math.isfinite(number):
                self._fail("there is no number as large as")
            self._next()
            return number
        if self._kind == "text":
            return self._string()
        if self._kind == "word":
            word = self._word
            if word.lower() in ("and", "or", "not", "in"):
                self._fail("a value is expected, not")
            self._next()
            return _LITERALS.get(word.lower(), word)
        return self._fail("a value is expected, not")

    def _list(self) -> list[Any]:
        closing = "]" if self._word == "[" else ")"
        if self._kind != "op" or self._word not in ("(", "["):
            self._fail("a list such as (1, 2) is expected, not")
        self._next()
        values: list[Any] = []
        while not (self._kind == "op" and self._word == closing):
            if values:
                self._expect(",")
            values.append(self._value())
        self._next()
        return values

    def _string(self) -> str:
        word = self._word
        self._next()
        return re.sub(r"\\([\\\"'])", r"\1", word[1:-1])

    def _is(self, word: str) -> bool:
        return self._kind == "word" and self._word.lower() == word

    def _expect(self, mark: str) -> None:
        if self._kind != "op" or self._word != mark:
            self._fail(f"`{mark}` is expected, not")
        self._next()

    def _next(self) -> None:
        match = _token.match(self._text, self._at)
        if match is None:
            rest = self._text[self._at :]
            self._start = self._at + len(rest) - len(rest.lstrip())
            self._kind, self._word = "end", ""
            if rest.strip():
                self._word = rest.strip()[0]
                self._fail("a quote is not closed:" if self._word in "\"'`" else "this does not belong here:")
            return
        self._kind = match.lastgroup or ""
        self._word = match.group(self._kind)
        self._start = match.start(self._kind)
        self._at = match.end()

    def _fail(self, what: str) -> NoReturn:
        found = f"`{self._word}`" if self._word else "the end"
        raise Rejected(f"At position {self._start + 1} of the query: {what} {found}", field="query")


def _op(word: str) -> Op:
    op: Op = msgspec.convert(word, Op)
    return op
