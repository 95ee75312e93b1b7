"""A syntax error, with the line it stands in and what people usually meant when they wrote that."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from xml.parsers import expat

from kg.errors import SyntaxFault
from kg.namespaces import PREFIXES
from kg.phrases import Phrase
from kg.validation.neighbours import nearest

_MOST_SHOWN = 120  # characters of the offending line
_HALF = re.compile(r"\\u[dD][89abAB][0-9A-Fa-f]{2}(?!\\u[dD][c-fC-F])")
_LOW_QUOTES = ("\u201a", "\u201e")
_TURTLES = ("turtle", "trig", "ntriples", "nquads")


def explained(fault: SyntaxFault, content: bytes, syntax: str) -> SyntaxFault:
    """The same fault with the offending text and, where one is known, a hint."""
    text = content.decode("utf-8-sig", errors="replace")
    if fault.line is None:
        fault = _placed(fault, content, syntax)
    lines = re.split(r"\r\n|\r|\n", text)
    line = lines[fault.line - 1] if fault.line and fault.line <= len(lines) else ""
    at = (fault.column or 1) - 1
    hints = (look(fault, line, at, content, syntax) for look in _LOOKS)
    hint = fault.hint or next(filter(None, hints), "")
    return SyntaxFault(
        fault.what, fault.problem, fault.line, fault.column, _excerpt(line, at), hint
    )


def _placed(fault: SyntaxFault, content: bytes, syntax: str) -> SyntaxFault:
    """The same fault with its place, where the parser gave none and another reader knows it."""
    line, column = None, None
    if syntax == "rdfxml":
        try:  # nothing is resolved that the text could name: it has no entities
            expat.ParserCreate().Parse(content, True)
        except expat.ExpatError as error:
            line, column = error.lineno, error.offset + 1
    return SyntaxFault(fault.what, fault.problem, line, column)


def _excerpt(line: str, at: int) -> str:
    begin = max(0, at - _MOST_SHOWN // 2)
    return line[begin : begin + _MOST_SHOWN].strip()


def _encoding(fault: SyntaxFault, line: str, at: int, content: bytes, syntax: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Phrase("The file is in UTF-16. Save it as UTF-8.")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        return Phrase(
            "The file is not in UTF-8: line %(row)s has a byte of another encoding. Save it as UTF-8.",
            row=row,
        )
    return ""


def _another_syntax(fault: SyntaxFault, line: str, at: int, content: bytes, syntax: str) -> str:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return Phrase(
            "This is a web page, not RDF. Perhaps the download gave the page instead of the data."
        )
    if syntax in _TURTLES and start.startswith((b"<?xml", b"<rdf:rdf")):
        return Phrase(
            "This looks like RDF/XML. Choose that syntax, or end the file's name with .rdf."
        )
    if syntax in _TURTLES and start.startswith((b"{", b"[{")) and b'"' in start:
        return Phrase(
            "This looks like JSON-LD. Choose that syntax, or end the file's name with .jsonld."
        )
    if syntax in ("ntriples", "nquads") and start.startswith((b"@prefix", b"prefix ")):
        return Phrase(
            "This syntax has no prefixes. If it is Turtle, end the file's name with .ttl."
        )
    if syntax in ("jsonld", "rdfxml") and start.startswith(
        (b"@prefix", b"prefix ", b"@base", b"base ")
    ):
        return Phrase(
            "This looks like Turtle. Choose that syntax, or end the file's name with .ttl."
        )
    return ""


def _prefix(fault: SyntaxFault, line: str, at: int, content: bytes, syntax: str) -> str:
    found = re.search(r"prefix ([\w.\-]*+): has not been declared", fault.problem)
    if not found:
        return ""
    name = found[1]
    if name in PREFIXES:
        return Phrase("Put this line at the top of the file: %(line)s", line=_declared(name))
    near = nearest(name, PREFIXES) if name else None
    if near:
        return Phrase(
            "Did you mean %(near)s? Then put this line at the top: %(line)s",
            near=f"{near}:",
            line=_declared(near),
        )
    return Phrase(
        "Declare it at the top of the file, as in PREFIX hrc: <https://w3id.org/hrcities/ontology#>"
    )


def _declared(name: str) -> str:
    return f"PREFIX {name}: <{PREFIXES[name]}>"


def _signs(fault: SyntaxFault, line: str, at: int, content: bytes, syntax: str) -> str:
    here = line[at : at + 1]
    if here in _LOW_QUOTES or (here and unicodedata.category(here) in ("Pi", "Pf")):
        return Phrase(
            'These are typographic quotation marks, as word processors write them. Use straight ones: "'
        )
    if "Line jumps are not allowed" in fault.problem:
        return Phrase(
            'A text over several lines stands between three marks: """…""". Or the closing mark is missing.'
        )
    if "not a valid unicode character" in fault.problem or _HALF.search(line[max(0, at - 8) :]):
        return Phrase(
            "This escape is half of a character (a surrogate). Write the character itself."
        )
    if "escape character" in fault.problem:
        return Phrase("A backslash begins an escape. Write it twice: \\\\")
    if "Invalid IRI code point" in fault.problem:
        return Phrase(
            "A name between %(open)s and %(close)s may have no space or quotation mark. Write %%20 for a space, or "
            "mend the address.",
            open="<",
            close=">",
        )
    if "No scheme found" in fault.problem:
        return Phrase(
            "Write the whole address, as in <https://w3id.org/hrcities/city/…>, or use a prefix: city:…"
        )
    return ""


def _ends(fault: SyntaxFault, line: str, at: int, content: bytes, syntax: str) -> str:
    if "dot is expected" in fault.problem:
        return Phrase(
            "Before this place a statement is not ended. End it with a full stop, or go on with ; or ,"
        )
    if "Unexpected end" in fault.problem:
        return Phrase(
            "The file stops in the middle of a statement: a full stop, a quotation mark or a bracket is missing."
        )
    if "is not a valid RDF object" in fault.problem and re.match(r"[.;,\]]", line[at:]):
        return Phrase(
            "A value is missing before this sign. Take out the comma or semicolon before it, or add the value."
        )
    if re.match(r"(True|False|TRUE|FALSE)\b", line[at:]):
        return Phrase("Write true or false in small letters.")
    if re.match(r"-\d\d?-?", line[at:]):
        return Phrase(
            'Write a date between quotation marks, with its datatype: "2018-07-27"^^xsd:date'
        )
    if "language code" in fault.problem:
        return Phrase('The language stands right after the text, without a space: "Pittsburgh"@en')
    return ""


_LOOKS: tuple[Callable[[SyntaxFault, str, int, bytes, str], str], ...] = (
    _encoding,
    _another_syntax,
    _prefix,
    _signs,
    _ends,
)
