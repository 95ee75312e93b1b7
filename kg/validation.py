"""Findings about a contribution, in the company of everything else that is published.

The judge is pySHACL, with the project's shapes and no others. It sees the contribution together with the
published graph, from which the graphs that the contribution replaces are taken out. Reported is what the
contribution causes: findings about the things it describes, and findings elsewhere that were not there
before. Nothing is written.

pySHACL's `focus_nodes=` is not used (it loses violations), and data is never parsed by rdflib (it would
fetch contexts).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH, SKOS
from rdflib.term import Node

from kg import rdf
from kg.errors import KgError
from kg.house import House
from kg.namespaces import PREFIXES, shorten
from kg.store import EmbeddedStore

VIOLATION = "violation"


@dataclass(frozen=True)
class Contribution:
    """Statements brought by somebody: what to call them, and the named graph they take the place of."""

    what: str
    statements: tuple[ox.Quad, ...]
    replaces: str | None = None


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend. IRIs are whole; `label` is the thing's name, `property` may be empty."""

    severity: str
    thing: str
    property: str
    value: str
    shape: str
    message: str
    label: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity == VIOLATION


class JudgeFailed(KgError):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"The contribution cannot be judged: {self.why}"


def read(file: Path, house: House) -> Contribution:
    """A contribution from a file; one that lies in the house replaces its own published version."""
    return Contribution(str(file), tuple(rdf.parse_file(file)), house.graph_name(file))


class Judge:
    """Judges contributions by a house's shapes, in the company of a store. Keeps both in memory."""

    def __init__(self, house: House, store: EmbeddedStore) -> None:
        self._house, self._store = house, store

    @cached_property
    def _shapes(self) -> Graph:
        graph = Graph(bind_namespaces="none")
        for file in [*self._house.files("shapes"), self._house.root / "ontology" / "core.ttl"]:
            _add(graph, rdf.parse_file(file))
        return graph

    def findings(self, contributions: Sequence[Contribution]) -> list[Finding]:
        """What these contributions, taken together, cause; the worst first, then by thing."""
        replaced = {one.replaces for one in contributions if one.replaces}
        graph = self._company(replaced)
        for one in contributions:
            _add(graph, one.statements)
        after = self._report(graph)
        described = {quad.subject.value for one in contributions for quad in one.statements}
        elsewhere = [finding for finding in after if finding.thing not in described]
        before = self._before if elsewhere else frozenset()
        caused = [finding for finding in after if finding.thing in described or finding not in before]
        return sorted(set(caused), key=lambda finding: (not finding.blocks, finding))

    @cached_property
    def _before(self) -> frozenset[Finding]:
        """What is to be mended in the published graph already."""
        return frozenset(self._report(self._company(set())))

    def _company(self, replaced: set[str]) -> Graph:
        """Everything published, besides the graphs of these names."""
        graph = Graph(bind_namespaces="none")
        for name in self._store.graphs():
            if name not in replaced:
                _add(graph, self._store.graph(name))
        return graph

    def _report(self, graph: Graph) -> list[Finding]:
        try:
            _, report, text = pyshacl.validate(
                graph, shacl_graph=self._shapes, advanced=True, inference="none", inplace=True
            )
        except RecursionError:
            raise JudgeFailed("its lists or blank nodes are nested too deeply.") from None
        if not isinstance(report, Graph):
            raise JudgeFailed(str(text))
        return [_finding(report, result, graph) for result in report.objects(None, SH.result)]


def _add(graph: Graph, quads: Iterable[ox.Quad]) -> None:
    for quad in quads:
        graph.add((_node(quad.subject), URIRef(quad.predicate.value), _node(quad.object)))


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


def _finding(report: Graph, result: Node, graph: Graph) -> Finding:
    def said(of: URIRef) -> Node | None:
        return report.value(result, of)

    focus, value = said(SH.focusNode), said(SH.value)
    severity = shorten(str(said(SH.resultSeverity))).removeprefix("sh:").lower()
    return Finding(
        severity=severity,
        thing=str(focus),
        property=_path(report, said(SH.resultPath)),
        value="" if value is None or value == focus else str(value),
        shape=str(said(SH.sourceShape)),
        message=str(said(SH.resultMessage) or ""),
        label=_label(graph, focus),
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


def _label(graph: Graph, thing: Node | None) -> str:
    for naming in (RDFS.label, SKOS.prefLabel):
        for name in graph.objects(thing, naming):
            return str(name)
    return ""


def as_text(findings: Sequence[Finding], what: str) -> str:
    """Findings for a terminal: one paragraph each, and a line that sums up."""
    blocking = sum(finding.blocks for finding in findings)
    if not findings:
        return f"{what}: nothing to mend.\n"
    total = f"{what}: {len(findings)} to mend, {blocking} of which must be mended before publishing.\n"
    return "\n".join([*map(_paragraph, findings), total])


def _paragraph(finding: Finding) -> str:
    name = f" ({finding.label})" if finding.label else ""
    lines = [f"{finding.severity}: {shorten(finding.thing)}{name}", f"  {finding.message}"]
    if finding.property:
        lines.append(f"  property  {short_path(finding.property)}")
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
        if finding.property and not set("^|") & set(finding.property):
            graph.add((result, SH.resultPath, URIRef(finding.property)))
        if finding.value:
            graph.add((result, SH.value, _reported(finding.value)))
    return graph.serialize(format="turtle")


def _reported(text: str) -> Node:
    looks_like_iri = text.startswith(("http://", "https://")) and not set(' "<>{}|\\^`') & set(text)
    return URIRef(text) if looks_like_iri else Literal(text)
