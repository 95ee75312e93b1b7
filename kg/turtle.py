"""Turtle as this project keeps it in git: one text for one set of statements.

Prefixes in alphabetical order, then one block for each thing; its class first, its names next, then the other
properties by name. Everything has a name: a blank node has no place to stand still, so a file that has
one is refused. Comments at the head are kept; others would be lost, so they are refused too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

import pyoxigraph as ox

from kg.errors import FormatLoss
from kg.lexer import comments, tokens
from kg.namespaces import PREFIXES, shorten
from kg.rdf import node_text, parse

WIDTH = 100
_NAMES_FIRST = ("a", "rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w\-.]*[\w\-])?", re.ASCII)
_XSD = PREFIXES["xsd"]


def formatted(text: str, what: str) -> str:
    """The canonical form of a Turtle text; formatting that again changes nothing.

    Raises SyntaxFault (line and column) and FormatLoss, where a comment or a blank node would be lost.
    """
    quads = parse(text.encode(), what)
    for quad in quads:
        for node in (quad.subject, quad.object):
            if isinstance(node, ox.BlankNode):
                raise FormatLoss(what, "it has a blank node. Give that thing a name of its own.")
    return _head_comment(text, what) + write(quad.triple for quad in quads)


def without(text: str, what: str, goes: Callable[[ox.Quad], bool]) -> str:
    """A text in canonical form without some statements; nothing where none is left. Raises as `formatted`."""
    kept = [quad for quad in parse(text.encode(), what) if not goes(quad)]
    body = write(quad.triple for quad in kept)
    return _head_comment(text, what) + body if kept else ""


def write(triples: Iterable[ox.Triple]) -> str:
    """Statements without blank nodes, as canonical Turtle."""
    things: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        predicate = (
            "a" if triple.predicate.value == PREFIXES["rdf"] + "type" else _name(triple.predicate)
        )
        things[node_text(triple.subject)][predicate].add(_term(triple.object))
    blocks = [_block(subject, things[subject]) for subject in sorted(things)]
    body = "\n".join(blocks)
    used = {token.text.split(":", 1)[0] for token in tokens(body) if token.kind == "name"}
    head = "".join(
        f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in sorted(used & PREFIXES.keys())
    )
    return f"{head}\n{body}" if body else head


def _block(subject: str, properties: dict[str, set[str]]) -> str:
    lines = [_name(ox.NamedNode(subject))]
    for predicate in sorted(properties, key=_rank):
        values = sorted(properties[predicate])
        line = f"    {predicate} {' , '.join(values)} ;"
        if len(line) > WIDTH and len(values) > 1:
            line = f"    {predicate}\n        " + " ,\n        ".join(values) + " ;"
        lines.append(line)
    return "\n".join([*lines, ".", ""])


def _rank(predicate: str) -> tuple[int, str]:
    first = _NAMES_FIRST.index(predicate) if predicate in _NAMES_FIRST else len(_NAMES_FIRST)
    return first, predicate


def _name(node: ox.NamedNode) -> str:
    short = shorten(node.value)
    prefix, colon, local = short.partition(":")
    fits = colon and prefix in PREFIXES and _LOCAL.fullmatch(local)
    return short if fits else str(node)


def prefixed(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    """A term as the files of this project write it, with the project's prefixes."""
    return _term(term)


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.NamedNode):
        return _name(term)
    if not isinstance(term, ox.Literal) or term.language:
        return str(term)
    if term.datatype.value == _XSD + "boolean" and term.value in ("true", "false"):
        return term.value
    if term.datatype.value == _XSD + "integer" and re.fullmatch(r"-?[0-9]+", term.value):
        return term.value
    if term.datatype.value == _XSD + "string":
        return str(term)
    return f"{ox.Literal(term.value)}^^{_name(term.datatype)}"


def _head_comment(text: str, what: str) -> str:
    first = next(tokens(text), None)
    kept = []
    for comment in comments(text):
        if first and comment.start > first.start:
            line = text.count("\n", 0, comment.start) + 1
            raise FormatLoss(
                what,
                f"the comment in line {line} would be lost. Say it with rdfs:comment, or move it "
                "to the head of the file.",
            )
        kept.append(comment.text.rstrip() + "\n")
    return "".join(kept) + "\n" if kept else ""
