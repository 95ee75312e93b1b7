"""The places of statements in RDF/XML.

expat reads the elements and says where each begins; the places of attributes are found in the tag itself. What
stands under parseType="Literal", and what is said of statements by rdf:ID, has no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.positions.iris import resolved
from kg.positions.spots import Node, Recorder, Stretch, Term

_RDF = PREFIXES["rdf"]
_XML = "http://www.w3.org/XML/1998/namespace"
_TYPE, _FIRST, _REST, _NIL = (_RDF + name for name in ("type", "first", "rest", "nil"))
_SYNTAX = {
    _RDF + name
    for name in ("about", "ID", "nodeID", "resource", "parseType", "datatype", "RDF", "version")
}
_CDATA = "<![CDATA["
_LINE_END = re.compile(r"\r\n|\r|\n")
# Possessive quantifiers: no text makes these patterns go back and try again.
_TAG = re.compile(r"<([^\s/>]++)")
_ATTRIBUTE = re.compile(r"\s++([^\s=/>]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")


@dataclass
class _Element:
    """An element that is open. `kind` is what stands in it: "nodes", "properties", "value" or "nothing"."""

    kind: str
    subject: Node | None = None
    subject_at: Stretch = (0, 0)
    predicate: str = ""
    at: Stretch = (0, 0)  # of its name
    base: str = ""
    language: str = ""
    datatype: str = ""
    text: list[str] = field(default_factory=list)
    text_at: int = -1
    said: bool = False  # whether its value has been recorded
    items: list[tuple[Node, Stretch]] | None = None  # of a parseType="Collection"
    members: int = 0  # rdf:li met in it


@dataclass
class _Tag:
    """A start tag: its name's IRI and place, and each attribute's IRI, its value, the value's place and its own."""

    name: str
    at: Stretch
    attributes: dict[str, tuple[str, Stretch, Stretch]]

    def get(self, name: str) -> str | None:
        found = self.attributes.get(name)
        return found[0] if found else None

    def said(self) -> Iterator[tuple[str, str, tuple[Stretch, Stretch]]]:
        """The attributes that are properties."""
        for name, (value, at, key) in self.attributes.items():
            if name not in _SYNTAX and not name.startswith(_XML) and ":" in name:
                yield name, value, (key, at)


def record(text: str, recorder: Recorder) -> None:
    """Read a text to its end, or to where it is no XML any more, and record each statement."""
    reader = _Reader(text, recorder)
    with suppress(expat.ExpatError):
        reader.parser.Parse(text.encode("utf-8", errors="replace"), True)


class _Reader:
    def __init__(self, text: str, recorder: Recorder) -> None:
        self._text, self._recorder, self._blank = text, recorder, 0
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._stack = [_Element("nodes")]
        self.parser = expat.ParserCreate("utf-8", namespace_separator="\n")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _here(self) -> int:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        return self._starts[line - 1] + column

    def _fresh(self) -> ox.BlankNode:
        self._blank += 1
        return ox.BlankNode(f"kgspot{self._blank}")

    def _say(self, of: _Element, predicate: str, value: Term, at: tuple[Stretch, Stretch]) -> None:
        if of.subject is not None:
            self._recorder.record(of.subject, predicate, value, (of.subject_at, *at))

    def _start(self, name: str, attributes: list[str]) -> None:
        tag = self._tag(name, attributes)
        above = self._stack[-1]
        base, language = tag.get(_XML + "base"), tag.get(_XML + "lang")
        here = _Element(
            "nothing",
            base=above.base if base is None else resolved(base, above.base),
            language=above.language if language is None else language.lower(),
            at=tag.at,
        )
        self._stack.append(here)
        with suppress(ValueError):  # an IRI that is none has no place
            if above.kind == "properties":
                self._property(here, above, tag)
            elif tag.name == _RDF + "RDF" and len(self._stack) == 2:
                here.kind = "nodes"
            elif above.kind in ("nodes", "value"):
                self._node(here, above, tag)

    def _node(self, here: _Element, above: _Element, tag: _Tag) -> None:
        here.kind, (here.subject, here.subject_at) = (
            "properties",
            self._identity(here, tag, "about"),
        )
        if above.items is not None:
            above.items.append((here.subject, here.subject_at))
        elif above.kind == "value":
            above.said = True
            self._say(above, above.predicate, here.subject, (above.at, here.subject_at))
        if tag.name != _RDF + "Description":
            self._say(here, _TYPE, ox.NamedNode(tag.name), (tag.at, tag.at))
        self._attributes(here, tag)

    def _identity(self, here: _Element, tag: _Tag, about: str) -> tuple[Node, Stretch]:
        """What a tag is about, and where it says so."""
        for name in (about, "ID", "nodeID"):
            if _RDF + name in tag.attributes:
                value, at, _ = tag.attributes[_RDF + name]
                if name == "nodeID":
                    return ox.BlankNode(value), at
                value = "#" + value if name == "ID" else value
                return ox.NamedNode(resolved(value, here.base)), at
        return self._fresh(), tag.at

    def _attributes(self, here: _Element, tag: _Tag) -> None:
        """Properties that are written as attributes."""
        for name, value, at in tag.said():
            if name == _TYPE:
                self._say(here, name, ox.NamedNode(resolved(value, here.base)), at)
            else:
                self._say(here, name, _literal(value, here.language, ""), at)

    def _property(self, here: _Element, above: _Element, tag: _Tag) -> None:
        here.subject, here.subject_at = above.subject, above.subject_at
        here.predicate = tag.name
        if tag.name == _RDF + "li":
            above.members += 1
            here.predicate = f"{_RDF}_{above.members}"
        parsed = tag.get(_RDF + "parseType")
        if parsed == "Resource":
            node = self._fresh()
            self._say(here, here.predicate, node, (tag.at, tag.at))
            here.kind, here.subject, here.subject_at = "properties", node, tag.at
        elif parsed == "Collection":
            here.kind, here.items = "value", []
        elif parsed is None:
            self._plain_property(here, tag)

    def _plain_property(self, here: _Element, tag: _Tag) -> None:
        """One with a resource or properties in its tag, or with a text or a node inside."""
        pointed = {_RDF + "resource", _RDF + "nodeID"} & tag.attributes.keys()
        if not pointed and not any(True for _ in tag.said()):
            here.kind, here.datatype = "value", tag.get(_RDF + "datatype") or ""
            here.datatype = resolved(here.datatype, here.base) if here.datatype else ""
            return
        tag.attributes.pop(_RDF + "ID", None)
        node, at = self._identity(here, tag, "resource")
        self._say(here, here.predicate, node, (tag.at, at))
        self._attributes(_Element("", node, at, base=here.base, language=here.language), tag)

    def _characters(self, words: str) -> None:
        here = self._stack[-1]
        if here.kind == "value":
            if here.text_at < 0:
                start = self._here()
                marked = self._text.startswith(_CDATA, start - len(_CDATA))
                here.text_at = start - len(_CDATA) if marked else start
            here.text.append(words)

    def _end(self, name: str) -> None:
        here = self._stack.pop()
        if here.kind != "value" or here.said:
            return
        with suppress(ValueError):
            if here.items is not None:
                self._collection(here, here.items)
                return
            at = (here.text_at, self._here()) if here.text_at >= 0 else here.at
            value = _literal("".join(here.text), here.language, here.datatype)
            self._say(here, here.predicate, value, (here.at, at))

    def _collection(self, here: _Element, items: list[tuple[Node, Stretch]]) -> None:
        cells: list[Node] = [self._fresh() for _ in items]
        cells.append(ox.NamedNode(_NIL))
        self._say(here, here.predicate, cells[0], (here.at, here.at))
        for place, (item, at) in enumerate(items):
            cell = _Element("", cells[place], here.at)
            self._say(cell, _FIRST, item, (here.at, at))
            self._say(cell, _REST, cells[place + 1], (here.at, at))

    def _tag(self, name: str, attributes: list[str]) -> _Tag:
        start = self._here()
        opened = _TAG.match(self._text, start)
        end = opened.end() if opened else start
        places: list[tuple[Stretch, Stretch]] = []
        while found := _ATTRIBUTE.match(self._text, end):
            end = found.end()
            if found[1] != "xmlns" and not found[1].startswith("xmlns:"):
                places.append((found.span(2 if found[2] is not None else 3), found.span(1)))
        names, values = attributes[::2], attributes[1::2]
        return _Tag(
            name.replace("\n", ""),
            opened.span(1) if opened else (start, start),
            {
                one.replace("\n", ""): (value, *at)
                for one, value, at in zip(names, values, places, strict=True)
            },
        )


def _literal(text: str, language: str, datatype: str) -> ox.Literal:
    if datatype:
        return ox.Literal(text, datatype=ox.NamedNode(datatype))
    return ox.Literal(text, language=language) if language else ox.Literal(text)
