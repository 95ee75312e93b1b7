"""The places of statements in JSON-LD, by the context that the document itself holds.

A reading of JSON-LD 1.1 without remote contexts, `@json` values, and the containers `@graph`, `@id` and `@type`:
what stands in those has no place. The subject of a statement is placed at its `@id`, the property at its key.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.positions import json_text
from kg.positions.context import PLAIN, Context, Meaning
from kg.positions.json_text import Json
from kg.positions.spots import Node, Recorder, Stretch, Term

_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_TYPE, _FIRST, _REST, _NIL = (_RDF + name for name in ("type", "first", "rest", "nil"))
_LARGEST_INTEGER = Decimal("1e20")  # from which on a number is a double
_UNPLACED = {"@graph", "@id", "@type"}


@dataclass(frozen=True)
class _Slot:
    """Where a value belongs: the subject and property that it is said of; `subject` None for the text itself."""

    context: Context  # for what the value says
    inherited: Context  # for nodes inside it
    subject: Node | None = None
    subject_at: Stretch = (0, 0)
    predicate: str = ""
    predicate_at: Stretch = (0, 0)
    meaning: Meaning = PLAIN


def record(text: str, recorder: Recorder) -> None:
    """Read a text to its end and record each statement."""
    nothing = Context()
    reader = _Reader(recorder, [(_Slot(nothing, nothing), json_text.read(text))])
    while reader.waiting:
        with suppress(ValueError, ArithmeticError):  # an IRI or number that is none has no place
            reader.value(*reader.waiting.pop())


@dataclass
class _Reader:
    recorder: Recorder
    waiting: list[tuple[_Slot, Json]]
    blank: int = 0

    def value(self, slot: _Slot, value: Json) -> None:
        """Record what a value says, or put its parts in front of what is waiting."""
        if slot.meaning.container & _UNPLACED or slot.meaning.type == "@json":
            return
        if "@list" in slot.meaning.container:
            bare = replace(slot.meaning, container=frozenset())
            self._list(replace(slot, meaning=bare), value)
        elif value.kind == "array":
            self._next((slot, one) for one in value.items)
        elif value.kind == "object":
            self._object(slot, value)
        elif slot.subject is not None:
            self._say(slot, _scalar(slot, value), value.at)

    def _next(self, parts: Iterable[tuple[_Slot, Json]]) -> None:
        self.waiting.extend(reversed(list(parts)))

    def _fresh(self) -> ox.BlankNode:
        self.blank += 1
        return ox.BlankNode(f"kgspot{self.blank}")

    def _say(self, slot: _Slot, object: Term | None, at: Stretch) -> None:
        if slot.subject is None or object is None:
            return
        if not slot.meaning.reverse:
            places = (slot.subject_at, slot.predicate_at, at)
            self.recorder.record(slot.subject, slot.predicate, object, places)
        elif not isinstance(object, ox.Literal):
            places = (at, slot.predicate_at, slot.subject_at)
            self.recorder.record(object, slot.predicate, slot.subject, places)

    def _object(self, slot: _Slot, value: Json) -> None:
        """A map of languages or indexes, a value with its type or language, a list, a set, or a node."""
        kinds = {slot.context.expand(key.text, True): one for key, one in value.members}
        if "@language" in slot.meaning.container:
            told = replace(slot.meaning, container=frozenset(), type="")
            self._next(
                (replace(slot, meaning=replace(told, language=key.text)), word)
                for key, one in value.members
                for word in one.each()
            )
        elif "@index" in slot.meaning.container:
            told = replace(slot.meaning, container=frozenset())
            self._next((replace(slot, meaning=told), one) for _, one in value.members)
        elif "@value" in kinds:
            self._say(slot, _whole(slot, kinds), value.at)
        elif "@list" in kinds:
            self._list(slot, kinds["@list"], value.at)
        elif "@set" in kinds:
            self._next([(slot, kinds["@set"])])
        else:
            self._node(slot, value)

    def _list(self, slot: _Slot, value: Json, at: Stretch | None = None) -> None:
        at, items = at or value.at, value.each()
        cells: list[Node] = [self._fresh() for _ in items]
        cells.append(ox.NamedNode(_NIL))
        self._say(slot, cells[0], at)
        for place, item in enumerate(items):
            where = (at, at, item.at)
            self.recorder.record(cells[place], _REST, cells[place + 1], where)
        flat, inner = (
            replace(slot.meaning, container=frozenset(kind)) for kind in ((), ("@list",))
        )
        told = replace(slot, subject_at=at, predicate=_FIRST, predicate_at=at)
        self._next(
            (replace(told, subject=cell, meaning=inner if item.kind == "array" else flat), item)
            for cell, item in zip(cells, items, strict=False)
        )

    def _node(self, slot: _Slot, value: Json) -> None:
        context = slot.inherited.extended(slot.meaning.nested).extended(value.get("@context"))
        inherited = context
        for name in sorted(_types(context, value)):
            meaning = context.meaning(name)
            context = context.extended(meaning.nested if meaning else None)
        named = _member(context, value, "@id")
        at = named.at if named else value.at
        name = context.expand(named.text, False, True) if named else ""
        node = _named(name) if named else self._fresh()
        if node is None:
            return
        self._say(slot, node, at)
        self._members(_Slot(context, inherited, node, at), value)

    def _members(self, slot: _Slot, value: Json) -> None:
        parts: list[tuple[_Slot, Json]] = []
        members = value.members[::-1]
        while members:
            key, one = members.pop()
            meaning = slot.context.meaning(key.text) or PLAIN
            iri = slot.context.expand(key.text, True)
            if iri == "@type":
                coerced = Meaning(type="@vocab")
                parts.append((_told(slot, _TYPE, key.at, coerced), one))
            elif iri in ("@graph", "@included"):
                parts.append((_Slot(slot.inherited, slot.inherited), one))
            elif iri == "@nest":
                members += [member for inside in one.each() for member in inside.members[::-1]]
            elif iri == "@reverse":
                for inverse, nodes in one.members:
                    back = Meaning(type="@id", reverse=True)
                    name = slot.context.expand(inverse.text, True)
                    parts.append((_told(slot, name, inverse.at, back), nodes))
            elif iri and not iri.startswith("@"):
                parts.append((_told(slot, iri, key.at, meaning), one))
        self._next(parts)


def _told(slot: _Slot, predicate: str, at: Stretch, meaning: Meaning) -> _Slot:
    return replace(slot, predicate=predicate, predicate_at=at, meaning=meaning)


def _member(context: Context, value: Json, keyword: str) -> Json | None:
    found = (one for key, one in value.members if context.expand(key.text, True) == keyword)
    return next(found, None)


def _types(context: Context, value: Json) -> list[str]:
    types = _member(context, value, "@type")
    return [one.text for one in types.each()] if types else []


def _scalar(slot: _Slot, value: Json) -> Term | None:
    """What a string, number or word says in its slot; None for null."""
    meaning, context = slot.meaning, slot.context
    if value.text == "null" and value.kind == "word":
        return None
    if value.kind == "string" and meaning.type in ("@id", "@vocab"):
        return _named(context.expand(value.text, meaning.type == "@vocab", True))
    datatype = ""
    if meaning.type and not meaning.type.startswith("@"):
        datatype = context.expand(meaning.type, True)
    if value.kind == "string" and not meaning.type and meaning.language is not None:
        language = meaning.language or context.language
        if language and language != "@none":
            return ox.Literal(value.text, language=language.lower())
    return _literal(value, datatype)


def _whole(slot: _Slot, said: dict[str, Json]) -> Term | None:
    """What a value object says."""
    value, language, datatype = said["@value"], said.get("@language"), said.get("@type")
    if value.text == "null" and value.kind == "word":
        return None
    if language is not None and language.kind == "string":
        return ox.Literal(value.text, language=language.text.lower())
    if datatype is not None and datatype.text == "@json":
        return None
    return _literal(value, slot.context.expand(datatype.text, True, True) if datatype else "")


def _literal(value: Json, datatype: str) -> Term | None:
    text = value.text
    if value.kind == "number":
        text, usual = _number(Decimal(text), datatype == _XSD + "double")
    else:
        usual = "boolean" if value.kind == "word" else "string"
    return ox.Literal(text, datatype=ox.NamedNode(datatype or _XSD + usual))


def _number(number: Decimal, double: bool) -> tuple[str, str]:
    """A number as RDF writes it, and its usual datatype."""
    if not double and abs(number) < _LARGEST_INTEGER and number == number.to_integral_value():
        return str(int(number)), "integer"
    digits = "".join(map(str, number.as_tuple().digits)).strip("0") or "0"
    sign = "-" if number.is_signed() else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{number.adjusted()}", "double"


def _named(name: str) -> Node | None:
    """An IRI or blank node; None for what is neither."""
    if name.startswith("_:"):
        return ox.BlankNode(name[2:])
    return ox.NamedNode(name) if name and not name.startswith("@") else None
