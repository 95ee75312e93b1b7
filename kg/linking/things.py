"""The graph's own things as candidates: its places, with where they lie and what they link to; all else by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from kg.answers import Term, Wanted
from kg.linking.gazetteer import Place
from kg.linking.match import MATCH, NONE, UNSURE
from kg.linking.names import folded, forms
from kg.namespaces import PREFIXES, shorten
from kg.store import Store

_GEONAMES = "https://sws.geonames.org/"
_WIKIDATA = PREFIXES["wd"]
HEAD = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("eli", "hrc", "rdfs", "skos", "wgs84")
)
# What a table may ask for, by the name a person uses: the class, or the scheme of a vocabulary.
KINDS = {
    "city": "hrc:Place",
    "act": "hrc:Act",
    "actor": "hrc:Actor",
    "instrument": "hrc:Framework",
    "right": "hrc:Right",
    "group": "hrc:Group",
}
_SURE, _NEAR = 97.0, 88.0  # of 100: rapidfuzz's ratio of two folded names


@dataclass(frozen=True)
class Named:
    """A thing of the graph that a name was compared with, and how alike the names are, of 1."""

    iri: str
    label: str
    score: float


def places(store: Store) -> list[Place]:
    """The graph's places. A country's code is the last part of its State's name; an English name goes before others."""
    rows = store.answer(
        HEAD
        + """SELECT ?place ?name ?state ?lat ?long ?same ?people WHERE {
          ?kind rdfs:subClassOf* hrc:Place . ?place a ?kind ; rdfs:label ?name .
          OPTIONAL { ?place hrc:within+ ?state . ?state a hrc:State }
          OPTIONAL { ?place wgs84:lat ?lat ; wgs84:long ?long }
          OPTIONAL { ?place skos:exactMatch ?same }
          OPTIONAL { ?figure hrc:populationOf ?place ; hrc:inhabitants ?people }
          FILTER NOT EXISTS { ?place a hrc:State }
        }""",
        Wanted("json"),
    ).table()
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sorted(rows.rows, key=_english_first):
        one = found[_text(row["place"])]
        one.setdefault("name", _text(row["name"]))
        one.setdefault("country", _text(row["state"]).rsplit("/", 1)[-1].upper())
        one.setdefault("lat", _text(row["lat"]))
        one.setdefault("long", _text(row["long"]))
        one["people"] = max(one.get("people", "0"), _text(row["people"]) or "0", key=int)
        same = _text(row["same"])
        if same.startswith(_GEONAMES):
            one.setdefault("geonames", same.removeprefix(_GEONAMES).strip("/"))
        elif same.startswith(_WIKIDATA):
            one.setdefault("wikidata", same.removeprefix(_WIKIDATA))
    return [
        Place(
            name=one["name"],
            country=one["country"],
            latitude=float(one["lat"]) if one["lat"] else None,
            longitude=float(one["long"]) if one["long"] else None,
            population=int(one["people"]),
            geonames=one.get("geonames", ""),
            wikidata=one.get("wikidata", ""),
            hrc=iri,
        )
        for iri, one in sorted(found.items())
    ]


def _english_first(row: dict[str, Term | None]) -> tuple[bool, list[str]]:
    """The order in which rows are taken, whichever store gave them."""
    name = row["name"]
    return not (name and name.language == "en"), [_text(term) for term in row.values()]


def _text(term: Term | None) -> str:
    return term.value if term else ""


def _main_first(row: dict[str, Term | None]) -> tuple[bool, bool, list[str]]:
    return row["other"] is not None, *_english_first(row)


class NameBook:
    """The names of the graph's things of one kind, in every language; the first of a thing's main names labels it."""

    def __init__(self, store: Store, kind: str) -> None:
        rows = store.answer(
            HEAD
            + f"""SELECT DISTINCT ?other ?name ?thing WHERE {{
              ?class rdfs:subClassOf* {KINDS[kind]} . ?thing a ?class .
              {{ ?thing rdfs:label|skos:prefLabel ?name }} UNION {{ ?thing skos:altLabel ?name . BIND(1 AS ?other) }}
              FILTER NOT EXISTS {{ ?thing a hrc:State }} }}""",
            Wanted("json"),
        ).table()
        self.by_form: dict[str, set[str]] = defaultdict(set)
        self._labels: dict[str, str] = {}
        for row in sorted(rows.rows, key=_main_first):
            iri, name = _text(row["thing"]), _text(row["name"])
            self.by_form[folded(name)].add(iri)
            self._labels.setdefault(iri, name)

    def has(self, iri: str) -> bool:
        return iri in self._labels

    def all(self) -> list[tuple[str, str]]:
        """The things and their labels, in the order of their names."""
        return sorted(self._labels.items())

    def named(self, iri: str, score: float) -> Named:
        return Named(iri, self._labels[iri], score)

    def beginning(self, form: str, limit: int) -> list[tuple[str, str]]:
        """The things with a name, or a word of one, that begins so, and their labels."""
        found = {
            iri
            for known, iris in self.by_form.items()
            if known.startswith(form) or f" {form}" in known
            for iri in iris
        }
        return sorted(((iri, self._labels[iri]) for iri in found), key=lambda one: one[1])[:limit]

    def nearest(self, name: str, limit: int = 5) -> list[Named]:
        """The things with names most like this one, the likest first, each once."""
        best: dict[str, float] = {}
        for depth, form in enumerate(forms(name)):
            near = process.extract(form, self.by_form.keys(), scorer=fuzz.ratio, limit=limit * 3)
            for known, ratio, _ in near:
                for iri in self.by_form[known]:
                    best[iri] = max(best.get(iri, 0.0), ratio / 100 - 0.02 * depth)
        ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))[:limit]
        return [Named(iri, self._labels[iri], round(score, 3)) for iri, score in ranked]

    def decide(self, name: str) -> tuple[str, Named | None, str]:
        """The decision, what it is about, and why."""
        found = self.nearest(name)
        if not found or found[0].score * 100 < _NEAR:
            return NONE, None, f"nothing is called {name!r}, or nearly"
        first, *others = found
        if others and others[0].score == first.score:
            return UNSURE, first, f"{_listed([first, *others])} have that name, or one as near"
        if first.score * 100 < _SURE:
            return UNSURE, first, f"the nearest name is {first.label!r}"
        return (
            MATCH,
            first,
            "the name" if first.score == 1.0 else f"the name is nearly {first.label!r}",
        )


def _listed(found: Iterable[Named]) -> str:
    return ", ".join(shorten(one.iri) for one in found)
