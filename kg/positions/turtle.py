"""The places of statements in Turtle, TriG, N-Triples and N-Quads.

A tokenizer and a machine with a stack of its own. It reads texts that were accepted by a parser already, so
it does not check them; triples about triples (RDF 1.2) end the recording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.positions.iris import resolved
from kg.positions.spots import Node, Recorder, Stretch, Term

# Possessive quantifiers: no text makes these patterns go back and try again.
_TOKEN = re.compile(
    r"""
    (?P<space>\s++|\#[^\n\r]*+)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<string>'{3}(?:(?:'{1,2})?(?:[^'\\]|\\.))*+'{3}
             | "{3}(?:(?:"{1,2})?(?:[^"\\]|\\.))*+"{3}
             | '(?:[^'\\\n\r]|\\.)*+'
             | "(?:[^"\\\n\r]|\\.)*+")
  | (?P<at>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<datatype>\^\^)
  | (?P<blank>_:[\w\u00b7](?:[\w\u00b7\u203f\u2040\-]|\.(?=[\w\u00b7\-.]))*+)
  | (?P<number>[+\-]?(?:\d++(?:\.\d++)?|\.\d++)(?:[eE][+\-]?\d++)?|[+\-]?\d++\.(?=[eE])[eE][+\-]?\d++)
  | (?P<name>(?:[^\W\d_](?:[\w\u00b7\-]|\.(?=[\w\-]))*+)?:
       (?:[\w:\u00b7\u203f\u2040\-]|%[0-9A-Fa-f]{2}|\\.|\.(?=[\w:.%\\\-]))*+)
  | (?P<word>[^\W\d_]\w*+)
  | (?P<mark><<|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_TYPE, _FIRST, _REST, _NIL = (_RDF + name for name in ("type", "first", "rest", "nil"))


@dataclass
class _Open:
    """A bracket that is open, or the text itself: what is being described in it."""

    kind: str  # "text", "thing" or "list"
    start: int
    subject: Node | None = None
    subject_at: Stretch = (0, 0)
    predicate: str = ""
    predicate_at: Stretch = (0, 0)
    wants_object: bool = False
    items: list[tuple[Term, Stretch]] = field(default_factory=list)


@dataclass
class _Machine:
    recorder: Recorder
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""
    blank: int = 0
    stack: list[_Open] = field(default_factory=lambda: [_Open("text", 0)])

    def term(self, term: Term, at: Stretch) -> None:
        """A term, in the place where it stands."""
        here = self.stack[-1]
        if here.kind == "list":
            here.items.append((term, at))
        elif here.subject is None:
            if isinstance(term, (ox.NamedNode, ox.BlankNode)):
                here.subject, here.subject_at = term, at
        elif not here.predicate:
            here.predicate, here.predicate_at, here.wants_object = term.value, at, True
        elif here.wants_object:
            here.wants_object = False
            self.recorder.record(
                here.subject, here.predicate, term, (here.subject_at, here.predicate_at, at)
            )

    def fresh(self) -> ox.BlankNode:
        self.blank += 1
        return ox.BlankNode(f"kgspot{self.blank}")

    def mark(self, sign: str, at: Stretch) -> None:
        here = self.stack[-1]
        if sign == "[":
            self.stack.append(_Open("thing", at[0], self.fresh(), at))
        elif sign == "(":
            self.stack.append(_Open("list", at[0]))
        elif sign in "])" and len(self.stack) > 1:
            self._close(self.stack.pop(), at[1])
        elif sign == ",":
            here.wants_object = True
        elif sign == ";":
            here.predicate, here.wants_object = "", False
        elif sign in ".{}":
            here.subject, here.predicate, here.wants_object = None, "", False

    def _close(self, closed: _Open, end: int) -> None:
        at = (closed.start, end)
        if closed.kind == "thing" and closed.subject is not None:
            self.term(closed.subject, at)
            return
        nodes = [self.fresh() for _ in closed.items]
        for place, (item, item_at) in enumerate(closed.items):
            rest = nodes[place + 1] if place + 1 < len(nodes) else ox.NamedNode(_NIL)
            self.recorder.record(nodes[place], _FIRST, item, (at, at, item_at))
            self.recorder.record(nodes[place], _REST, rest, (at, at, item_at))
        self.term(nodes[0] if nodes else ox.NamedNode(_NIL), at)

    def iri(self, text: str) -> ox.NamedNode:
        return ox.NamedNode(resolved(_unescaped(text[1:-1]), self.base))

    def named(self, text: str) -> ox.NamedNode:
        prefix, _, local = text.partition(":")
        return ox.NamedNode(self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local))


def record(text: str, recorder: Recorder) -> None:
    """Read a text to its end and record each statement."""
    machine = _Machine(recorder)
    tokens = _tokens(text)
    for kind, words, start in tokens:
        at = (start, start + len(words))
        if words == "<<":
            return
        if kind == "mark":
            machine.mark(words, at)
        elif kind == "at" or (kind == "word" and words.upper() in ("PREFIX", "BASE")):
            _declare(machine, words.lstrip("@").upper(), tokens)
        elif kind == "literal":
            machine.term(_literal(words, machine), at)
        elif kind == "word" and words != "a" and words not in ("true", "false"):
            continue  # GRAPH
        else:
            machine.term(_term(kind, words, machine), at)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, words and place of each token; a string with its language or datatype is one, a `literal`."""
    held: tuple[str, int] | None = None
    end, typed = 0, False
    for found in _TOKEN.finditer(text):
        kind, start = found.lastgroup or "mark", found.start()
        if kind == "space":
            continue
        if held is not None:
            tagged = kind == "at" and start == end
            if tagged or kind == "datatype" or typed:
                typed = kind == "datatype"
                end = found.end()
                if not typed:
                    yield "literal", text[held[1] : end], held[1]
                    held = None
                continue
            yield "literal", text[held[1] : end], held[1]
            held = None
        if kind == "string":
            held, end, typed = (found.group(), start), found.end(), False
        else:
            yield kind, found.group(), start
    if held is not None:
        yield "literal", text[held[1] : end], held[1]


def _declare(machine: _Machine, word: str, tokens: Iterator[tuple[str, str, int]]) -> None:
    name = next(tokens)[1] if word == "PREFIX" else ""
    iri = machine.iri(next(tokens)[1]).value
    if word == "PREFIX":
        machine.prefixes[name[:-1]] = iri
    else:
        machine.base = iri


def _term(kind: str, words: str, machine: _Machine) -> Term:
    if kind == "iri":
        return machine.iri(words)
    if kind == "name":
        return machine.named(words)
    if kind == "blank":
        return ox.BlankNode(words[2:])
    if kind == "number":
        name = "integer" if re.fullmatch(r"[+\-]?\d+", words) else "decimal"
        name = "double" if "e" in words.lower() else name
        return ox.Literal(words, datatype=ox.NamedNode(_XSD + name))
    if words == "a":
        return ox.NamedNode(_TYPE)
    return ox.Literal(words, datatype=ox.NamedNode(_XSD + "boolean"))


def _literal(words: str, machine: _Machine) -> ox.Literal:
    found = _TOKEN.match(words)
    string = found.group() if found else words
    quotes = 3 if string[:3] in ('"""', "'''") and len(string) >= 6 else 1
    value = _unescaped(string[quotes:-quotes])
    rest = words[len(string) :].strip()
    if rest.startswith("@"):
        return ox.Literal(value, language=rest[1:].lower())
    if rest.startswith("^^"):
        name = rest[2:].strip()
        datatype = machine.iri(name) if name.startswith("<") else machine.named(name)
        return ox.Literal(value, datatype=datatype)
    return ox.Literal(value)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16))
            if found[1] or found[2]
            else _SIGNS.get(found[3], found[3])
        ),
        text,
    )
