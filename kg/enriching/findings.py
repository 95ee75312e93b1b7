"""What was heard, as a graph of its own with its provenance.

The graph is named `https://w3id.org/hrcities/enrichment/NAME` and is written beside the house, never into `data/`. It
says what the endpoint says, in the endpoint's own words, of the endpoint's own things: nothing of ours is a subject.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg.enriching.asking import Outcome
from kg.enriching.endpoint import query_for
from kg.enriching.settings import Endpoint
from kg.enriching.values import NUMBERS, POINT, WKT
from kg.errors import KgError
from kg.linking.links import links
from kg.namespaces import BASE, PREFIXES, expand
from kg.rdf import parse
from kg.store import Store


class NotItsShape(KgError):
    """A graph of enrichment that its own shapes refuse; it is not written."""


def items(store: Store, endpoint: Endpoint) -> dict[str, str]:
    """The identifiers to ask about, each with our thing: those of links, and our own that begin so."""
    found = {
        one.theirs: one.ours
        for one in links(store)
        if one.theirs.startswith(endpoint.space) and not one.refused and not one.datatype
    }
    rows = store.answer(
        f"""SELECT DISTINCT ?thing {{ ?thing a <{PREFIXES["skos"]}Concept>
          FILTER(STRSTARTS(STR(?thing), "{endpoint.space}")) }} ORDER BY ?thing"""
    ).table()
    return {row[0].value: row[0].value for row in rows if row[0]} | found


def graph_of(outcome: Outcome) -> list[ox.Quad]:
    """The statements heard and where they come from, in one named graph."""
    endpoint = outcome.endpoint
    name = ox.NamedNode(f"{BASE}enrichment/{endpoint.name}")
    days = sorted({one.day for one in outcome.kept})
    about: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("rdf:type", _node("prov:Entity")),
        (
            "dcterms:title",
            ox.Literal(f"What {endpoint.title} says of things that are linked here", language="en"),
        ),
        ("dcterms:source", ox.NamedNode(endpoint.endpoint)),
        (
            "dcterms:rights" if "://" not in endpoint.licence else "dcterms:license",
            _licence(endpoint.licence),
        ),
        ("dcterms:description", ox.Literal(query_for(endpoint, [endpoint.space]))),
        *(
            ("dcterms:date", ox.Literal(day.isoformat(), datatype=_node("xsd:date")))
            for day in days
        ),
    ]
    quads = [ox.Quad(name, _node(word), value, name) for word, value in about]
    for one in outcome.kept:
        for item, field, value in one.said:
            predicate = ox.NamedNode(endpoint.by_name[field].predicate)
            quads.append(ox.Quad(ox.NamedNode(item), predicate, value, name))
    return list(dict.fromkeys(quads))


def _licence(written: str) -> ox.NamedNode | ox.Literal:
    return ox.NamedNode(written) if "://" in written else ox.Literal(written, language="en")


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name) or name)


def shapes_of(endpoint: Endpoint) -> str:
    """SHACL for a graph of enrichment: each field in its form, only known fields, and where it all comes from."""
    prefixes = "".join(
        f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("sh", "xsd", "dcterms", "rdf", "prov")
    )
    known = " ".join(f"<{one.predicate}>" for one in endpoint.fields)
    text = f"""{prefixes}
<urn:shape:graph> a sh:NodeShape ; sh:targetNode <{BASE}enrichment/{endpoint.name}> ;
  sh:property [ sh:path dcterms:source ; sh:hasValue <{endpoint.endpoint}> ; sh:maxCount 1 ] ,
    [ sh:path [ sh:alternativePath ( dcterms:license dcterms:rights ) ] ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path dcterms:date ; sh:minCount 1 ; sh:datatype xsd:date ] .
"""
    for one in endpoint.fields:
        text += f"""<urn:shape:{one.name}> a sh:NodeShape ; sh:targetSubjectsOf <{one.predicate}> ;
  sh:nodeKind sh:IRI ; sh:pattern "^{_escaped(endpoint.space)}" ;
  sh:closed true ; sh:ignoredProperties ( {known} ) ;
  sh:property [ sh:path <{one.predicate}> ; {_FORMS[one.kind]} ] .
"""
    return text


def _escaped(space: str) -> str:
    return space.replace(".", "\\\\.")


_NUMERIC = "sh:or ( " + " ".join(f"[ sh:datatype <{one}> ]" for one in NUMBERS) + " )"
_FORMS = {
    "number": f"{_NUMERIC} ; sh:minInclusive 0",
    "degrees": f"{_NUMERIC} ; sh:minInclusive -180 ; sh:maxInclusive 180",
    "point": f'sh:datatype <{WKT}> ; sh:pattern "{POINT}"'.replace("\\", "\\\\"),
    "thing": "sh:nodeKind sh:IRI",
    "text": "sh:datatype rdf:langString",
}


def checked(outcome: Outcome) -> list[ox.Quad]:
    """The graph, if its shapes let it pass; raises NotItsShape."""
    import pyshacl

    from kg.validation.terms import as_rdflib

    quads = graph_of(outcome)
    shapes = as_rdflib(parse(shapes_of(outcome.endpoint).encode(), "the shapes of enrichment"))
    fits, _, told = pyshacl.validate(as_rdflib(quads), shacl_graph=shapes, inference="none")
    if not fits:
        raise NotItsShape(
            f"The answers of {outcome.endpoint.title} do not fit their own shapes:\n{told}"
        )
    return quads


def write_graph(quads: list[ox.Quad], file: Path) -> None:
    """The graph as TriG, put there whole."""
    work = file.with_suffix(".writing")
    ox.serialize(sorted(quads, key=str), str(work), format=ox.RdfFormat.TRIG)
    work.replace(file)
