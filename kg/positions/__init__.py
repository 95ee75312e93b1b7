"""Where in a contributor's own text each statement stands, so that a finding can point to line and column.

No parser or engine tells that. pyoxigraph stays the parser whose statements count; this wing reads a text that
pyoxigraph has accepted a second time, and records places. What it cannot place it leaves out, and it never fails.
All of it is linear in the text, and nothing recurses. JSON-LD and RDF/XML have no places yet: their findings name
the thing, the property and the value alone.
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
