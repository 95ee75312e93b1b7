"""A JSON-LD context as a document itself holds it: which IRI a key or a value is short for."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.positions.iris import resolved
from kg.positions.json_text import Json

_ROUNDS = 20  # in which a term made of terms is an IRI
_LONGEST = 100  # contexts inside and behind one another


@dataclass(frozen=True)
class Meaning:
    """What a context says of a term. `id` is empty where it says nothing, None where it says null."""

    id: str | None = ""
    type: str = ""
    language: str | None = ""  # empty: nothing is said; None: no language
    container: frozenset[str] = frozenset()
    reverse: bool = False
    nested: Json | None = None


PLAIN = Meaning()


@dataclass(frozen=True)
class Context:
    """Terms, and the context in which they were written."""

    terms: dict[str, Meaning] = field(default_factory=dict)
    outer: Context | None = None
    depth: int = 0
    vocab: str | None = None
    base: str = ""
    language: str = ""

    def meaning(self, term: str) -> Meaning | None:
        here: Context | None = self
        while here is not None:
            if term in here.terms:
                return here.terms[term]
            here = here.outer
        return None

    def expand(self, name: str, as_term: bool, against_base: bool = False) -> str:
        """The IRI, blank node or keyword that a name stands for; empty for none.

        With `as_term` it may be a term or a word of the vocabulary, with `against_base` relative.
        """
        rest = ""
        for _ in range(_ROUNDS):
            if name.startswith("@"):
                return name
            meaning = self.meaning(name) if as_term else None
            if meaning is not None and meaning.id is None:
                return ""
            if meaning is not None and meaning.id and meaning.id != name:
                name = meaning.id
                continue
            prefix, colon, local = name.partition(":")
            if colon and prefix != "_" and not local.startswith("//") and self.meaning(prefix):
                name, rest, as_term = prefix, local + rest, True
                continue
            if colon:
                return name + rest
            if as_term and self.vocab is not None:
                return self.vocab + name + rest
            return resolved(name, self.base) if against_base and self.base else ""
        return ""

    def extended(self, said: Json | None) -> Context:
        """This context with what a `@context` says. Raises ValueError where it is an address, or goes too deep."""
        here = self
        for one in said.each() if said is not None else []:
            if one.kind == "word":
                here = Context()
            elif one.kind == "object":
                here = here._with(one)
            else:
                raise ValueError("a context elsewhere")
        return here

    def _with(self, said: Json) -> Context:
        if self.depth >= _LONGEST:
            raise ValueError("contexts too deep")
        terms = {
            key.text: _meaning(value) for key, value in said.members if not key.text.startswith("@")
        }
        vocab, base, language = said.get("@vocab"), said.get("@base"), said.get("@language")
        inner = Context(
            terms,
            self,
            self.depth + 1,
            self.vocab,
            resolved(base.text, self.base) if base else self.base,
            self.language if language is None else _said(language),
        )
        if vocab is None:
            return inner
        known = None if vocab.kind == "word" else vocab.text
        known = self.expand(known, True) if known and ":" in known else known
        return Context(terms, self, inner.depth, known, inner.base, inner.language)


def _meaning(said: Json) -> Meaning:
    if said.kind == "string":
        return Meaning(said.text)
    if said.kind != "object":
        return Meaning(None)
    id_, reverse, language = said.get("@id"), said.get("@reverse"), said.get("@language")
    name = reverse or id_
    type_, container = said.get("@type"), said.get("@container")
    return Meaning(
        id="" if name is None else None if name.kind == "word" else name.text,
        type=type_.text if type_ else "",
        language="" if language is None else _said(language) or None,
        container=frozenset(one.text for one in container.each()) if container else frozenset(),
        reverse=reverse is not None,
        nested=said.get("@context"),
    )


def _said(value: Json) -> str:
    return value.text.lower() if value.kind == "string" else ""
