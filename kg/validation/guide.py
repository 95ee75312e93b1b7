"""What a finding's name stands for, explained to somebody who has never met it: each shape, and each kind of advice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.namespaces import BASE, PREFIXES, expand
from kg.validation.findings import INFO, VIOLATION, WARNING
from kg.validation.wanted import Wanted, wanted_by

ADVICE_BASE = BASE + "advice/"
SYNTAX = ADVICE_BASE + "syntax"  # a text that cannot be read
_BOUND_PATH = re.compile(r"BIND\((\S+) AS \?path\)|\?path = ([\w-]+:\w+)")
_KINDS: dict[URIRef, str] = {
    SH.minCount: "at least {}",
    SH.maxCount: "at most {}",
    SH.qualifiedMinCount: "at least {}",
    SH.minInclusive: "from {}",
    SH.maxInclusive: "up to {}",
}


@dataclass(frozen=True)
class Shape:
    """A named shape: its sentences, how severe it is, what it looks at and what it asks of that. IRIs are whole."""

    iri: str
    messages: tuple[str, ...]
    severity: str
    classes: tuple[str, ...]  # whose things it judges
    path: tuple[str, ...]  # the properties that it looks at; one that goes backwards begins with ^
    counts: tuple[str, ...]
    wanted: Wanted
    parts: tuple[str, ...]  # named shapes that it puts together

    @property
    def name(self) -> str:
        return self.iri.rsplit("/", 1)[-1]

    @property
    def title(self) -> str:
        """The name as words: `Act-place-is-known` is "Act: place is known"."""
        cls, _, rest = self.name.partition("-")
        return f"{cls}: {rest.replace('-', ' ')}" if rest else cls


def shape(graph: Graph, iri: str) -> Shape | None:
    """A named shape of these shapes, explained; None if there is no such shape."""
    node = URIRef(iri)
    if not any(kind in (SH.NodeShape, SH.PropertyShape) for kind in graph.objects(node, RDF.type)):
        return None
    severity = str(graph.value(node, SH.severity) or SH.Violation).rsplit("#", 1)[-1].lower()
    return Shape(
        iri=iri,
        messages=tuple(_messages(graph, node)),
        severity=severity if severity in (VIOLATION, WARNING, INFO) else VIOLATION,
        classes=tuple(sorted(_targets(graph, node))),
        path=tuple(_path(graph, node)),
        counts=tuple(_counts(graph, node)),
        wanted=wanted_by(graph, iri),
        parts=tuple(sorted(_named(graph.objects(node, SH.property)))),
    )


def _messages(graph: Graph, node: Node) -> Iterator[str]:
    for one in (node, *graph.objects(node, SH.sparql)):
        for message in graph.objects(one, SH.message):
            yield str(message)


def _targets(graph: Graph, node: Node) -> Iterator[str]:
    """The classes that a shape is for, its own or those of the shapes that it is part of."""
    for owner in (node, *graph.subjects(SH.property, node)):
        yield from _named(graph.objects(owner, SH.targetClass))


def _path(graph: Graph, node: Node) -> Iterator[str]:
    for path in graph.objects(node, SH.path):
        yield from _steps(graph, path)
    for query in graph.objects(node, SH.sparql):
        for first, second in _BOUND_PATH.findall(str(graph.value(query, SH.select))):
            yield expand(first or second) or ""


def _steps(graph: Graph, path: Node) -> Iterator[str]:
    if isinstance(path, URIRef):
        yield str(path)
    for other in graph.objects(path, SH.inversePath):
        yield f"^{other}"
    for options in graph.objects(path, SH.alternativePath):
        yield from _named(graph.items(options))


def _counts(graph: Graph, node: Node) -> Iterator[str]:
    for constraint, words in _KINDS.items():
        for value in graph.objects(node, constraint):
            yield words.format(value)
    if graph.value(node, SH.uniqueLang) == Literal(True):
        yield "one for each language"


def _named(nodes: Iterable[Node]) -> list[str]:
    return [str(node) for node in nodes if isinstance(node, URIRef)]


@dataclass(frozen=True)
class Advice:
    """A remark that no shape makes: what it says, why it is made, and what to do."""

    name: str
    title: str
    severity: str
    says: str
    why: str
    mend: str
    wrong: str = ""
    right: str = ""


_TABLE = Advice(
    "table",
    "A table: a cell, a column or a sheet cannot be taken as it is",
    "as the finding says",
    "The remark names the row and the column as the spreadsheet shows them.",
    "A spreadsheet changes what is typed: it makes dates of numbers, merges cells and keeps what a formula was. What "
    "the graph would be told must be what the contributor meant.",
    "Look at the cell that the finding names and do what its sentence says. The templates have a help line "
    "for each column.",
)
ADVICE = {
    one.name: one
    for one in (
        Advice(
            "likely-duplicate",
            "This may be published already",
            INFO,
            "A new thing has the same address, the same number, or nearly the same name as one that is published, and "
            "nothing shows that the two are different.",
            "Two names for one thing cut what is known about it in two: an answer about one misses what is said of "
            "the other.",
            "If they are one, write the published name in place of yours, and keep what you add. If they are two, say "
            "in the label what sets them apart, for example the county of a town. Nothing is merged by itself.",
            wrong='city:us-pittsburg\n    a hrc:City ;\n    rdfs:label "Pittsburgh"@en ;\n.\n',
            right='city:us-pittsburgh\n    a hrc:City ;\n    rdfs:label "Pittsburgh"@en ;\n.\n',
        ),
        Advice(
            "namespace-slip",
            "A vocabulary's address is misspelt",
            WARNING,
            "A property or class stands under an address that differs a little from that of a vocabulary used here: "
            "http for https, a slash for a number sign, a letter too few.",
            "To a machine the two addresses are two vocabularies. Nobody who asks for the one finds what is said with "
            "the other.",
            "Mend the address where it is declared, in the line with PREFIX; the suggested fix shows the right one.",
            wrong=f"PREFIX skos: <{PREFIXES['skos'].replace('http:', 'https:')}>\n",
            right=f"PREFIX skos: <{PREFIXES['skos']}>\n",
        ),
        Advice(
            "likely-new-version",
            "This looks like a changed copy of a published file",
            INFO,
            "Most of what is said here stands in one published file already, and the contribution was judged beside "
            "that file instead of in its place.",
            "Judged beside it, each correction is a second value: the old date and the new one, the old "
            "name and the new one.",
            "Say that it takes the file's place: choose it under “It is the new version of” on the page, or give its "
            "name with --replaces on the command line.",
        ),
        Advice(
            "syntax",
            "The text cannot be read yet",
            VIOLATION,
            "At the line and column that are named, the text is not what its syntax allows.",
            "A text is read before it is judged: one sign that is missing can change where every later "
            "statement begins.",
            "Look at that line and at the end of the line before it: a missing full stop or semicolon is noticed only "
            "where the next word stands. Each prefix that is used must be declared at the top.",
            wrong='city:zz-harbourton\n    a hrc:City\n    rdfs:label "Harbourton"@en ;\n.\n',
            right='city:zz-harbourton\n    a hrc:City ;\n    rdfs:label "Harbourton"@en ;\n.\n',
        ),
        Advice(
            "nothing-is-imported",
            "Nothing is imported",
            WARNING,
            "The contribution has an owl:imports. The address was not asked, so what stands "
            "there was neither read nor judged.",
            "A check that fetches addresses which a stranger names could be sent anywhere, and its verdict would "
            "depend on what stands there today.",
            "Take the import out, and put the statements that are needed into the contribution itself.",
        ),
        Advice(
            "shapes-are-not-taken",
            "A contribution's own shapes are not used",
            VIOLATION,
            "The contribution has a SHACL shape, or a target of one. It is judged by this graph's shapes alone.",
            "Whoever brings the rules along passes every test. The rules are changed in the open, for everybody.",
            "Take the shape out. A better rule is welcome as a change to the folder shapes/, with a file "
            "that breaks it.",
        ),
        Advice(
            "unseen-sign",
            "A text has a sign that nobody sees",
            WARNING,
            "A control character, or a mark that turns the direction of writing, stands in a text.",
            "Such a sign can make a reader see other words than a machine reads, and two names that look alike differ.",
            "Delete the text and type it again, or paste it as plain text.",
        ),
        _TABLE,
    )
}


def advice(name: str) -> Advice | None:
    """The kind of advice with this name; every remark about a table (`table-…`) is explained by one."""
    return ADVICE.get("table" if name.startswith("table-") else name)
