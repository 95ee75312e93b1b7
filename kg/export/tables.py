"""The graph as tables: one for each class, a row for each thing, a column for each property that a thing of it has.

A property in several languages is a column for each (`label_en`), and so is one for each datatype of
one's own (`notation_unm49`). Whether a column may hold several values, and what it refers to, is read from the data:
both can change from one version to the next.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.namespaces import PREFIXES, TERMS, shorten

_TYPE = PREFIXES["rdf"] + "type"
_NAMES = tuple(
    PREFIXES[prefix] + local
    for prefix, local in (("rdfs", "label"), ("skos", "prefLabel"), ("dcterms", "title"))
)
_TYPES = {"string", "integer", "decimal", "boolean", "date", "gYear", "gYearMonth", "anyURI"}
THING = "thing"
_MARKS = (
    "|",
    "¦",
    "‖",
    "\n",
)  # what may part values in a cell; the first that stands in none of them


@dataclass(frozen=True)
class Column:
    """A property in one language. `type` is the local name of an XSD datatype; `separator` parts several values;
    `refers` is the table that all its values have rows in; `full`: no cell is empty.
    """

    name: str
    predicate: str
    type: str
    language: str = ""
    separator: str = ""
    refers: str = ""
    about: str = ""
    full: bool = False


@dataclass(frozen=True)
class Table:
    """A class: its rows map an IRI to the values of each column, in order; the first column is `iri`."""

    name: str
    iri: str
    about: str
    columns: tuple[Column, ...]
    rows: Mapping[str, Mapping[str, Sequence[str]]]


Phrase = Mapping[str, list[ox.Literal | ox.NamedNode]]  # what is said of a thing, by property
Facts = Mapping[str, Phrase]  # by thing


def tables(quads: Iterable[ox.Quad]) -> list[Table]:
    """`thing`, which has a row for everything, and a table for each class that has things, by name."""
    facts = facts_of(quads)
    members: dict[str, list[str]] = defaultdict(list)
    for thing, said in facts.items():
        for kind in said.get(_TYPE, ()):
            if kind.value.startswith(TERMS):
                members[kind.value].append(thing)
    homes = {_snake(kind.removeprefix(TERMS)): things for kind, things in members.items()}
    known = {thing for things in homes.values() for thing in things}
    kinds = {_snake(kind.removeprefix(TERMS)): kind for kind in members}
    whole = {name: set(things) for name, things in homes.items()} | {THING: known}
    made = [_table(name, kinds[name], homes[name], facts, whole) for name in sorted(homes)]
    return [_things(known, facts, members), *made]


def facts_of(quads: Iterable[ox.Quad]) -> Facts:
    """By thing and property, the values in order; a statement counts once, whichever graphs it stands in."""
    facts: dict[str, dict[str, list[ox.Literal | ox.NamedNode]]] = {}
    for triple in sorted({quad.triple for quad in quads}, key=str):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(
            triple.object, ox.Literal | ox.NamedNode
        ):
            said = facts.setdefault(triple.subject.value, {})
            said.setdefault(triple.predicate.value, []).append(triple.object)
    return facts


def _things(
    known: set[str],
    facts: Facts,
    members: Mapping[str, list[str]],
) -> Table:
    below = PREFIXES["rdfs"] + "subClassOf"
    wider = {kind: {one.value for one in facts.get(kind, {}).get(below, ())} for kind in members}
    rows: dict[str, dict[str, list[str]]] = {}
    for thing in sorted(known):
        kinds = {one.value for one in facts[thing][_TYPE] if one.value in members}
        narrow = sorted(kinds - {up for kind in kinds for up in wider[kind]}) or sorted(kinds)
        rows[thing] = {"iri": [thing], "class": [_snake(narrow[0].removeprefix(TERMS))]}
        label = label_of(facts[thing])
        if label:
            rows[thing]["label"] = [label]
    columns = (
        Column("iri", "", "anyURI", about="The name of the thing."),
        Column("class", _TYPE, "string", about="The table that says most about it."),
        Column("label", _NAMES[0], "string", about="What it is called, in English if it can be."),
    )
    return Table(THING, "", "Everything that has a row in one of the tables.", columns, rows)


def label_of(said: Phrase) -> str:
    """What a thing is called: in English where it can be; nothing where it has no name."""
    for name in _NAMES:
        literals = [one for one in said.get(name, ()) if isinstance(one, ox.Literal)]
        for one in sorted(literals, key=lambda it: (it.language != "en", it.language or "")):
            return one.value
    return ""


def _table(
    name: str,
    kind: str,
    things: Sequence[str],
    facts: Facts,
    whole: Mapping[str, set[str]],
) -> Table:
    found: dict[tuple[str, str], dict[str, list[ox.Literal | ox.NamedNode]]] = defaultdict(dict)
    for thing in things:
        for predicate, values in facts[thing].items():
            for value in values if predicate != _TYPE else ():
                found[predicate, _variant(value)].setdefault(thing, []).append(value)
    names = _column_names(found)
    columns = [Column("iri", "", "anyURI", refers=THING, about="The name of the thing.", full=True)]
    rows: dict[str, dict[str, list[str]]] = {thing: {"iri": [thing]} for thing in sorted(things)}
    for key, by_thing in sorted(found.items(), key=lambda item: _rank(names[item[0]])):
        about = _definition(facts.get(key[0], {}))
        full = len(by_thing) == len(rows)
        columns.append(replace(_column(names[key], key, by_thing, whole), about=about, full=full))
        for thing, values in by_thing.items():
            rows[thing][names[key]] = sorted(value.value for value in values)
    return Table(name, kind, _definition(facts.get(kind, {})), tuple(columns), rows)


def _column(
    name: str,
    key: tuple[str, str],
    by_thing: Mapping[str, list[ox.Literal | ox.NamedNode]],
    whole: Mapping[str, set[str]],
) -> Column:
    values = [value for found in by_thing.values() for value in found]
    iris = {value.value for value in values if isinstance(value, ox.NamedNode)}
    many = any(len(found) > 1 for found in by_thing.values())
    texts = [value.value for value in values]
    mark = next((it for it in _MARKS if not any(it in text for text in texts)), "\x1f")
    refers = ""
    if len(iris) == len({*texts}) and iris <= whole[THING]:
        fits = [table for table, things in whole.items() if iris <= things]
        refers = min(fits, key=lambda table: (len(whole[table]), table))
    language = "" if ":" in key[1] else key[1]
    return Column(name, key[0], _type(values), language, mark if many else "", refers)


def _type(values: Sequence[ox.Literal | ox.NamedNode]) -> str:
    types = {
        "anyURI" if isinstance(value, ox.NamedNode) else value.datatype.value.rsplit("#", 1)[-1]
        for value in values
    }
    only = types.pop() if len(types) == 1 else "string"
    return only if only in _TYPES else "string"


def _variant(value: ox.Literal | ox.NamedNode) -> str:
    """What sets a column apart from others of its property: a language, or `:name` of a datatype of one's own."""
    if isinstance(value, ox.NamedNode):
        return ""
    if value.language:
        return value.language
    datatype = value.datatype.value
    return "" if datatype.startswith(PREFIXES["xsd"]) else ":" + re.split(r"[#/]", datatype)[-1]


def _column_names(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """By property and variant: the local name, with its prefix where two properties have the same."""
    keys = list(keys)
    local = {predicate: _snake(re.split(r"[#/]", predicate)[-1]) for predicate, _ in keys}
    shared = Counter(local.values())
    names = {}
    for predicate, variant in keys:
        clash = shared[local[predicate]] > 1 or local[predicate] == "iri"
        name = re.sub(r"\W", "_", shorten(predicate)) if clash else local[predicate]
        names[predicate, variant] = f"{name}_{variant.strip(':').lower()}" if variant else name
    return names


def _rank(name: str) -> tuple[bool, str]:
    return not name.startswith(("label", "title", "pref_label")), name


def _definition(said: Phrase) -> str:
    texts = [one.value for one in said.get(PREFIXES["skos"] + "definition", ())]
    return texts[0] if texts else ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")
