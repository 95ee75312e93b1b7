"""Findings about a contribution, in the company of everything else that is published.

The judge is pySHACL, with the project's shapes and no others. It sees the contribution together with the
published graph, from which the graphs that the contribution replaces are taken out. Reported is what the
contribution causes: findings about the things it describes, and findings elsewhere that were not there
before. Nothing is written.

pySHACL's `focus_nodes=` is not used (it loses violations), and data is never parsed by rdflib (it would
fetch contexts). The data stands in a pyoxigraph store in memory, which pySHACL 0.40 reads natively:
measured on the published data (6,060 statements, `tests/benchmarks/judging.py`), 0.7 s, against 7.0 s over an
rdflib graph and 6.1 s with pySHACL's own truth test of the store, which counts all its statements each time. A test
compares the findings of both over all files that break a shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from pyshacl.graph_abstraction import DataGraph
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg import rdf
from kg.errors import JudgeFailed
from kg.house import House
from kg.namespaces import BASE, PREFIXES, shorten
from kg.rdf import node_text
from kg.store import EmbeddedStore

VIOLATION = "violation"
_JUDGED = (f"{BASE}ontology/", f"{BASE}data/")  # not the shapes and queries, which are there too
_NAMING = [ox.NamedNode(PREFIXES["rdfs"] + "label"), ox.NamedNode(PREFIXES["skos"] + "prefLabel")]


@dataclass(frozen=True)
class Contribution:
    """Statements brought by somebody: what to call them, and the named graph they take the place of."""

    what: str
    statements: tuple[ox.Quad, ...]
    replaces: str | None = None


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend. IRIs are whole; `label` is the thing's name, `path` may be empty."""

    severity: str
    thing: str
    path: str
    value: str
    shape: str
    message: str
    label: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity == VIOLATION


def read(file: Path, house: House) -> Contribution:
    """A contribution from a file; one that lies in the house replaces its own published version."""
    return Contribution(str(file), tuple(rdf.parse_file(file)), house.graph_name(file))


class Judge:
    """Judges contributions by a house's shapes, in the company of a store. Keeps the shapes in memory."""

    def __init__(self, house: House, store: EmbeddedStore) -> None:
        self._house, self._store = house, store

    @cached_property
    def shapes(self) -> Graph:
        """The shapes, and the ontology's declarations of the prefixes that they use."""
        graph = Graph(bind_namespaces="none")
        for file in [*self._house.files("shapes"), self._house.root / "ontology" / "core.ttl"]:
            graph += as_rdflib(rdf.parse_file(file))
        return graph

    def findings(self, contributions: Sequence[Contribution]) -> list[Finding]:
        """What these contributions, taken together, cause; the worst first, then by thing."""
        after = self._report(self.company(contributions))
        described = {node_text(quad.subject) for one in contributions for quad in one.statements}
        elsewhere = [finding for finding in after if finding.thing not in described]
        before = self._before if elsewhere else frozenset()
        caused = [
            finding for finding in after if finding.thing in described or finding not in before
        ]
        return sorted(set(caused), key=lambda finding: (not finding.blocks, finding))

    @cached_property
    def _before(self) -> frozenset[Finding]:
        """What is to be mended in the published graph already."""
        return frozenset(self._report(self.company([])))

    def company(self, contributions: Sequence[Contribution]) -> ox.Store:
        """The published graph with these contributions in the places of what they replace."""
        replaced = {one.replaces for one in contributions if one.replaces}
        names = [name for name in self._store.graphs() if name.startswith(_JUDGED)]
        kept = [self._store.graph(name) for name in names if name not in replaced]
        together = ox.Store()
        for statements in [*kept, *(one.statements for one in contributions)]:
            together.extend(ox.Quad(*_plain(quad)) for quad in statements)
        return together

    def _report(self, data: ox.Store) -> list[Finding]:
        try:
            _, report, text = pyshacl.validate(
                _seen_as_full(data),
                shacl_graph=self.shapes,
                advanced=True,
                inference="none",
                inplace=True,
            )
        except RecursionError:
            raise JudgeFailed("its lists or blank nodes are nested too deeply.") from None
        if not isinstance(report, Graph):
            raise JudgeFailed(str(text))
        return [_finding(report, result, data) for result in report.objects(None, SH.result)]


def _seen_as_full(data: ox.Store) -> DataGraph:
    """A store as pySHACL reads it, without counting its statements whenever it is asked if there are any."""
    graph = DataGraph.from_oxigraph_store(data)

    class Full(type(graph)):  # type: ignore[misc]
        def __bool__(self) -> bool:
            return True

    graph.__class__ = Full
    return graph


def _plain(quad: ox.Quad) -> ox.Triple:
    if isinstance(quad.object, ox.Triple):
        raise JudgeFailed("it has a triple inside a triple, which this graph does not use.")
    return quad.triple


def as_rdflib(quads: Iterable[ox.Quad]) -> Graph:
    """Statements as an rdflib graph, term for term."""
    graph = Graph(bind_namespaces="none")
    for quad in quads:
        graph.add((_node(quad.subject), URIRef(quad.predicate.value), _node(quad.object)))
    return graph


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise JudgeFailed("it has a triple inside a triple, which this graph does not use.")
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == PREFIXES["xsd"] + "string"
    return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value))


def _finding(report: Graph, result: Node, data: ox.Store) -> Finding:
    def said(of: URIRef) -> Node | None:
        return report.value(result, of)

    focus, value = said(SH.focusNode), said(SH.value)
    severity = shorten(str(said(SH.resultSeverity))).removeprefix("sh:").lower()
    return Finding(
        severity=severity,
        thing=str(focus),
        path=_path(report, said(SH.resultPath)),
        value="" if value is None or value == focus else str(value),
        shape=str(said(SH.sourceShape)),
        message=str(said(SH.resultMessage) or ""),
        label=_label(data, focus),
    )


def _path(report: Graph, path: Node | None) -> str:
    """A path as a person writes it: an IRI, or `^iri` for an inverse, or `a|b` for alternatives."""
    if path is None or isinstance(path, URIRef):
        return str(path or "")
    inverse = report.value(path, SH.inversePath)
    if inverse is not None:
        return "^" + _path(report, inverse)
    options = report.value(path, SH.alternativePath)
    if options is not None:
        return "|".join(_path(report, option) for option in report.items(options))
    return ""


def _label(data: ox.Store, thing: Node | None) -> str:
    if isinstance(thing, URIRef):
        for naming in _NAMING:
            for quad in data.quads_for_pattern(ox.NamedNode(str(thing)), naming, None, None):
                return node_text(quad.object)
    return ""


def as_text(findings: Sequence[Finding], what: str) -> str:
    """Findings for a terminal: one paragraph each, and a line that sums up."""
    blocking = sum(finding.blocks for finding in findings)
    if not findings:
        return f"{what}: nothing to mend.\n"
    total = (
        f"{what}: {len(findings)} to mend, {blocking} of which must be mended before publishing.\n"
    )
    return "\n".join([*map(_paragraph, findings), total])


def _paragraph(finding: Finding) -> str:
    name = f" ({finding.label})" if finding.label else ""
    lines = [f"{finding.severity}: {shorten(finding.thing)}{name}", f"  {finding.message}"]
    if finding.path:
        lines.append(f"  property  {short_path(finding.path)}")
    if finding.value:
        lines.append(f"  value     {shorten(finding.value)}")
    return "\n".join([*lines, f"  shape     {shorten(finding.shape)}", ""])


def short_path(path: str) -> str:
    """A path with its IRIs shortened."""
    if path.startswith("^"):
        return "^" + short_path(path[1:])
    return "|".join(shorten(part) for part in path.split("|"))


def as_json(findings: Sequence[Finding]) -> str:
    """Findings as JSON: {"conforms": bool, "findings": [{severity, thing, …}]}."""
    conforms = not any(finding.blocks for finding in findings)
    return json.dumps(
        {"conforms": conforms, "findings": [asdict(finding) for finding in findings]},
        ensure_ascii=False,
        indent=2,
    )


def as_turtle(findings: Sequence[Finding]) -> str:
    """Findings as a SHACL validation report."""
    graph = Graph()
    report = BNode("report")
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal(not any(finding.blocks for finding in findings))))
    for number, finding in enumerate(findings):
        result = BNode(f"result{number}")
        graph.add((report, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        graph.add((result, SH.resultSeverity, SH[finding.severity.capitalize()]))
        graph.add((result, SH.focusNode, _reported(finding.thing)))
        graph.add((result, SH.resultMessage, Literal(finding.message, lang="en")))
        graph.add((result, SH.sourceShape, _reported(finding.shape)))
        if finding.path and not set("^|") & set(finding.path):
            graph.add((result, SH.resultPath, URIRef(finding.path)))
        if finding.value:
            graph.add((result, SH.value, _reported(finding.value)))
    return graph.serialize(format="turtle")


def _reported(text: str) -> Node:
    looks_like_iri = text.startswith(("http://", "https://")) and not set(' "<>{}|\\^`') & set(text)
    return URIRef(text) if looks_like_iri else Literal(text)
