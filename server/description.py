"""The SPARQL 1.1 Service Description of the endpoint: its languages, its formats, its graphs."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.answers import GRAPHS, TABLES
from kg.namespaces import PREFIXES

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_A = ox.NamedNode(PREFIXES["rdf"] + "type")
_WRITTEN_AS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}


def description(endpoint: str, graphs: Iterable[str]) -> list[ox.Triple]:
    """What the endpoint at this address says of itself."""
    service, dataset, default = ox.BlankNode(), ox.BlankNode(), ox.BlankNode()
    triples = [
        ox.Triple(service, _A, ox.NamedNode(_SD + "Service")),
        _says(service, "endpoint", endpoint),
        _says(service, "supportedLanguage", _SD + "SPARQL11Query"),
        *(_says(service, "resultFormat", _FORMATS + _WRITTEN_AS[it]) for it in (*TABLES, *GRAPHS)),
        _says(service, "defaultDataset", dataset),
        ox.Triple(dataset, _A, ox.NamedNode(_SD + "Dataset")),
        _says(dataset, "defaultGraph", default),
        ox.Triple(default, _A, ox.NamedNode(_SD + "Graph")),
    ]
    for name in sorted(graphs):
        named, graph = ox.BlankNode(), ox.BlankNode()
        triples += [_says(dataset, "namedGraph", named), _says(named, "name", name)]
        triples += [ox.Triple(named, _A, ox.NamedNode(_SD + "NamedGraph"))]
        triples += [_says(named, "graph", graph), ox.Triple(graph, _A, ox.NamedNode(_SD + "Graph"))]
    return triples


def _says(subject: ox.BlankNode, term: str, value: str | ox.BlankNode) -> ox.Triple:
    node = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Triple(subject, ox.NamedNode(_SD + term), node)
