"""What concepts are called in another language than the English in which the saved questions name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from kg.answers import Table, Term
from kg.namespaces import PREFIXES
from kg.store import Store

_NAMES = f"""SELECT ?concept ?english ?own WHERE {{
  ?concept <{PREFIXES["skos"]}prefLabel> ?own FILTER(LANG(?own) = "%s")
  ?concept <{PREFIXES["skos"]}prefLabel> ?english FILTER(LANG(?english) = "en")
}}"""


@dataclass(frozen=True)
class Concepts:
    """The names of concepts in one language: by IRI, and by the English name where that means no two things."""

    language: str
    by_iri: Mapping[str, str] = field(default_factory=dict)
    by_name: Mapping[str, str] = field(default_factory=dict)

    def named(self, table: Table, bare: Collection[str]) -> Table:
        """Rows for people, their concepts called in this language; `bare`: columns of names of concepts alone."""
        if not self.by_iri:
            return table
        rows = [
            {name: term and self._term(term, name in bare) for name, term in row.items()}
            for row in table.rows
        ]
        return replace(table, rows=rows)

    def _term(self, term: Term, bare: bool) -> Term:
        if term.kind == "uri" and term.label and term.value in self.by_iri:
            return replace(term, label=self.by_iri[term.value], language=self.language)
        if bare and term.language == "en" and term.value in self.by_name:
            return replace(term, value=self.by_name[term.value], language=self.language)
        return term


def concepts(store: Store, language: str) -> Concepts:
    """The concepts of a graph that have a name in this language besides the English one; of English, none.

    Raises SourceUnavailable.
    """
    if language == "en":
        return Concepts(language)
    by_iri: dict[str, str] = {}
    by_name: dict[str, set[str]] = defaultdict(set)
    for concept, english, own in store.answer(_NAMES % language).table():
        if concept and english and own:
            by_iri[concept.value] = own.value
            by_name[english.value].add(own.value)
    sure = {name: found.pop() for name, found in by_name.items() if len(found) == 1}
    return Concepts(language, by_iri, sure)
