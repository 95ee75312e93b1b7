"""What can be seen of a contribution's text before it is parsed, and refused with a sentence.

None of it is enough alone: parsing and judging run in a disposable process (`kg.sandbox`). But a dead process can
say little. Measured with pyoxigraph 0.5.13: 30,000 triples inside one another in Turtle end the process; 3,000
objects in JSON-LD or 10,000 elements in RDF/XML take seconds, and ten times as many take minutes; 60,000 relative
@base take 8 s. What people write stays far below each limit. All of it is linear in the text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from xml.parsers import expat

import pyoxigraph as ox

from kg.errors import Packed, SyntaxFault, TooLarge
from kg.namespaces import shorten
from kg.positions import json_text
from kg.rdf import node_text

MAX_BYTES = 16_000_000  # of one text
MAX_STATEMENTS = 200_000  # of all texts of one contribution
MAX_NESTING = 100  # brackets, objects or elements inside one another
MAX_DECLARATIONS = 1_000  # prefixes, bases and contexts of one text
MAX_KNOTS = 1_000  # statements of one text from a node without a name to another
MAX_VALUES = 1_000  # of one property of one thing, in one text

_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstandard",
    b"7z\xbc\xaf": "7z",
}
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Possessive quantifiers: no text makes this pattern go back and try again.
_TURTLE = re.compile(
    r"""
    \#[^\n\r]*+ | \\.
  | <[^<>"{}|^`\\\x00-\x20]*+>
  | '{3}(?:(?:'{1,2})?(?:[^'\\]|\\.))*+'{3} | "{3}(?:(?:"{1,2})?(?:[^"\\]|\\.))*+"{3}
  | '(?:[^'\\\n\r]|\\.)*+' | "(?:[^"\\\n\r]|\\.)*+"
  | (?P<triple><<|\{\|)
  | (?P<open>[\[({])
  | (?P<close>[\])}])
  | (?P<declares>@(?:prefix|base)\b|(?<![\w:.\-])(?:prefix|base)\b)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def admit(content: bytes, what: str, syntax: str) -> None:
    """Raise TooLarge, Packed or SyntaxFault for what is not read at all."""
    bounded(content, what)
    for sign, name in _PACKED.items():
        if content.startswith(sign):
            raise Packed(what, name)
    text = content.decode("utf-8-sig", errors="replace")
    if not content.startswith(_BYTE_ORDER_MARKS):
        _no_nul(text, what)
    _LOOKS.get(syntax, _turtle)(text, what)


def bounded(content: bytes, what: str) -> None:
    """Raise TooLarge for a text of too many bytes."""
    if len(content) > MAX_BYTES:
        raise TooLarge(
            f"{what} has more than {MAX_BYTES:,} bytes; a contribution may have so many."
        )


def tame(statements: Sequence[ox.Quad], what: str) -> None:
    """Raise TooLarge for statements that are too many, or that no judge could get through."""
    if len(statements) > MAX_STATEMENTS:
        raise too_many_statements()
    knots = sum(
        isinstance(quad.subject, ox.BlankNode) and isinstance(quad.object, ox.BlankNode)
        for quad in statements
    )
    if knots > MAX_KNOTS:
        raise TooLarge(
            f"{what} has {knots:,} statements from one node without a name to another (a list has one for each item); "
            f"it may have {MAX_KNOTS:,}. Give the things names."
        )
    values = Counter((quad.subject, quad.predicate) for quad in statements)
    for (subject, predicate), count in values.most_common(1):
        if count > MAX_VALUES:
            raise TooLarge(
                f"{what} has {count:,} values of {shorten(predicate.value)} for one thing, {node_text(subject)[:200]}; "
                f"it may have {MAX_VALUES:,}."
            )


def too_many_statements() -> TooLarge:
    return TooLarge(f"A contribution may have {MAX_STATEMENTS:,} statements; this one has more.")


def _no_nul(text: str, what: str) -> None:
    at = text.find("\x00")
    if at >= 0:
        raise _fault(
            text, at, what, "There is a NUL sign here.", "This is no text, or it was damaged."
        )


def _fault(text: str, at: int, what: str, problem: str, hint: str) -> SyntaxFault:
    line = len(re.findall(r"\r\n|\r|\n", text[:at])) + 1
    column = at - max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))
    return SyntaxFault(what, problem, line, column, hint=hint)


def _too_deep(text: str, at: int, what: str, inside: str) -> SyntaxFault:
    return _fault(
        text, at, what, f"There are more than {MAX_NESTING} {inside} inside one another.",
        "Give what stands inside a name, and describe it by that name.",
    )  # fmt: skip


def _too_many_declarations(what: str) -> TooLarge:
    return TooLarge(
        f"{what} declares more than {MAX_DECLARATIONS:,} prefixes, bases or contexts; it may have so many."
    )


def _turtle(text: str, what: str) -> None:
    depth = declared = 0
    for found in _TURTLE.finditer(text):
        kind, at = found.lastgroup, found.start()
        if kind == "triple":
            raise _fault(
                text, at, what, "Here a triple stands inside a triple, which this graph does not use.",
                "Say it of a thing with a name of its own: an evidence, a claim or a membership.",
            )  # fmt: skip
        if kind == "declares":
            declared += 1
            if declared > MAX_DECLARATIONS:
                raise _too_many_declarations(what)
        depth += (kind == "open") - (kind == "close")
        if depth > MAX_NESTING:
            raise _too_deep(text, at, what, "brackets")


def _json(text: str, what: str) -> None:
    """`held` has for each open bracket whether it is a list of contexts; `key` is the last string."""
    held: list[bool] = []
    key, follows, contexts = "", False, 0
    for kind, (start, end) in json_text.tokens(text):
        if kind == "string":
            if (follows and key in ("@context", "@import")) or (held and held[-1]):
                raise _fault(
                    text, start, what, "This context is an address.",
                    "Its @context is an address, and nothing is fetched here. Put the context itself into the file.",
                )  # fmt: skip
            key = _string(text[start:end])
            contexts += key == "@context"
            if contexts > MAX_DECLARATIONS:
                raise _too_many_declarations(what)
        elif kind in "[{":
            held.append(kind == "[" and follows and key == "@context")
            if len(held) > MAX_NESTING:
                raise _too_deep(text, start, what, "objects and lists")
        elif kind in "]}" and held:
            held.pop()
        follows = kind == ":"


def _string(written: str) -> str:
    try:
        return str(json.loads(written, strict=False)) if "\\" in written else written[1:-1]
    except ValueError:
        return written


def _xml(text: str, what: str) -> None:
    entity = re.search(r"<!(?:DOCTYPE(?=[^>\[\"']*+[\[\"'])|ENTITY)", text)
    if entity:
        raise _fault(
            text, entity.start(), what, "Here is a document type with entities or an address.",
            "Entities are not resolved here. Write the text, or the whole IRI, where the entity stands.",
        )  # fmt: skip
    parser, depth = expat.ParserCreate(), 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_NESTING:
            at = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
            fault = _too_deep("", 0, what, "elements")
            raise SyntaxFault(what, fault.problem, *at, hint=fault.hint)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(text.encode("utf-8", errors="replace"), True)
    except expat.ExpatError:
        return  # the parser says it better


_LOOKS: dict[str, Callable[[str, str], None]] = {"jsonld": _json, "rdfxml": _xml}
