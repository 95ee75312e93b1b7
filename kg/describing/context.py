"""Our JSON-LD context: a short name for each property, and what its values are, read from the ontology and the shapes.

Each written document carries the part of it that it needs, so that nobody has to fetch a context to read one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.namespaces import ONTOLOGY, PREFIXES, TERMS, shorten
from kg.store import Store

LINK, WORDS, PLAIN = "@id", "@language", ""
EVIDENCE = "evidence"  # what supports a thing, inside it: the other way round of hrc:about
# Terms of others that the data use, by the local name under which they go here.
_OTHERS = {
    **dict.fromkeys(("rdfs:label", "rdfs:comment"), WORDS),
    **dict.fromkeys(("skos:prefLabel", "skos:altLabel", "skos:definition"), WORDS),
    **dict.fromkeys(("skos:example", "skos:scopeNote"), WORDS),
    **dict.fromkeys(("dcterms:title", "dcterms:description", "dcterms:publisher"), WORDS),
    **dict.fromkeys(("skos:broader", "skos:inScheme", "skos:topConceptOf"), LINK),
    **dict.fromkeys(("skos:exactMatch", "skos:closeMatch", "skos:relatedMatch"), LINK),
    **dict.fromkeys(("dcterms:isPartOf", "dcterms:license", "eli:cites"), LINK),
    **dict.fromkeys(("org:member", "org:organization"), LINK),
    **dict.fromkeys(("skos:notation", "dcterms:issued", "dcterms:language"), PLAIN),
    "schema:url": PREFIXES["xsd"] + "anyURI",
    "wgs84:lat": PREFIXES["xsd"] + "decimal",
    "wgs84:long": PREFIXES["xsd"] + "decimal",
}
_OURS = f"""PREFIX sh: <{PREFIXES["sh"]}> PREFIX owl: <{PREFIXES["owl"]}> PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT DISTINCT ?p ?link ?datatype WHERE {{
  ?p rdfs:isDefinedBy <{ONTOLOGY}> ; a ?kind .
  FILTER(?kind IN (owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty))
  BIND(?kind = owl:ObjectProperty AS ?link)
  OPTIONAL {{ ?shape sh:path ?p ; sh:datatype ?datatype }}
}} ORDER BY ?p"""


@dataclass(frozen=True)
class Word:
    """A term of the context: its name, and its values: LINK, WORDS (texts by language), PLAIN or a datatype."""

    name: str
    iri: str
    kind: str

    def definition(self) -> dict[str, str] | str:
        short = shorten(self.iri)
        if self.kind == WORDS:
            return {"@id": short, "@container": "@language"}
        return {"@id": short, "@type": shorten(self.kind)} if self.kind else short


def words(store: Store) -> dict[str, Word]:
    """The terms of the context, by IRI of the property."""
    kinds: dict[str, set[str]] = {}
    for row in store.answer(_OURS).table().rows:
        prop, link, datatype = row["p"], row["link"], row["datatype"]
        if prop:
            found = kinds.setdefault(prop.value, set())
            found |= {LINK} if link and link.value == "true" else set()
            found |= {datatype.value} if datatype else set()
    texts = PREFIXES["rdf"] + "langString"
    ours = {
        iri: Word(iri.removeprefix(TERMS), iri, next(iter(found)).replace(texts, WORDS))
        if len(found) == 1
        else Word(iri.removeprefix(TERMS), iri, PLAIN)
        for iri, found in kinds.items()
    }
    taken = {word.name for word in ours.values()} | {EVIDENCE}
    for short, kind in _OTHERS.items():
        prefix, name = short.split(":")
        if name not in taken:
            ours[PREFIXES[prefix] + name] = Word(name, PREFIXES[prefix] + name, kind)
            taken.add(name)
    return ours


def context(known: dict[str, Word]) -> dict[str, Any]:
    """All of it, as `@context` has it."""
    terms = {word.name: word.definition() for word in known.values()}
    evidence = {"@reverse": shorten(TERMS + "about")}
    return {"id": "@id", "type": "@type"} | PREFIXES | terms | {EVIDENCE: evidence}
