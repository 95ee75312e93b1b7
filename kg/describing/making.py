"""The descriptions made when a store is compiled, and the graphs that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.describing.catalog import CATALOG, DUMPS, catalog, write_dumps
from kg.describing.executable import examples
from kg.describing.void import VOID, void
from kg.namespaces import BASE
from kg.queries import Query
from kg.store import EmbeddedStore

EXAMPLES = BASE + ".well-known/sparql-examples"
DESCRIPTIONS = (VOID, CATALOG, EXAMPLES)


def describe_store(folder: Path, version: str, queries: Iterable[Query]) -> None:
    """Describe the store in `folder/store`, in graphs of that store, and write its files into `folder/dumps`."""
    store = EmbeddedStore(folder / "store", version)
    files = write_dumps(store, folder / DUMPS)
    graphs = {
        VOID: list(void(store)),
        CATALOG: list(catalog(version, files)),
        EXAMPLES: list(examples(queries)),
    }
    del store
    engine = ox.Store(str(folder / "store"))
    engine.bulk_extend(
        ox.Quad(one.subject, one.predicate, one.object, home)
        for name, triples in graphs.items()
        for home in (ox.NamedNode(name), ox.DefaultGraph())
        for one in triples
    )
    engine.flush()
