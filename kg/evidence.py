"""The words on which an answer rests: those of its statements, or those of its rows, by the things in them.

Evidence of a statement is about its thing, supports its property, and names its value or none. Evidence of a row is
about a thing of the row, or about a thing that joins two of them without standing there itself, as a membership joins
a place and a network; what is evidence for a value of the row comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from kg.answers import Table, Term
from kg.namespaces import BASE, PREFIXES, TERMS, expand

_SELECT = f"""SELECT DISTINCT ?of ?evidence ?property ?value ?quote ?locator ?source ?title ?url ?seen ?grade ?reading
WHERE {{{{
  {{pattern}}
  ?evidence <{TERMS}about> ?of ;
    <{TERMS}source> ?source .
  OPTIONAL {{{{ ?evidence <{TERMS}quote> ?quote }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}locator> ?locator }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}supports> ?property }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}supportsValue> ?value }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}seenOn> ?seen }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}reading>/<{PREFIXES["skos"]}prefLabel> ?reading FILTER(LANG(?reading) = "en") }}}}
  OPTIONAL {{{{ ?source <{PREFIXES["dcterms"]}title> ?title }}}}
  OPTIONAL {{{{ ?source <{PREFIXES["schema"]}url> ?url }}}}
  OPTIONAL {{{{ ?source <{TERMS}grade>/<{PREFIXES["skos"]}prefLabel> ?grade FILTER(LANG(?grade) = "en") }}}}
}}}}"""
Said = TypeVar("Said", bound=tuple[str, str, str])
_MOST_THINGS = 6  # things of one row that are joined with each other


@dataclass(frozen=True)
class Words:
    """A piece of evidence: what it is about, for which property and value, the words, and where they were read.

    `quote` is None where only the place in the source is given (`locator`).
    """

    iri: str
    of: str
    property: str
    value: str
    quote: Term | None
    locator: str
    source: str
    title: str
    url: str
    seen: str
    grade: str
    reading: str


def of_rows(table: Table, asked: Sequence[str], ask: Callable[[str], Table]) -> list[list[Words]]:
    """For each row its evidence, best first. `asked` names the properties that the question asks with."""
    things = [_things(row.values()) for row in table.rows]
    direct = _found(_about({thing for row in things for thing in row}), ask)
    pairs = {pair for row in things for pair in combinations(row[:_MOST_THINGS], 2)}
    joining = _joining(pairs, ask)
    properties = frozenset(asked)
    found = []
    for row, these in zip(table.rows, things, strict=True):
        values = {term.value for term in row.values() if term}
        words = [(2, one) for pair in combinations(these, 2) for one in joining.get(pair, [])]
        words += [(0, one) for thing in these for one in direct.get(thing, [])]
        ranked = sorted(
            ((rank + _fit(one, values, properties), one) for rank, one in words),
            key=lambda pair: (-pair[0], pair[1].iri, pair[1].property, pair[1].value),
        )
        first: dict[str, Words] = {}
        for _, one in ranked:
            first.setdefault(one.iri, one)
        found.append(list(first.values()))
    return found


def of_statements(said: Iterable[Said], ask: Callable[[str], Table]) -> dict[Said, list[Words]]:
    """For each statement (thing, property, value) its evidence, each piece once, in the order of the IRIs.

    Properties are IRIs or prefixed names. Evidence that names values supports no other.
    """
    wanted = {one: (one[0], expand(one[1]) or one[1]) for one in said}
    if not wanted:
        return {}
    pairs = " ".join(f"(<{thing}> <{name}>)" for thing, name in sorted(set(wanted.values())))
    supports = f"?evidence <{TERMS}about> ?of ; <{TERMS}supports> ?property ."
    found: dict[tuple[str, str], list[Words]] = {}
    query = _SELECT.format(pattern=f"VALUES (?of ?property) {{ {pairs} }} {supports}")
    for _, words in _read(ask(query), ()):
        found.setdefault((words.of, words.property), []).append(words)
    return {one: _fitting(found.get(pair, ()), one[2]) for one, pair in wanted.items()}


def _fitting(found: Iterable[Words], value: str) -> list[Words]:
    fitting = {one.iri: one for one in found if one.value in ("", value)}
    return [fitting[iri] for iri in sorted(fitting)]


def _fit(words: Words, values: set[str], properties: frozenset[str]) -> int:
    """How well evidence fits a row: for a value of the row, for a property that is asked with."""
    return (
        4 * (words.value in values)
        - 2 * bool(words.value and words.value not in values)
        + (words.property in properties)
    )


def _things(terms: Iterable[Term | None]) -> list[str]:
    """The things of ours in a row that evidence may be about, each once, in their order."""
    found = [term.value for term in terms if term and term.kind == "uri"]
    return list(dict.fromkeys(iri for iri in found if iri.startswith(BASE) and "#" not in iri))


def _about(things: set[str]) -> str:
    return f"VALUES ?of {{ {' '.join(f'<{iri}>' for iri in sorted(things))} }}" if things else ""


def _found(pattern: str, ask: Callable[[str], Table]) -> dict[str, list[Words]]:
    found: dict[str, list[Words]] = {}
    for words in _read(ask(_SELECT.format(pattern=pattern)), ()) if pattern else ():
        found.setdefault(words[1].of, []).append(words[1])
    return found


def _joining(
    pairs: set[tuple[str, str]], ask: Callable[[str], Table]
) -> dict[tuple[str, str], list[Words]]:
    """Evidence about what joins two things, by the two."""
    if not pairs:
        return {}
    values = " ".join(f"(<{one}> <{other}>)" for one, other in sorted(pairs))
    pattern = f"VALUES (?one ?other) {{ {values} }} ?of ?to ?one ; ?too ?other ."
    query = _SELECT.format(pattern=pattern).replace("DISTINCT ?of", "DISTINCT ?one ?other ?of", 1)
    found: dict[tuple[str, str], list[Words]] = {}
    for pair, words in _read(ask(query), ("one", "other")):
        found.setdefault((pair[0], pair[1]), []).append(words)
    return found


def _read(table: Table, extra: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Words]]:
    for row in table.rows:
        text = {name: term.value if term else "" for name, term in row.items()}
        words = Words(
            iri=text["evidence"],
            of=text["of"],
            property=text["property"],
            value=text["value"],
            quote=row["quote"],
            locator=text["locator"],
            source=text["source"],
            title=text["title"],
            url=text["url"],
            seen=text["seen"],
            grade=text["grade"],
            reading=text["reading"],
        )
        yield tuple(text[name] for name in extra), words
