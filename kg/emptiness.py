"""Why an answer has no rows: which condition removed them all, and which values near it would leave some.

Each condition is left open in turn while the others stay. Where that gives rows, the values that they have in its
place are counted; a day, a year or a number cannot be left open, so others near it are tried.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.answers import Table
from kg.errors import KgError
from kg.lexer import Token, tokens
from kg.namespaces import shorten
from kg.queries import ANY, Option, Parameter, Query, replaced
from kg.store import Store

NEAR = 5
_STEPS = (1, 2, 5, 10, 20)


@dataclass(frozen=True)
class Value:
    """A value that would give rows: as it is written in an address, its name, and how many rows."""

    text: str
    label: str
    rows: int


@dataclass(frozen=True)
class Reason:
    """A condition without which there would be rows: how many, and values near it that have some."""

    parameter: Parameter
    rows: int
    near: list[Value]


def reasons(
    query: Query,
    given: Mapping[str, Sequence[str]],
    store: Store,
    options: Callable[[Parameter], list[Option]],
    ask: Callable[[str], Table],
) -> list[Reason]:
    """The conditions that, left open one at a time, would give rows. `ask` answers a query of ours."""
    bound = query.bind(given, store)
    chosen = query.chosen(given)
    found = []
    for parameter in query.parameters:
        texts = chosen[parameter.name]
        if ANY in texts:
            continue
        if parameter.datatype:
            near = list(_tried(query, given, parameter, texts, store, ask))
            if near:
                found.append(Reason(parameter, max(one.rows for one in near), near[:NEAR]))
            continue
        opened = replaced(bound, {parameter.name: "UNDEF"})
        rows = _count(opened, ask)
        if rows:
            near = _near(opened, parameter, texts, options(parameter), ask)
            found.append(Reason(parameter, rows, near))
    return found


def _count(text: str, ask: Callable[[str], Table]) -> int:
    return len(ask(text))


def _near(
    text: str,
    parameter: Parameter,
    texts: Sequence[str],
    options: list[Option],
    ask: Callable[[str], Table],
) -> list[Value]:
    """The values that stand in a parameter's place in the rows, those of the same country first, then the most rows."""
    counting = _counting(text, parameter.name)
    if not counting:
        return []
    labels = {option.value: option.label for option in options}
    found = [
        Value(shorten(value.value), labels[value.value], int(number.value))
        for value, number in ask(counting)
        if value and number and value.value in labels
    ]
    here = {_country(text) for text in texts}
    return sorted(found, key=lambda one: (_country(one.text) not in here, -one.rows, one.label))[
        :NEAR
    ]


def _country(text: str) -> str:
    """The beginning of a slug, which in the names of places and acts is the country."""
    return text.replace(":", "/").rsplit("/", 1)[-1].split("-", 1)[0]


def _counting(text: str, name: str) -> str:
    """The query, made to count its rows by what stands in one of its variables; empty where that is not to be seen."""
    every = list(tokens(text))
    select = next((at for at, token in enumerate(every) if token.is_word("SELECT")), None)
    if select is None:
        return ""
    brace = next(at for at in range(select, len(every)) if every[at].text == "{")
    close = _closing(every, brace)
    body = text[every[brace].start : every[close].end]
    head = text[: every[select].start]
    return f"{head}SELECT ?{name} (COUNT(*) AS ?n)\nWHERE {body}\nGROUP BY ?{name} ORDER BY DESC(?n) LIMIT 500"


def _closing(every: list[Token], brace: int) -> int:
    depth = 0
    for at in range(brace, len(every)):
        depth += (every[at].text == "{") - (every[at].text == "}")
        if not depth:
            return at
    raise ValueError("A bracket is not closed.")


def _tried(
    query: Query,
    given: Mapping[str, Sequence[str]],
    parameter: Parameter,
    texts: Sequence[str],
    store: Store,
    ask: Callable[[str], Table],
) -> Iterator[Value]:
    for text in dict.fromkeys([*_beside(parameter, texts[0]), *query.examples[parameter.name]]):
        try:
            rows = len(ask(query.bind({**given, parameter.name: [text]}, store)))
        except KgError:  # beyond the range that the parameter has
            continue
        if rows:
            yield Value(text, text, rows)


def _beside(parameter: Parameter, text: str) -> Iterator[str]:
    """Values before and after this one, the nearest first."""
    for step in _STEPS:
        for sign in (-step, step):
            if parameter.datatype == "integer":
                yield str(int(text) + sign)
            elif parameter.datatype == "gYear":
                yield f"{int(text) + sign:04}"
            elif parameter.datatype == "date":
                day = datetime.date.fromisoformat(text)
                if 1 <= day.year + sign <= 9999:
                    yield day.replace(year=day.year + sign, day=min(day.day, 28)).isoformat()
