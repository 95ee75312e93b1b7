"""What a page shows of an answer: its sentence, its columns, and the rows of the page with the words they rest on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg import evidence
from kg.answers import Table, Term, Wanted
from kg.columns import Column, columns, used
from kg.namespaces import PREFIXES
from kg.queries import Query
from kg.wording import Worded
from server.desk import Desk
from server.languages import language, when
from server.once import Piece, once
from server.question import views
from server.question.asked import Asked
from server.question.controls import named
from server.question.paging import Whole
from server.question.views import Look

_NAME = re.compile(r"skos:prefLabel \?(\w+)")  # the variables that hold names of concepts
SHOWN = 3  # pieces of evidence in a row; the page of the thing has them all


@dataclass(frozen=True)
class Row:
    """A row for people: its cells, the first pieces of its evidence, and how many there are."""

    cells: list[Term | None]
    pieces: list[Piece]
    count: int


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it: the rows of this page, and the look that was chosen among those there are."""

    sentence: str
    columns: list[Column]
    rows: list[Row]
    looks: list[str]
    default: str
    look: Look


def shown(desk: Desk, found: Whole, asked: Asked) -> Shown:
    """An answer for people; a graph is a table of its statements."""
    query, words = asked.query, desk.wording(language())
    raw = in_rows(found)
    whole = for_people(desk, raw, query)
    heads = [words.column(one) for one in columns(query, whole.columns, desk.terms)]
    whole = replace(whole, headings={one.name: one.heading for one in heads})
    part = replace(whole, rows=whole.rows[asked.start : asked.start + asked.length])
    looks = views.offered(query.view, whole, desk.places)
    usual = views.default(query.view, looks)
    name = asked.view if asked.view in looks else usual
    look = views.look(name, query.view, whole, part, desk.places)
    return Shown(sentence(desk, raw, asked), heads, _proved(desk, part, asked), looks, usual, look)


def in_rows(found: Whole) -> Table:
    """An answer as a table; a graph has a row for each statement."""
    answer = found.answer
    return _statements(answer.body) if answer.kind == "graph" else answer.table()


def for_people(desk: Desk, table: Table, query: Query) -> Table:
    """The rows of an answer with each thing called by its name, a concept in the reader's language where it can be."""
    return desk.concepts(language()).named(table.for_people(), _NAME.findall(query.text))


def sentence(desk: Desk, raw: Table, asked: Asked) -> Worded:
    """The answer as a sentence, in the language of the question's own."""
    query = asked.query
    values = query.chosen(asked.given)
    tongue = query.answer.language if isinstance(query.answer, Worded) else "en"
    said = {p.name: named(desk, p, values[p.name], tongue) for p in query.parameters}
    said |= {p.name: when(said[p.name]) for p in query.parameters if p.datatype == "date"}
    return Worded(query.sentence(raw, said, tongue), tongue)


def _proved(desk: Desk, part: Table, asked: Asked) -> list[Row]:
    """The rows of a page, each with its evidence."""
    properties = [term.iri for term in used(asked.query, desk.terms)]

    def ask(text: str) -> Table:
        return desk.ours(text, Wanted("json", None)).answer.table()

    words = evidence.of_rows(part, properties, ask)
    pieces = once(found[:SHOWN] for found in words)
    return [
        Row(cells, held, len(found)) for cells, held, found in zip(part, pieces, words, strict=True)
    ]


def _statements(body: bytes) -> Table:
    """The statements of a graph (N-Triples) as rows, in the order in which its parts are cut."""
    lines = sorted({line for line in body.splitlines() if line})
    triples = [next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))) for line in lines]
    names = {
        triple.subject: triple.object.value
        for triple in triples
        if triple.predicate.value in (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel")
        and isinstance(triple.object, ox.Literal)
    }
    rows: list[dict[str, Term | None]] = [
        {
            "thing": _term(triple.subject, names),
            "property": _term(triple.predicate, names),
            "value": _term(triple.object, names),
        }
        for triple in triples
    ]
    return Table(["thing", "property", "value"], rows)


def _term(node: object, names: dict[object, str]) -> Term:
    if isinstance(node, ox.NamedNode):
        return Term("uri", node.value, label=names.get(node, ""))
    if isinstance(node, ox.Literal):
        return Term("literal", node.value, node.language or "", node.datatype.value)
    return Term("bnode", str(node))
