"""What each column of a saved question says, in the words of its file or else of the ontology.

The file's own word for a column (`columns:` in its head) goes first, then the help of the parameter of that name;
else it is read off the query's tokens: what is counted in it, the class it is of, the one property whose value it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.answers import LABEL
from kg.lexer import Token, tokens
from kg.namespaces import PREFIXES, expand
from kg.queries import STATEMENT, Query
from kg.store import Store

_COUNTED = {
    "COUNT": "How many",
    "MIN": "The first",
    "MAX": "The last",
    "SAMPLE": "One",
    "SUM": "The sum",
}
_NAMES = {"rdfs:label", "skos:prefLabel", "rdfs:subClassOf", "skos:broader", "skos:notation"}
_BOUNDS = {".", ";", ",", "{", "}"}


@dataclass(frozen=True)
class Term:
    """A term of the ontology: its IRI, its label and its definition."""

    iri: str
    label: str
    definition: str


@dataclass(frozen=True)
class Column:
    """A column for people: its name in the query, its heading, and what it says."""

    name: str
    heading: str
    meaning: str


DEFINED = f"""SELECT ?term ?label ?definition WHERE {{
  ?term <{PREFIXES["skos"]}definition> ?definition ; <{PREFIXES["rdfs"]}label> ?label ;
    <{PREFIXES["rdfs"]}isDefinedBy> ?ontology .
  FILTER(LANG(?label) = "en" && LANG(?definition) = "en")
}}"""


def terms(store: Store) -> dict[str, Term]:
    """The defined terms of the ontology, by IRI."""
    found = {}
    for row in store.answer(DEFINED).table():
        iri, label, definition = (cell.value if cell else "" for cell in row)
        found[iri] = Term(iri, label, definition)
    return found


def columns(query: Query, names: Sequence[str], known: Mapping[str, Term]) -> list[Column]:
    """The columns of an answer; the meaning is empty where nothing says it."""
    said = meanings(query, known)
    return [Column(name, heading(name), said.get(name, "")) for name in names]


def heading(name: str) -> str:
    """A variable's name as words: `universityRole` is "university role"."""
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip()


def selected(query: Query) -> list[str]:
    """The columns of a question's answer as people see them: without those that name what stands in another."""
    if query.kind == "graph":
        return list(STATEMENT)
    every = list(tokens(query.text))
    start = next(at for at, token in enumerate(every) if token.is_word("SELECT"))
    found, deep = [], 0
    for before, token in itertools.pairwise(every[start:]):
        if token.text == "{" or token.is_word("WHERE"):
            break
        deep += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (not deep or before.is_word("AS")):
            found.append(token.text[1:])
    beside = {name + LABEL for name in found}
    return [name for name in found if name not in beside]


def meanings(query: Query, known: Mapping[str, Term]) -> dict[str, str]:
    """What each variable of a query stands for, as far as the file, its parameters and the ontology say."""
    every = list(tokens(query.text))
    derived: dict[str, str] = {}
    for pairs in (
        _values(every),
        _classes(every),
    ):  # what a thing is goes before what it is to others
        for name, iris in _gathered(pairs).items():
            if len(iris) == 1 and (iri := iris.pop()) in known:
                derived[name] = known[iri].definition
    for name, (word, of) in _counted(every):
        if of in derived:
            derived[name] = f"{word}: {derived[of]}"
    helped = {parameter.name: parameter.help for parameter in query.parameters if parameter.help}
    return derived | helped | dict(query.columns)


def used(query: Query, known: Mapping[str, Term]) -> list[Term]:
    """The defined terms that a query is asked with, in the order of their labels."""
    iris = {expand(token.text) or "" for token in tokens(query.text) if token.kind == "name"}
    return sorted((known[iri] for iri in iris if iri in known), key=lambda term: term.label.lower())


def _gathered(pairs: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    """All that is said of each name; who is said to be two things is left to the file to explain."""
    found: dict[str, set[str]] = {}
    for name, iri in pairs:
        found.setdefault(name, set()).add(iri)
    return found


def _values(every: list[Token]) -> Iterator[tuple[str, str]]:
    """Each variable that stands after a property, with the property; of a path, its last that is no name."""
    for at, token in enumerate(every):
        if token.kind != "variable":
            continue
        path = []
        for before in reversed(every[:at]):
            if before.text in _BOUNDS or before.kind not in ("name", "mark", "word"):
                break
            path.append(before)
        names = [step.text for step in path if step.kind == "name" and step.text not in _NAMES]
        iri = expand(names[0]) if names else None
        if iri:
            yield token.text[1:].removesuffix(LABEL), iri


def _classes(every: list[Token]) -> Iterator[tuple[str, str]]:
    """Each variable of which a class is said, with the class."""
    for at, token in enumerate(every):
        if token.kind != "word" or token.text != "a" or every[at - 1].kind != "variable":
            continue
        inside = itertools.takewhile(lambda after: after.text not in _BOUNDS, every[at + 1 :])
        iris = [
            expand(step.text) for step in inside if step.kind == "name" and step.text not in _NAMES
        ]
        if iris and iris[-1]:
            yield every[at - 1].text[1:], iris[-1]


def _counted(every: list[Token]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each variable that counts or picks, `(COUNT(DISTINCT ?act) AS ?acts)`, with what it is made of."""
    for at, token in enumerate(every):
        if not token.is_word("AS") or at + 1 >= len(every):
            continue
        inside = []
        for before in reversed(every[:at]):
            inside.append(before)
            if before.is_word(*_COUNTED):
                break
            if before.is_word("SELECT", "BIND"):
                inside = []
                break
        variables = [step for step in inside if step.kind == "variable"]
        if inside and len(variables) == 1:
            word = _COUNTED[inside[-1].text.upper()]
            yield every[at + 1].text[1:], (word, variables[0].text[1:])
