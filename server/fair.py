"""A self-check by the metrics of F-UJI (FAIRsFAIR, version 0.8): which are met here, and why the others are not.

It asks what any visitor can ask: the front page, the description of the data set, what that leads to. Nothing outside
this server is asked, so what only a registry can confirm is told as such and counted as not met.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.namespaces import BASE, PREFIXES

DCTERMS, SCHEMA = PREFIXES["dcterms"], PREFIXES["schema"]
DCAT, VOID, PROV = "http://www.w3.org/ns/dcat#", PREFIXES["void"], PREFIXES["prov"]
_REGISTERED = (DCTERMS, SCHEMA, "http://schema.org/", DCAT, VOID, PREFIXES["skos"], PROV)
_SCRIPT = re.compile(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', re.DOTALL)
_PERSISTENT = re.compile(r"https?://(w3id\.org|purl\.org|doi\.org|hdl\.handle\.net|n2t\.net)/")


@dataclass(frozen=True)
class Got:
    """An answer to a request: its status, its headers by lower-case name, its text."""

    status: int
    headers: Mapping[str, str]
    text: str


Ask = Callable[[str, str], Got]  # a path or an address of this server, and an Accept header


@dataclass(frozen=True)
class Result:
    """A metric of the list: whether it is met, and what was found or what is lacking."""

    metric: str
    name: str
    met: bool
    why: str


@dataclass(frozen=True)
class Evidence:
    """What the server says of its data set: triples in RDF, what stands in the page, where data can be had."""

    page: Got
    rdf: Got
    triples: list[ox.Triple]
    embedded: list[Any] = field(default_factory=list)
    data: list[str] = field(default_factory=list)

    def of(self, *predicates: str) -> list[str]:
        """The values that one of these properties has, of the data set or of anything it leads to."""
        found = (one for one in self.triples if one.predicate.value in predicates)
        return sorted({getattr(one.object, "value", "") for one in found})

    def has(self, *predicates: str) -> bool:
        return bool(self.of(*predicates))


def _both(*names: str) -> tuple[str, ...]:
    """A property by these names of Dublin Core and schema.org."""
    return tuple(space + name for space in (DCTERMS, SCHEMA) for name in names)


_CORE = {
    "creator": _both("creator", "author"),
    "title": _both("title", "name"),
    "identifier": _both("identifier"),
    "publication date": _both("issued", "modified", "datePublished", "dateModified"),
    "publisher": _both("publisher"),
    "type": (PREFIXES["rdf"] + "type",),
}
_MORE = {
    "summary": _both("description"),
    "keywords": (DCAT + "keyword", SCHEMA + "keywords", DCTERMS + "subject"),
}
_DATA = (VOID + "dataDump", DCAT + "downloadURL", DCAT + "accessURL", SCHEMA + "contentUrl")
_SERVICE = (VOID + "sparqlEndpoint", DCAT + "endpointURL", DCAT + "accessURL")


def gather(ask: Ask) -> Evidence:
    """Read what the server says of its data set."""
    page, rdf = ask("/", "text/html"), ask("/index.ttl", "text/turtle")
    triples = _parsed(rdf)
    embedded = [json.loads(text) for text in _SCRIPT.findall(page.text)]
    triples += [one for text in _SCRIPT.findall(page.text) for one in _schema(text)]
    catalog = ask("/catalog.ttl", "text/turtle")
    triples += _parsed(catalog) if catalog.status == 200 else []
    found = Evidence(page, rdf, list(dict.fromkeys(triples)), embedded)
    found.data.extend(found.of(*_DATA) or found.of(*_SERVICE))
    return found


def _parsed(got: Got) -> list[ox.Triple]:
    if got.status != 200:
        return []
    return [
        quad.triple
        for quad in ox.parse(got.text.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    ]


def _schema(text: str) -> Iterable[ox.Triple]:
    """Embedded schema.org as statements; its context is not fetched, its terms are taken as schema.org's."""

    def walk(node: Any) -> Iterable[ox.Triple]:
        if isinstance(node, dict):
            named = node.get("@id")
            me = ox.NamedNode(named) if isinstance(named, str) and ":" in named else ox.BlankNode()
            yield from walk(node.get("@graph", []))
            for key, value in node.items():
                if key.startswith("@") or ":" in key:
                    continue
                for one in value if isinstance(value, list) else [value]:
                    yield ox.Triple(me, ox.NamedNode(SCHEMA + key), _node(one))
                    yield from walk(one)
        elif isinstance(node, list):
            for one in node:
                yield from walk(one)

    return list(walk(json.loads(text)))


def _node(value: Any) -> ox.NamedNode | ox.Literal:
    named = value.get("@id") or value.get("url") if isinstance(value, dict) else None
    return (
        ox.NamedNode(named) if isinstance(named, str) and ":" in named else ox.Literal(str(value))
    )


def check(ask: Ask) -> list[Result]:
    """Every metric of the list, in its order."""
    found = gather(ask)
    reached = [ask(one, "*/*").status for one in found.data[:3]]
    return [Result(metric, name, *judge(found, reached)) for metric, name, judge in METRICS]


Verdict = tuple[bool, str]


def _unique(found: Evidence, reached: list[int]) -> Verdict:
    return True, f"the data set is {BASE}, an IRI"


def _persistent(found: Evidence, reached: list[int]) -> Verdict:
    if not _PERSISTENT.match(BASE):
        return False, f"{BASE} is no persistent identifier"
    return (
        False,
        f"{BASE} has the syntax of a persistent identifier; that w3id.org has registered it cannot be seen from here. "
        "docs/w3id/ is ready to be submitted",
    )


def _lacking(found: Evidence, wanted: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [name for name, properties in wanted.items() if not found.has(*properties)]


def _described(found: Evidence, reached: list[int]) -> Verdict:
    lacking = _lacking(found, _CORE | _MORE)
    return not lacking, f"lacks: {', '.join(lacking)}" if lacking else "all eight core elements"


def _points_to_data(found: Evidence, reached: list[int]) -> Verdict:
    where = found.of(*_DATA)
    return bool(where), f"{len(where)} files, as {where[0]}" if where else "no file to download"


def _searchable(found: Evidence, reached: list[int]) -> Verdict:
    types = [json.dumps(one) for one in found.embedded if "Dataset" in json.dumps(one)]
    return bool(types), (
        "schema.org Dataset in the page" if types else "no schema.org Dataset in the page"
    )


def _access(found: Evidence, reached: list[int]) -> Verdict:
    told = found.of(*_both("accessRights", "isAccessibleForFree", "conditionsOfAccess"))
    return bool(told), told[0] if told else "does not say who has access (dcterms:accessRights)"


def _retrievable(found: Evidence, reached: list[int]) -> Verdict:
    good = found.rdf.status == 200 and bool(reached) and all(status < 300 for status in reached)
    return good, f"description {found.rdf.status}; data {', '.join(map(str, reached)) or 'none'}"


def _protocol(found: Evidence, reached: list[int]) -> Verdict:
    schemes = {one.partition(":")[0] for one in (BASE, *found.data)}
    return schemes <= {"http", "https"}, ", ".join(sorted(schemes))


def _formal(found: Evidence, reached: list[int]) -> Verdict:
    return bool(found.triples), "RDF by content negotiation, and a SPARQL endpoint"


def _registered(found: Evidence, reached: list[int]) -> Verdict:
    used = {one.predicate.value for one in found.triples}
    known = sorted(space for space in _REGISTERED if any(name.startswith(space) for name in used))
    return bool(known), ", ".join(known) or "no registered vocabulary"


def _related(found: Evidence, reached: list[int]) -> Verdict:
    names = _both(
        "isPartOf", "hasPart", "conformsTo", "isVersionOf", "source", "isBasedOn", "license"
    )
    told = found.of(*names[:-1], VOID + "vocabulary", VOID + "subset", DCAT + "distribution")
    return bool(told), f"{len(told)} typed links" if told else "no typed link to anything related"


def _content(found: Evidence, reached: list[int]) -> Verdict:
    sized = found.has(DCAT + "byteSize", SCHEMA + "contentSize") and found.has(
        DCAT + "mediaType", SCHEMA + "encodingFormat"
    )
    served = found.has(*_SERVICE)
    if sized or served:
        return True, "sizes and types of files" if sized else "a SPARQL endpoint"
    return False, "neither size and type of a file nor a service"


def _licence(found: Evidence, reached: list[int]) -> Verdict:
    told = found.of(*_both("license"))
    return bool(told), told[0] if told else "no licence"


def _provenance(found: Evidence, reached: list[int]) -> Verdict:
    names = _both("creator", "contributor", "publisher", "issued", "modified", "datePublished")
    told = [name.rsplit("/", 1)[-1] for name in names if found.has(name)]
    return bool(told), ", ".join(told) or "nobody is named who made it, and no day"


def _community(found: Evidence, reached: list[int]) -> Verdict:
    used = [
        space
        for space in (DCAT, VOID)
        if any(space in one.predicate.value for one in found.triples)
    ]
    return bool(used), "DCAT and VoID" if len(used) == 2 else ", ".join(used) or "no standard"


def _format(found: Evidence, reached: list[int]) -> Verdict:
    told = found.of(DCAT + "mediaType", SCHEMA + "encodingFormat", VOID + "feature")
    opened = [
        one for one in told if re.search(r"turtle|n-quads|n-triples|trig|json|csv", one, re.I)
    ]
    return bool(opened), ", ".join(opened[:4]) if opened else "no open format is named"


METRICS: tuple[tuple[str, str, Callable[[Evidence, list[int]], Verdict]], ...] = (
    ("FsF-F1-01MD", "Globally unique identifier", _unique),
    ("FsF-F1-02MD", "Persistent identifier", _persistent),
    ("FsF-F2-01M", "Descriptive core elements", _described),
    ("FsF-F3-01M", "The metadata names the data", _points_to_data),
    ("FsF-F4-01M", "Search engines can read the metadata", _searchable),
    ("FsF-A1-01M", "Level and conditions of access", _access),
    ("FsF-A1-02MD", "Retrievable by the identifier", _retrievable),
    ("FsF-A1.1-01MD", "Standard communication protocol", _protocol),
    ("FsF-A1.2-01MD", "Protocol that supports authentication", _protocol),
    ("FsF-I1-01M", "Formal representation", _formal),
    ("FsF-I2-01M", "Registered semantic resources", _registered),
    ("FsF-I3-01M", "Qualified references to related entities", _related),
    ("FsF-R1-01M", "Content of the data", _content),
    ("FsF-R1.1-01M", "Licence", _licence),
    ("FsF-R1.2-01M", "Provenance", _provenance),
    ("FsF-R1.3-01M", "Metadata standard of the community", _community),
    ("FsF-R1.3-02D", "File format of the community", _format),
)
