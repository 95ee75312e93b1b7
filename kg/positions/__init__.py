"""Where in a contributor's own text each statement stands, so that a finding can point to line and column.

No parser or engine tells that. pyoxigraph stays the parser whose statements count; this wing reads a text that
pyoxigraph has accepted a second time, and records places. What it cannot place it leaves out, and it never fails.
All of it is linear in the text, and nothing recurses.

Each syntax has its reader: `turtle` (Turtle, TriG, N-Triples, N-Quads), `jsonld` (with `json_text`, JSON with places,
and `context`, the document's own context) and `rdfxml`. In JSON-LD a value is placed at its string, number or value
object and a thing at its `@id`; in RDF/XML at the text between tags or the value of an attribute.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import pyoxigraph as ox

from kg.positions import jsonld, rdfxml, turtle
from kg.positions.spot import Spot
from kg.positions.spots import Recorder, Spots

__all__ = ["Spot", "Spots", "spots"]

_READERS: dict[str, Callable[[str, Recorder], None]] = {
    "turtle": turtle.record,
    "trig": turtle.record,
    "ntriples": turtle.record,
    "nquads": turtle.record,
    "jsonld": jsonld.record,
    "rdfxml": rdfxml.record,
}


def spots(text: bytes, syntax: str, statements: Sequence[ox.Quad]) -> Spots:
    """The places of these statements, which `kg.rdf.parse` read from this text."""
    words = text.decode("utf-8-sig", errors="replace")
    recorder = Recorder()
    if syntax in _READERS:
        # What was recorded until then stands.
        with contextlib.suppress(ValueError, IndexError, KeyError, StopIteration):
            _READERS[syntax](words, recorder)
    return recorder.spots(words, statements)
