"""RDF texts in, statements out: which file endings mean which syntax, and what a parser's complaint says.

Only pyoxigraph parses what comes from outside: it fetches no context, import or entity, and its Turtle
parser does not recurse.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import SourceUnavailable, SyntaxFault, UnknownFormat

SYNTAXES = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
ENDINGS = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".jsonld": "jsonld",
    ".json": "jsonld",
    ".rdf": "rdfxml",
    ".xml": "rdfxml",
}


def parse(text: bytes, what: str, syntax: str = "turtle", most: int | None = None) -> list[ox.Quad]:
    """The statements of a text, the first `most` of them. Raises SyntaxFault with line and column, UnknownFormat."""
    if syntax not in SYNTAXES:
        raise UnknownFormat(syntax, list(SYNTAXES))
    try:
        return list(islice(ox.parse(text, format=SYNTAXES[syntax]), most))
    except SyntaxError as error:
        raise SyntaxFault(what, parser_words(error), error.lineno, error.offset) from error
    except (ValueError, OSError) as error:
        raise SyntaxFault(what, str(error)) from error


def parse_file(file: Path, shown: str | None = None) -> list[ox.Quad]:
    """The statements of a file, by its ending. Raises also SourceUnavailable."""
    what = shown or str(file)
    if file.suffix.lower() not in ENDINGS:
        raise UnknownFormat(file.suffix or what, list(ENDINGS))
    try:
        text = file.read_bytes()
    except OSError as error:
        raise SourceUnavailable(what, error.strerror or str(error)) from error
    return parse(text, what, ENDINGS[file.suffix.lower()])


def node_text(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """What a node says: an IRI, a blank node's name, a literal's text; a triple as it is written."""
    return str(node) if isinstance(node, ox.Triple) else node.value


def is_english(term: object) -> bool:
    """Whether a term is a text in English."""
    return isinstance(term, ox.Literal) and term.language == "en"


def parser_words(error: SyntaxError) -> str:
    """A parser's complaint without the position, which is told apart from it."""
    words = str(error.msg)
    if words.startswith("Parser error at"):
        words = words.split(": ", 1)[-1]
    return words.rstrip(".") + "."
