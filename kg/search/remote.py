"""Finding things on another server by SPARQL alone: a word is found where it stands as it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyoxigraph as ox

from kg.answers import Term
from kg.errors import BadParameter
from kg.namespaces import BASE, PREFIXES, TERMS
from kg.phrases import Phrase
from kg.search.found import MARKS, Choice, Found, Hit, Wish
from kg.store import Store

NOTE = Phrase(
    "The graph lies on another server. Until its words are gathered here, it is asked in SPARQL: accents count, names "
    "and descriptions are searched and quotes are not, and things can be chosen by kind alone."
)
_MOST = 500
_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("rdfs", "skos", "dcterms"))


class RemoteFinder:
    """Finds things in any store that is asked by SPARQL; at most 500 of them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, wish: Wish) -> Found:
        """As `Search.find`, without quotes, nearness and other facets than the kind."""
        other = set(wish.facets) - {"kind"}
        if other:
            raise BadParameter(sorted(other)[0], NOTE)
        kinds = list(wish.facets.get("kind", ()))
        rows = self._store.answer(_query(wish.terms(), wish.language)).table().rows
        every = [_hit(row) for row in rows if row["thing"] and row["label"] and row["kind"]]
        every.sort(
            key=lambda hit: (hit.label.casefold() != wish.words.casefold(), hit.label.casefold())
        )
        fit = [hit for hit in every if all(kind == hit.kind for kind in kinds)]
        first = (wish.page - 1) * wish.size
        facets = {"kind": _choices(fit, kinds)}
        return Found(wish, len(fit), fit[first : first + wish.size], facets, note=NOTE)


def _query(terms: Sequence[str], language: str) -> str:
    """Things whose name or description has all the words, called in this language, in English or as they can be."""
    tests = " && ".join(f"CONTAINS(LCASE(?text), {ox.Literal(term.lower())})" for term in terms)
    tongues = dict.fromkeys((language, "en"))
    called = "".join(
        f'  OPTIONAL {{ ?thing rdfs:label|skos:prefLabel ?{tag} FILTER(LANG(?{tag}) = "{tag}") }}\n'
        for tag in tongues
    )
    best = ", ".join(f"?{tag}" for tag in tongues)
    return f"""{_PREFIXES}SELECT ?thing (SAMPLE(COALESCE({best}, ?name)) AS ?label) (SAMPLE(?class) AS ?kind)
  (SAMPLE(?classLabel) AS ?kindLabel) (SAMPLE(?more) AS ?description)
WHERE {{
  ?thing rdfs:label|skos:prefLabel|dcterms:title ?name ; a ?class .
  ?class rdfs:label ?classLabel .
{called}  FILTER(STRSTARTS(STR(?thing), "{BASE}") && STRSTARTS(STR(?class), "{TERMS}"))
  OPTIONAL {{ ?thing dcterms:description|skos:definition ?more }}
  BIND(CONCAT(STR(?name), " ", COALESCE(STR(?more), "")) AS ?text)
  FILTER({tests or "true"})
}} GROUP BY ?thing ORDER BY ?thing LIMIT {_MOST}"""


def _hit(row: dict[str, Term | None]) -> Hit:
    cells = {name: term or Term("literal", "") for name, term in row.items()}
    kind, label, about = cells["kind"], cells["label"], cells["description"]
    return Hit(
        cells["thing"].value,
        kind.value.removeprefix(TERMS),
        cells["kindLabel"].value,
        label.value,
        label.language,
        "about" if about.value else "",
        about.value.replace(MARKS[0], ""),
        about.language,
    )


def _choices(hits: Sequence[Hit], chosen: Sequence[str]) -> list[Choice]:
    counted = Counter((hit.kind, hit.kind_label) for hit in hits)
    return [
        Choice(kind, label, count, kind in chosen, "en")
        for (kind, label), count in counted.most_common()
    ]
