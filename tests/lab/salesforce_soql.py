"""The part of SOQL that the lab understands, parsed and checked strictly: what it does not know it refuses."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.lab.salesforce_schema import FIELDS, UNFILTERABLE

Record = Mapping[str, Any]
Test = Callable[[Record], bool]

_TOKEN = re.compile(
    r"\s*('(?:[^'\\]|\\.)*'|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?|LAST_N_DAYS:\d+|[A-Za-z_]\w*"
    r"|-?\d+(?:\.\d+)?|<=|>=|!=|[=<>(),])"
)
_AGGREGATES = ("COUNT", "SUM")


class Malformed(Exception):
    """The query is refused; `code` as Salesforce names it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query that was understood."""

    name: str
    fields: tuple[str, ...]
    counts: bool
    sums: tuple[tuple[str, str], ...]  # (field, alias)
    group: str
    test: Test
    order: tuple[tuple[str, bool], ...]  # (field, falling)

    def answer(self, records: Iterable[Record]) -> list[dict[str, Any]]:
        """Return the fields of the records that it asks for, in its order."""
        found = [one for one in records if self.test(one)]
        if self.group:
            return self._grouped(found)
        for field, falling in reversed(self.order):
            found.sort(key=lambda one: (one[field] is not None, one[field]), reverse=falling)
        return [{field: one[field] for field in self.fields} for one in found]

    def _grouped(self, found: list[Record]) -> list[dict[str, Any]]:
        groups = sorted({one[self.group] for one in found})
        return [
            {self.group: key}
            | {alias: sum(one[field] or 0 for one in found if one[self.group] == key) for field, alias in self.sums}
            for key in groups
        ]


def parse(text: str, *, now: datetime, visible: Callable[[str, str], bool]) -> Query:
    """Return a query; Malformed for what Salesforce, or only the lab, does not take."""
    return _Parser(text, now, visible).query()


class _Parser:
    def __init__(self, text: str, now: datetime, visible: Callable[[str, str], bool]) -> None:
        self._tokens = list(_split(text))
        self._now, self._visible = now, visible
        self._name = ""

    def query(self) -> Query:
        self._expect("SELECT")
        wanted = self._items()
        self._expect("FROM")
        self._name = self._next()
        if self._name not in FIELDS or not self._visible(self._name, ""):
            raise Malformed("INVALID_TYPE", f"sObject type '{self._name}' is not supported.")
        test: Test = self._conditions() if self._take("WHERE") else lambda record: True
        group = self._field(self._next()) if self._take("GROUP", "BY") else ""
        order = tuple(self._orders()) if self._take("ORDER", "BY") else ()
        if self._tokens:
            raise Malformed("MALFORMED_QUERY", f"unexpected token: '{self._tokens[0]}'")
        counts = [name for name, inner, _ in wanted if name == "COUNT" and not inner]
        if counts and (len(wanted) > 1 or group or order):
            raise Malformed("MALFORMED_QUERY", "COUNT() must be the only element in the SELECT list")
        sums = tuple((self._field(inner), alias) for name, inner, alias in wanted if name == "SUM")
        fields = tuple(self._field(name) for name, _, _ in wanted if name not in _AGGREGATES)
        if sums and set(fields) - {group}:
            raise Malformed("MALFORMED_QUERY", "Field must be grouped or aggregated")
        return Query(name=self._name, fields=fields, counts=bool(counts), sums=sums, group=group, test=test,
                     order=order)  # fmt: skip

    def _items(self) -> list[tuple[str, str, str]]:
        items = []
        while True:
            name, inner, alias = self._next(), "", ""
            if self._take("("):
                name = name.upper()
                inner = "" if self._peek() == ")" else self._next()
                self._expect(")")
                alias = self._next() if self._peek() not in (",", "FROM") else "expr0"
            items.append((name, inner, alias))
            if not self._take(","):
                return items

    def _conditions(self) -> Test:
        tests, joined = [self._condition()], ""
        while self._peek().upper() in ("AND", "OR"):
            word = self._next().upper()
            if joined and word != joined:
                raise Malformed("MALFORMED_QUERY", f"unexpected token: '{word}'")
            joined = word
            tests.append(self._condition())
        every = all if joined != "OR" else any
        return lambda record: every(test(record) for test in tests)

    def _condition(self) -> Test:
        if self._take("("):
            inner = self._conditions()
            self._expect(")")
            return inner
        field = self._field(self._next())
        kind = FIELDS[self._name][field]
        if kind in UNFILTERABLE:
            raise Malformed("INVALID_FIELD", f"field '{field}' can not be filtered in a query call")
        sign = self._next()
        if sign.upper() == "IN":
            values = self._list(kind)
            return lambda record: record[field] in values
        value = self._value(kind, self._next())
        return lambda record: _compare(record[field], sign, value)

    def _list(self, kind: str) -> list[Any]:
        self._expect("(")
        values = [self._value(kind, self._next())]
        while self._take(","):
            values.append(self._value(kind, self._next()))
        self._expect(")")
        return values

    def _value(self, kind: str, literal: str) -> Any:
        """Return a literal's value, which must be of the field's type."""
        if literal.lower() == "null":
            return None
        if literal.startswith("LAST_N_DAYS:") and kind in ("date", "datetime"):
            today = self._now.date()
            return (today - timedelta(days=int(literal.partition(":")[2])), today)
        reads: dict[str, Callable[[str], Any]] = {
            "boolean": _boolean,
            "date": _date,
            "datetime": _moment,
            "currency": float,
            "int": int,
        }
        try:
            return reads.get(kind, _text)(literal)
        except ValueError as wrong:
            raise Malformed(
                "INVALID_FIELD", f"value of filter criterion must be of type {kind}: {literal}"
            ) from wrong

    def _orders(self) -> Iterable[tuple[str, bool]]:
        while True:
            field = self._field(self._next())
            falling = self._take("DESC")
            if not falling:
                self._take("ASC")
            yield field, falling
            if not self._take(","):
                return

    def _field(self, name: str) -> str:
        if name not in FIELDS[self._name] or not self._visible(self._name, name):
            raise Malformed("INVALID_FIELD", f"No such column '{name}' on entity '{self._name}'.")
        return name

    def _peek(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _next(self) -> str:
        if not self._tokens:
            raise Malformed("MALFORMED_QUERY", "unexpected token: '<EOF>'")
        return self._tokens.pop(0)

    def _take(self, *words: str) -> bool:
        if [one.upper() for one in self._tokens[: len(words)]] != list(words):
            return False
        del self._tokens[: len(words)]
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise Malformed("MALFORMED_QUERY", f"expecting {word}, found '{self._peek()}'")


def _split(text: str) -> Iterable[str]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise Malformed("MALFORMED_QUERY", f"unexpected token at {text[at : at + 20]!r}")
        yield found.group(1)
        at = found.end()


def _compare(have: Any, sign: str, value: Any) -> bool:
    if isinstance(value, tuple):
        return have is not None and value[0] <= date.fromisoformat(str(have)[:10]) <= value[1]
    if sign in ("=", "!="):
        return bool((have == value) == (sign == "="))
    if have is None or value is None:
        return False
    return bool({"<": have < value, ">": have > value, "<=": have <= value, ">=": have >= value}[sign])


def _text(literal: str) -> str:
    if not literal.startswith("'"):
        raise ValueError(literal)
    return re.sub(r"\\(.)", r"\1", literal[1:-1])


def _boolean(literal: str) -> bool:
    return (
        {"true": True, "false": False}[literal.lower()] if literal.lower() in ("true", "false") else _refuse(literal)
    )


def _refuse(literal: str) -> bool:
    raise ValueError(literal)


def _date(literal: str) -> str:
    return date.fromisoformat(literal).isoformat()


def _moment(literal: str) -> datetime:
    if "T" not in literal:
        raise ValueError(literal)
    return datetime.fromisoformat(literal).astimezone(UTC)
