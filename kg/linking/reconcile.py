"""What the W3C Reconciliation Service API (0.2) asks of a service, answered from the graph.

Pure answers, as plain dicts in the specification's own terms; the door over HTTP is `server.reconciliation`. A place is
decided by the same matcher that `kg link` uses, with the graph's own places for a gazetteer: so a name that several
places bear is never a match unless what stands beside it tells them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.answers import Term, Wanted
from kg.errors import Refused
from kg.linking.countries import country_code
from kg.linking.gazetteer import Place
from kg.linking.match import MATCH, ByForm, Matcher, Row
from kg.linking.names import folded, forms, squeezed
from kg.linking.things import HEAD, KINDS, NameBook, Named, places
from kg.namespaces import BASE, shorten
from kg.store import Store

MAX_QUERIES = 100  # of one batch
MAX_IDS = 1_000
_WELL_KNOWN = 200_000  # inhabitants: this gazetteer has one York, the world has twelve
MOST = 25  # candidates of one query, however many are asked for
_TYPES = {
    "city": "Place",
    "act": "Act",
    "actor": "Actor",
    "instrument": "Framework",
    "right": "Right",
    "group": "Group",
}
# Each property: what it is called, the kinds that have it, and how to come to its values (?v) from ?thing.
PROPERTIES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "country": (
        "State",
        ("city", "act", "actor"),
        "?thing (hrc:actOf|hrc:basedIn|hrc:governs)?/hrc:within+ ?v . ?v a hrc:State",
    ),
    "within": ("within", ("city",), "?thing hrc:within ?v"),
    "wikidata": (
        "Wikidata item",
        ("city", "instrument"),
        "?thing skos:exactMatch ?v . FILTER STRSTARTS(STR(?v), 'http://www.wikidata.org/entity/')",
    ),
    "geonames": (
        "GeoNames",
        ("city",),
        "?thing skos:exactMatch ?v . FILTER STRSTARTS(STR(?v), 'https://sws.geonames.org/')",
    ),
    "latitude": ("latitude", ("city",), "?thing wgs84:lat ?v"),
    "longitude": ("longitude", ("city",), "?thing wgs84:long ?v"),
    "inhabitants": ("inhabitants", ("city",), "?f hrc:populationOf ?thing ; hrc:inhabitants ?v"),
    "acts": ("acts", ("city",), "?v hrc:actOf ?thing"),
    "place": ("place", ("act",), "?thing hrc:actOf ?v"),
    "kind": (
        "kind",
        ("act", "actor", "instrument"),
        "?thing hrc:actType|hrc:actorType|hrc:frameworkType ?v",
    ),
    "number": ("number", ("act",), "?thing eli:number ?v"),
    "date": ("date of a stage", ("act",), "?thing hrc:stage/hrc:happenedOn ?v"),
    "cites": ("cites", ("act",), "?thing eli:cites ?v"),
    "concerns": ("concerns", ("act",), "?thing hrc:concerns ?v"),
    "names": ("groups and grounds named", ("act",), "?thing hrc:names ?v"),
    "based-in": ("based in", ("actor",), "?thing hrc:basedIn ?v"),
    "broader": ("broader", ("right", "group"), "?thing skos:broader ?v"),
    "definition": ("definition", ("right", "group"), "?thing skos:definition ?v"),
}


def id_of(iri: str) -> str:
    """The id of a thing in this service: its IRI without the part that all share."""
    return iri.removeprefix(BASE)


class OwnPlaces(ByForm):
    """The graph's places, looked up as in a gazetteer."""

    def __init__(self, book: NameBook, ours: Iterable[Place]) -> None:
        self._places = {place.hrc: place for place in ours}
        self._by_form = {
            form: [self._places[iri] for iri in sorted(iris) if iri in self._places]
            for form, iris in book.by_form.items()
        }

    def divisions(self, country: str) -> dict[str, str]:
        found = {place.division for place in self._places.values() if place.country == country}
        return {squeezed(name): name for name in found if name}


@dataclass(frozen=True)
class _OfKind:
    """What a name may mean among things of one kind; which one beyond doubt; and what properties are said of it."""

    kind: str
    nearest: list[Named]
    sure: str | None
    wanted: dict[str, list[str]]


@dataclass(frozen=True)
class _Meant:
    """What one query may mean, by kind, and how many candidates it wants."""

    found: list[_OfKind]
    limit: int


class Reconciler:
    """Answers batches of queries, and the questions around them, over one state of the graph."""

    def __init__(self, store: Store) -> None:
        self._store, self.version = store, store.version
        self._books: dict[str, NameBook] = {}

    def book(self, kind: str) -> NameBook:
        if kind not in self._books:
            self._books[kind] = NameBook(self._store, kind)
        return self._books[kind]

    @cached_property
    def _matcher(self) -> Matcher:
        ours = places(self._store)
        return Matcher(OwnPlaces(self.book("city"), ours), ours, _WELL_KNOWN)

    def types(self) -> list[dict[str, str]]:
        return [{"id": kind, "name": _TYPES[kind]} for kind in KINDS]

    def batch(self, queries: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a batch. Refused for one that is too large or no batch at all."""
        if len(queries) > MAX_QUERIES:
            raise Refused(f"A batch may have {MAX_QUERIES} queries; this one has {len(queries)}.")
        meant = {key: self._meant(query) for key, query in queries.items()}
        had = self._had(one for each in meant.values() for one in each.found)
        return {key: {"result": self._candidates(each, had)} for key, each in meant.items()}

    def _meant(self, query: Any) -> _Meant:
        """What one query may mean. Refused for a query that says nothing to look for."""
        if isinstance(query, str):
            query = {"query": query}
        if not isinstance(query, Mapping) or not isinstance(query.get("query"), str):
            raise Refused('Each query needs a text to look for, as in {"query": "Graz"}.')
        text = query["query"][:500]
        limit = min(MOST, _whole(query.get("limit"), MOST))
        given = {str(one.get("pid")): one.get("v") for one in _dicts(query.get("properties"))}
        kinds = _kinds(query.get("type"))
        return _Meant([self._of_kind(kind, text, given, limit) for kind in kinds], limit)

    def _had(self, kinds: Iterable[_OfKind]) -> dict[str, dict[str, list[Term]]]:
        """What all these candidates have of the properties that are wanted of them, each looked up once for all."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for one in kinds:
            for pid in one.wanted:
                wanted[pid] |= {named.iri for named in one.nearest}
        found: dict[str, dict[str, list[Term]]] = defaultdict(dict)
        for pid, iris in wanted.items():
            for iri, values in self.values(sorted(iris), [pid]).items():
                found[iri] |= values
        return found

    def _candidates(
        self, meant: _Meant, had: Mapping[str, Mapping[str, Sequence[Term]]]
    ) -> list[dict[str, Any]]:
        """The candidates for one query, the likest first."""
        found = [
            self._candidate(one, named, had.get(named.iri, {}))
            for one in meant.found
            for named in one.nearest
        ]
        ranked = sorted(found, key=lambda one: (-one["match"], -one["score"], one["id"]))
        ranked = ranked[: meant.limit]
        if sum(one["match"] for one in ranked) > 1:  # of two kinds, say: then nobody can tell
            for one in ranked:
                one["match"] = False
        return ranked

    def _of_kind(self, kind: str, text: str, given: Mapping[str, Any], limit: int) -> _OfKind:
        nearest = self.book(kind).nearest(text, limit)
        sure = self._sure(kind, text, given)
        if sure and sure not in [one.iri for one in nearest]:
            nearest = [self.book(kind).named(sure, 1.0), *nearest[: limit - 1]]
        wanted = {pid: _texts(value) for pid, value in given.items() if pid in PROPERTIES}
        return _OfKind(kind, nearest, sure, wanted)

    def _candidate(
        self, of: _OfKind, named: Named, had: Mapping[str, Sequence[Term]]
    ) -> dict[str, Any]:
        features: list[dict[str, Any]] = [{"id": "name", "value": round(100 * named.score, 1)}]
        agree = True
        for pid, values in of.wanted.items():
            holds = _agrees(pid, values, had.get(pid, ()))
            features.append({"id": pid, "value": holds})
            agree &= holds
        return {
            "id": id_of(named.iri),
            "name": named.label,
            "type": [{"id": of.kind, "name": _TYPES[of.kind]}],
            "score": round(100 * named.score * (1.0 if agree else 0.5), 1),
            "match": named.iri == of.sure and agree,
            "features": features,
        }

    def _sure(self, kind: str, text: str, given: Mapping[str, Any]) -> str | None:
        """What this name means beyond doubt, if anything."""
        if kind != "city":
            decision, thing, _ = self.book(kind).decide(text)
            return thing.iri if decision == MATCH and thing is not None else None
        country = next(iter(_texts(given.get("country"))), "")
        if country.startswith("state/"):
            country = country.removeprefix("state/").upper()
        row = Row(text, country if country_code(country) else "")
        decided = self._matcher.decide(row)
        return decided.place.hrc if decided.decision == MATCH and decided.place else None

    def values(self, iris: Sequence[str], pids: Sequence[str]) -> dict[str, dict[str, list[Term]]]:
        """What these things have of these properties."""
        found: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        if not iris:
            return found
        these = " ".join(f"<{iri}>" for iri in iris)
        for pid in pids:
            rows = self._store.answer(
                f"{HEAD}SELECT DISTINCT ?thing ?v ?vLabel WHERE {{ VALUES ?thing {{ {these} }} {PROPERTIES[pid][2]} "
                "OPTIONAL { ?v rdfs:label|skos:prefLabel ?vLabel . FILTER LANGMATCHES(LANG(?vLabel), 'en') } } "
                "ORDER BY ?thing ?v ?vLabel",
                Wanted("json"),
            ).table()
            for row in rows.rows:
                thing, value, label = row["thing"], row["v"], row["vLabel"]
                if thing and value:
                    named = Term(value.kind, value.value, label=label.value if label else "")
                    known = found[thing.value][pid]
                    if value.value not in [one.value for one in known]:
                        known.append(named)
        return found

    def extend(self, ids: Sequence[str], pids: Sequence[str]) -> dict[str, Any]:
        """The data extension answer: these properties of these things. Unknown things have none."""
        if len(ids) > MAX_IDS:
            raise Refused(f"One request may ask about {MAX_IDS} things; this one has {len(ids)}.")
        unknown = [pid for pid in pids if pid not in PROPERTIES]
        if unknown:
            raise Refused(
                f"There is no property {unknown[0]!r}. There are: {', '.join(PROPERTIES)}."
            )
        known = [BASE + one for one in ids if self._is_known(one)]
        had = self.values(known, pids)
        return {
            "meta": [{"id": pid, "name": PROPERTIES[pid][0]} for pid in pids],
            "rows": {
                one: {pid: [_cell(term) for term in had[BASE + one][pid]] for pid in pids}
                for one in ids
            },
        }

    def _is_known(self, id_: str) -> bool:
        return any(self.book(kind).has(BASE + id_) for kind in KINDS)

    def propose(self, kind: str) -> list[dict[str, str]]:
        """The properties that things of a kind can be extended with; of all, where no kind is given."""
        return [
            {"id": pid, "name": name}
            for pid, (name, kinds, _) in PROPERTIES.items()
            if not kind or kind in kinds
        ]

    def suggest(self, what: str, prefix: str, limit: int = 12) -> list[dict[str, Any]]:
        """Entities, types or properties whose name begins so, or has a word that does."""
        form = folded(prefix[:200])
        if what == "type":
            return [one for one in self.types() if form in folded(one["name"])]
        if what == "property":
            return [one for one in self.propose("") if form in folded(one["name"])]
        found: list[dict[str, Any]] = []
        for kind in KINDS:
            found += [
                {
                    "id": id_of(iri),
                    "name": label,
                    "notable": [{"id": kind, "name": _TYPES[kind]}],
                    "description": shorten(iri),
                }
                for iri, label in self.book(kind).beginning(form, limit)
            ]
        return sorted(
            found, key=lambda one: (not folded(one["name"]).startswith(form), one["name"])
        )[:limit]

    def preview(self, id_: str) -> dict[str, Any] | None:
        """What a small page about a thing shows; None for one that is not known."""
        iri = BASE + id_
        for kind in KINDS:
            if self.book(kind).has(iri):
                pids = [one["id"] for one in self.propose(kind)]
                had = self.values([iri], pids)[iri]
                facts = {
                    PROPERTIES[pid][0]: [str(one) for one in had[pid][:3]]
                    for pid in pids
                    if had[pid]
                }
                return {
                    "iri": iri,
                    "label": self.book(kind).named(iri, 1.0).label,
                    "type": _TYPES[kind],
                    "facts": facts,
                }
        return None


def _kinds(given: Any) -> list[str]:
    """The kinds to look among; all of them, when none of those that are wanted is ours."""
    wanted = [given] if isinstance(given, str) else [str(one) for one in given or ()]
    return [kind for kind in KINDS if kind in wanted] or list(KINDS)


def _dicts(given: Any) -> list[Mapping[str, Any]]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def _whole(given: Any, otherwise: int) -> int:
    return (
        given if isinstance(given, int) and not isinstance(given, bool) and given > 0 else otherwise
    )


def _texts(value: Any) -> list[str]:
    """A property's value as texts: it may be a text, a number, an entity, or a list of these."""
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, Mapping):
        return [str(value["id"])] if "id" in value else []
    return [] if value is None else [str(value)]


def _agrees(pid: str, wanted: Sequence[str], had: Sequence[Term]) -> bool:
    """Whether one of the values is one that was wanted: by id, IRI, name, country code, or nearly the same number."""
    if not wanted:
        return True
    for text in wanted:
        for term in had:
            names = {
                folded(term.value),
                folded(id_of(term.value)),
                folded(term.label),
                folded(term.value.rsplit("/", 1)[-1]),
            }
            code = country_code(text) if pid == "country" else None
            if names & set(forms(text)) or (code and folded(code) in names):
                return True
            try:
                if abs(float(text) - float(term.value)) <= 0.25:
                    return True
            except ValueError:
                pass
    return False


def _cell(term: Term) -> dict[str, Any]:
    if term.kind == "uri" and term.value.startswith(BASE):
        return {"id": id_of(term.value), "name": str(term)}
    return {"str": term.value}
