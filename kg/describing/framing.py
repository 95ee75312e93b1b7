"""Statements as JSON-LD with our own context: a thing with what is said of it, and within it the evidence for that.

Every statement is there and comes back as it was: a value that does not fit its term's kind is written out in full.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.answers import GRAPHS, Answer, Wanted
from kg.describing.context import EVIDENCE, LINK, PLAIN, WORDS, Word
from kg.namespaces import PREFIXES, TERMS, expand, shorten
from kg.store import Store

_TYPE = PREFIXES["rdf"] + "type"
_XSD = PREFIXES["xsd"]


def about(thing: str) -> str:
    """The query for what is said of a thing and for the evidence of that; `thing` as SPARQL writes it: <…>."""
    return f"""CONSTRUCT {{ ?thing ?property ?value . ?evidence ?says ?what }}
WHERE {{
  {{ BIND({thing} AS ?thing) ?thing ?property ?value }}
  UNION {{ ?evidence <{TERMS}about> {thing} ; a <{TERMS}Evidence> ; ?says ?what }}
}}"""


def constructed(store: Store, query: str) -> list[ox.Triple]:
    """The statements that a CONSTRUCT gives."""
    plain = store.answer(query, Wanted(None, "ntriples"))
    return [quad.triple for quad in ox.parse(plain.body, format=ox.RdfFormat.N_TRIPLES)]


def framed(triples: Iterable[ox.Triple], known: Mapping[str, Word], root: str = "") -> Answer:
    """The statements as one JSON-LD document. `root`: the thing that stands at its top, if it is about one."""
    writer = _Writer(known)
    nodes: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        nodes.setdefault(_name(triple.subject), []).append(triple)
    body = writer.thing(nodes, root) if root in nodes else writer.graph(nodes)
    text = json.dumps({"@context": writer.context()} | body, ensure_ascii=False, indent=1)
    return Answer("graph", GRAPHS["jsonld"], text.encode() + b"\n")


@dataclass
class _Writer:
    known: Mapping[str, Word]
    used: dict[str, Any] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Prefixes that are names of terms too: what they cover is written whole.
        self.taken = {word.name for word in self.known.values()} | {EVIDENCE}

    def context(self) -> dict[str, Any]:
        """The part of our context that was needed."""
        spaces = {name: self.prefixes[name] for name in sorted(self.prefixes)}
        return {"id": "@id", "type": "@type"} | spaces | dict(sorted(self.used.items()))

    def thing(self, nodes: Mapping[str, list[ox.Triple]], root: str) -> dict[str, Any]:
        """A thing with its evidence inside; a node that is no evidence of it stands beside it, in `@included`."""
        about: list[dict[str, Any]] = []
        other: list[dict[str, Any]] = []
        for name, triples in nodes.items():
            if name == root:
                continue
            links = [one for one in triples if _is_about(one, root)]
            rest = [one for one in triples if not _is_about(one, root)]
            (about if links else other).append(self.node(name, rest))
        body = self.node(root, nodes[root])
        if about:
            self._short(TERMS)
            self.used[EVIDENCE] = {"@reverse": shorten(TERMS + "about")}
            body[EVIDENCE] = sorted(about, key=lambda one: str(one["id"]))
        return body | ({"@included": other} if other else {})

    def graph(self, nodes: Mapping[str, list[ox.Triple]]) -> dict[str, Any]:
        return {"@graph": [self.node(name, nodes[name]) for name in sorted(nodes)]}

    def node(self, name: str, triples: list[ox.Triple]) -> dict[str, Any]:
        body: dict[str, Any] = {"id": name if name.startswith("_:") else self._short(name)}
        values: dict[str, list[Any]] = {}
        for one in sorted(triples, key=str):
            if one.predicate.value == _TYPE and isinstance(one.object, ox.NamedNode):
                values.setdefault("type", []).append(self._short(one.object.value))
                continue
            key, value = self.value(one.predicate.value, one.object)
            values.setdefault(key, []).append(value)
        return body | {key: self._gathered(key, found) for key, found in values.items()}

    def value(self, prop: str, term: Any) -> tuple[str, Any]:
        """A key and a value that mean this statement."""
        word = self.known.get(prop)
        if word and (fitting := self._fitting(word, term)) is not None:
            self.used[word.name] = word.definition()
            self._short(prop)
            if word.kind not in (LINK, WORDS, PLAIN):
                self._short(word.kind)
            return word.name, fitting
        return self._short(prop), self._in_full(term)

    def _fitting(self, word: Word, term: Any) -> Any:
        """The value as the term's kind has it; None where it is of another kind."""
        if word.kind == LINK:
            return self._in_full(term)["id"] if not isinstance(term, ox.Literal) else None
        if not isinstance(term, ox.Literal):
            return None
        if word.kind == WORDS:
            return {term.language: term.value} if term.language else None
        if word.kind == PLAIN:
            return self._in_full(term)
        return term.value if term.datatype.value == word.kind else None

    def _in_full(self, term: Any) -> Any:
        if isinstance(term, ox.NamedNode):
            return {"id": self._short(term.value)}
        if isinstance(term, ox.BlankNode):
            return {"id": str(term)}
        if term.language:
            return {"@value": term.value, "@language": term.language}
        datatype = term.datatype.value
        if datatype == _XSD + "string":
            return term.value
        if datatype == _XSD + "boolean" and term.value in ("true", "false"):
            return term.value == "true"
        if (
            datatype == _XSD + "integer"
            and len(term.value) < 16
            and str(int(term.value)) == term.value
        ):
            return int(term.value)
        return {"@value": term.value, "@type": self._short(datatype)}

    def _gathered(self, key: str, found: list[Any]) -> Any:
        """Several values as a list; texts of a term as one object by language."""
        if any(word.name == key and word.kind == WORDS for word in self.known.values()):
            texts: dict[str, list[str]] = {}
            for one in found:
                for tag, text in one.items():
                    texts.setdefault(tag, []).append(text)
            return {tag: some[0] if len(some) == 1 else some for tag, some in texts.items()}
        return found[0] if len(found) == 1 else found

    def _short(self, iri: str) -> str:
        short = shorten(iri)
        prefix, _, local = short.partition(":")
        if prefix in self.taken or short == iri or local.startswith("//") or expand(short) != iri:
            return iri
        self.prefixes[prefix] = PREFIXES[prefix]
        return short


def _name(subject: Any) -> str:
    return str(subject) if isinstance(subject, ox.BlankNode) else str(subject.value)


def _is_about(triple: ox.Triple, root: str) -> bool:
    return (
        triple.predicate.value == TERMS + "about"
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value == root
    )
