"""The graph as RDF, in four syntaxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.answers import prefixes_used
from kg.canonical import n_quads
from kg.export.files import Written

_BY_GRAPH = "Every statement in its named graph, which is a file of the project, as {}"


def write(quads: Sequence[ox.Quad], folder: Path) -> Iterator[Written]:
    """Write statements in their named graphs as N-Quads, TriG and JSON-LD, and all together as Turtle.

    `quads` are canonical and in order. The N-Quads are in the order of their bytes, as RDFC-1.0 has them.
    """
    file = folder / "hrcities.nq"
    file.write_bytes(n_quads(quads))
    yield Written.of(file, folder, _BY_GRAPH.format("canonical N-Quads"))
    named: dict[str, Any] = {"prefixes": _prefixes(quads)}
    for ending, form, extra in (
        ("trig", ox.RdfFormat.TRIG, named),
        ("jsonld", ox.RdfFormat.JSON_LD, {}),
    ):
        file = folder / f"hrcities.{ending}"
        ox.serialize(quads, str(file), format=form, **extra)
        yield Written.of(file, folder, _BY_GRAPH.format("TriG" if extra else "JSON-LD"))
    file = folder / "hrcities.ttl"
    merged = sorted({quad.triple for quad in quads}, key=str)
    ox.serialize(merged, str(file), format=ox.RdfFormat.TURTLE, **named)
    yield Written.of(file, folder, "All statements together, as Turtle")


def _prefixes(quads: Sequence[ox.Quad]) -> dict[str, str]:
    nodes = {node for quad in quads for node in (quad.subject, quad.predicate)}
    return prefixes_used(node.value for node in nodes if isinstance(node, ox.NamedNode))
