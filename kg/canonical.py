"""One form for one set of statements: blank nodes named by RDFC-1.0, so that equal graphs have equal texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox

from kg.store import AnyStore, is_curated


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Each statement once, with canonical blank nodes, by graph and then as it is written."""
    named: set[ox.Quad] = set()
    loose = ox.Dataset()
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode):
            named.add(quad)
        else:  # only what has a blank node bears upon their names
            loose.add(quad)
    loose.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted([*named, *loose], key=lambda quad: (str(quad.graph_name), str(quad.triple)))


def curated_quads(store: AnyStore) -> list[ox.Quad]:
    """The statements of a house's named graphs, canonical and in order."""
    names = filter(is_curated, store.graphs())
    return canonical(quad for name in names for quad in store.graph(name))


def n_quads(quads: Iterable[ox.Quad]) -> bytes:
    """Canonical statements as canonical N-Quads: lines in the order of their bytes."""
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(set(lines.splitlines(keepends=True))))


def digest(quads: Iterable[ox.Quad]) -> str:
    """The RDFC-1.0 hash of statements, SHA-256 in hexadecimal."""
    return hashlib.sha256(n_quads(canonical(quads))).hexdigest()
