"""What is in the graph, counted: things by kind, and acts by country, right, group and kind of act."""

from __future__ import annotations

from dataclasses import dataclass

from kg.namespaces import PREFIXES, TERMS, expand
from kg.store import Store

# The kinds that a reader asks for by name, each with what is below it.
KINDS = (
    *("Place", "Act", "Practice", "Actor", "Framework", "Right", "Group"),
    *("IntersectionalPosition", "Event", "Recommendation", "Claim", "Source", "Evidence"),
)
_BY = {
    "country": "?x hrc:actOf/hrc:within* ?value . ?value a hrc:State",
    "right": "?x hrc:concerns/skos:broader* ?value . ?value a hrc:Right",
    "group": "?x hrc:names|hrc:centres ?some . ?some skos:broader* ?value . ?value a ?class "
    "FILTER(?class IN (hrc:Group, hrc:IntersectionalPosition))",
    "act type": "?x hrc:actType ?value",
}
_HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("hrc", "rdfs", "skos"))


@dataclass(frozen=True)
class Counted:
    """A thing, its name in English, and how many things it counts."""

    iri: str
    label: str
    count: int


@dataclass(frozen=True)
class Overview:
    """How many things there are of each kind, and how many acts have each value; the most first."""

    kinds: list[Counted]
    acts: dict[str, list[Counted]]


def overview(store: Store) -> Overview:
    """Count a graph. Raises SourceUnavailable."""
    return Overview(_kinds(store), {name: _counted(store, by) for name, by in _BY.items()})


def _kinds(store: Store) -> list[Counted]:
    classes = " ".join(f"<{TERMS}{kind}>" for kind in KINDS)
    found = _rows(
        store,
        f"""SELECT ?value (SAMPLE(?name) AS ?label) (COUNT(DISTINCT ?x) AS ?n) WHERE {{
          VALUES ?value {{ {classes} }} ?class rdfs:subClassOf* ?value . ?x a ?class .
          OPTIONAL {{ ?value rdfs:label ?name FILTER(LANG(?name) = "en") }} }} GROUP BY ?value""",
    )
    by_iri = {one.iri: one for one in found}
    return [by_iri[iri] for kind in KINDS if (iri := expand(f"hrc:{kind}") or "") in by_iri]


def _counted(store: Store, pattern: str) -> list[Counted]:
    return _rows(
        store,
        f"""SELECT ?value (SAMPLE(?name) AS ?label) (COUNT(DISTINCT ?x) AS ?n) WHERE {{
          ?x a hrc:Act . {pattern} .
          ?value rdfs:label|skos:prefLabel ?name FILTER(LANG(?name) = "en") }}
        GROUP BY ?value ORDER BY DESC(?n) ?label""",
    )


def _rows(store: Store, query: str) -> list[Counted]:
    rows = store.answer(_HEAD + query).table().rows
    return [
        Counted(value.value, label.value if label else value.value, int(count.value))
        for row in rows
        if (value := row["value"]) and (count := row["n"]) and int(count.value)
        for label in [row["label"]]
    ]
