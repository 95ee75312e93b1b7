"""The graph: open it, ask it. Two engines behind one small interface.

`EmbeddedStore` is Oxigraph on disk, opened read only. `RemoteStore` is any SPARQL 1.1 endpoint. Only this
module knows which one answers.

Each file's triples stand in its named graph and again in the default graph. Measured with pyoxigraph
0.5.13: with `use_default_graph_as_union` a triple that stands in two graphs counts twice, and FROM is
ignored; with a default graph of its own neither happens, and every engine gives the same rows.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from kg.answers import Answer, Ceiling, Wanted, prefixes_used
from kg.dialect import as_sent, in_order
from kg.endpoint import Door, Endpoint
from kg.errors import Refused, SourceUnavailable, SyntaxFault
from kg.fetching import Found, Pattern, default_graph, fetched, pairs, whole
from kg.house import FOLDERS
from kg.namespaces import BASE
from kg.screening import screen
from kg.writing import UNLIMITED, query_fault, write, write_graph

AS_JSON = Wanted()
CURATED = tuple(f"{BASE}{folder}/" for folder in FOLDERS)
_WORDIER = 8  # times as many bytes that a server may need for the same answer
_UNCHANGED = 300  # seconds for which another server's graph is taken for unchanged


def is_curated(graph: str) -> bool:
    """Whether a named graph is one of the house's, not somebody else's beside it (kg/external.py)."""
    return graph.startswith(CURATED)


class Store(Protocol):
    """What can be asked. `version` names the state of the graph: equal versions, equal answers."""

    @property
    def version(self) -> str: ...

    def answer(self, query: str, wanted: Wanted = AS_JSON) -> Answer:
        """Answer a SPARQL query, written in the wanted format.

        Raises SyntaxFault (with line and column), NotAcceptable, SourceUnavailable.
        """

    def graphs(self) -> list[str]:
        """The names of the named graphs."""


class EmbeddedStore:
    """A store that `kg.build` compiled into a folder, opened read only (15-20 ms at any size)."""

    def __init__(self, folder: Path, version: str) -> None:
        self.folder, self.version = folder, version
        try:
            self._engine = ox.Store.read_only(str(folder))
        except OSError as error:
            raise SourceUnavailable(f"The store in {folder}", str(error)) from error

    def answer(
        self,
        query: str,
        wanted: Wanted = AS_JSON,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        ceiling: Ceiling = UNLIMITED,
    ) -> Answer:
        """As `Store.answer`; the graphs, if any, take the place of the query's own FROM. `<city/x>` is in BASE.

        Raises Overflow when the answer grows beyond the ceiling.
        """
        dataset: dict[str, Any] = {}
        if default_graphs or named_graphs:
            dataset["default_graph"] = [ox.NamedNode(name) for name in default_graphs]
            dataset["named_graphs"] = [ox.NamedNode(name) for name in named_graphs]
        try:
            try:
                results = self._engine.query(query, **dataset)
            except (
                SyntaxError
            ):  # perhaps for want of a base, which costs time to give to every query
                results = self._engine.query(query, base_iri=BASE, **dataset)
            return write(results, wanted, ceiling)
        except SyntaxError as error:
            raise query_fault(query, str(error)) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise Refused(f"The engine cannot answer this query: {error}.") from error

    def graphs(self) -> list[str]:
        return sorted(graph.value for graph in self._engine.named_graphs())

    def graph(self, name: str) -> Iterator[ox.Quad]:
        """The statements of one named graph."""
        return self._engine.quads_for_pattern(None, None, None, ox.NamedNode(name))

    def match(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None,
    ) -> Iterator[ox.Quad]:
        """The statements of all graphs, the default graph among them, that fit; None fits whatever."""
        return self._engine.quads_for_pattern(subject, predicate, object, None)

    def pairs(self, predicate: str) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
        """Who has a property, and what its value is, each statement once; blank nodes are left out."""
        found = self._engine.quads_for_pattern(
            None, ox.NamedNode(predicate), None, ox.DefaultGraph()
        )
        for quad in found:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(
                quad.object, ox.NamedNode | ox.Literal
            ):
                yield quad.subject.value, quad.object

    def about(self, subject: str) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
        """The properties of one thing with their values, each once; blank nodes are left out."""
        found = self._engine.quads_for_pattern(ox.NamedNode(subject), None, None, ox.DefaultGraph())
        for quad in found:
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                yield quad.predicate.value, quad.object

    def subjects(self, predicate: str, value: str) -> Iterator[str]:
        """Who has this thing as the value of a property; blank nodes are left out."""
        found = self._engine.quads_for_pattern(
            None, ox.NamedNode(predicate), ox.NamedNode(value), ox.DefaultGraph()
        )
        return (quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode))

    def holds(self, quad: ox.Quad) -> bool:
        return quad in self._engine

    def copy(self, folder: Path) -> WritableCopy:
        """A copy to try changes on, in a folder that is not there yet; it shares the files, so it takes 10 ms."""
        self._engine.backup(str(folder))
        return WritableCopy(folder, self.version)

    def dump(self, file: Path, format: ox.RdfFormat, default_only: bool = False) -> None:
        """Write the curated graphs into a file, one after the other, or merged into one."""
        if default_only:
            merged = dict.fromkeys(
                quad.triple
                for name in self.graphs()
                if is_curated(name)
                for quad in self.graph(name)
            )
            ox.serialize(merged, str(file), format=format, prefixes=self._prefixes())
            return
        quads = (
            quad
            for name in self.graphs()
            if is_curated(name)
            for quad in sorted(self.graph(name), key=str)
        )
        ox.serialize(quads, str(file), format=format, **self._named(format))

    def _named(self, format: ox.RdfFormat) -> dict[str, Any]:
        return {"prefixes": self._prefixes()} if format == ox.RdfFormat.TRIG else {}

    def _prefixes(self) -> dict[str, str]:
        every = self._engine.quads_for_pattern(None, None, None, ox.DefaultGraph())
        names = {
            node.value
            for quad in every
            for node in (quad.subject, quad.predicate)
            if isinstance(node, ox.NamedNode)
        }
        return prefixes_used(names)


class WritableCopy(EmbeddedStore):
    """A copy of a compiled store that takes changes; what is published never does."""

    def __init__(self, folder: Path, version: str) -> None:
        self.version = f"{version}+"
        self._engine = ox.Store(str(folder))

    def change(self, add: Iterable[ox.Quad], take: Iterable[ox.Quad]) -> None:
        for quad in take:
            self._engine.remove(quad)
        self._engine.extend(add)


class HeldCopy(WritableCopy):
    """Another server's default graph, in memory, to try changes on."""

    def __init__(self, triples: Iterable[ox.Triple], version: str) -> None:
        self.version = version
        self._engine = ox.Store()
        self._engine.extend(ox.Quad(*triple) for triple in triples)


class RemoteStore:
    """Any SPARQL 1.1 server. It may change without telling: its version does every five minutes."""

    def __init__(self, address: str, seconds: float = 60.0) -> None:
        self.door: Door = Endpoint(address, seconds)
        self.endpoint = self.door.url

    @classmethod
    def behind(cls, door: Door) -> RemoteStore:
        """The store of a server that is reached in another way than straight over the network."""
        store = cls.__new__(cls)
        store.door, store.endpoint = door, door.url
        return store

    @property
    def version(self) -> str:
        slot = int(time.time() // _UNCHANGED)
        return hashlib.sha256(f"{self.endpoint} {slot}".encode()).hexdigest()[:16]

    def answer(
        self,
        query: str,
        wanted: Wanted = AS_JSON,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        ceiling: Ceiling = UNLIMITED,
        seconds: float | None = None,
        ours: bool = True,
    ) -> Answer:
        """As `EmbeddedStore.answer`. Results are read and written again, so formats look alike everywhere.

        `seconds` lowers the time that the store was given. Rows are ordered here too, by the query's own words, if it
        is one of `ours`. Raises Overflow when the answer grows beyond the ceiling.
        """
        kind = screen(query).kind
        wanted.of(kind)
        graphs = (tuple(default_graphs), tuple(named_graphs))
        raw = self.door.ask(as_sent(query), kind, seconds, graphs, _WORDIER * ceiling.bytes)
        try:
            if kind == "table":
                return write(in_order(query if ours else "", raw), wanted, ceiling)
            triples = [quad.triple for quad in ox.parse(raw, format=ox.RdfFormat.TURTLE)]
            return write_graph(dict.fromkeys(triples), wanted.of("graph"), ceiling)
        except (SyntaxError, ValueError) as error:
            raise self._senseless(error) from error

    def graphs(self, seconds: float | None = None) -> list[str]:
        """As `EmbeddedStore.graphs`; `seconds` lowers the time that the store was given."""
        # Counted: Virtuoso, and Oxigraph 0.5 too, take far longer for a SELECT DISTINCT.
        every = "GRAPH ?graph { ?s ?p ?o }"
        counted = f"SELECT ?graph (COUNT(*) AS ?n) {{ {every} }} GROUP BY ?graph"
        with self._believed():
            rows = self.answer(counted, seconds=seconds).table().rows
            return sorted(row["graph"].value for row in rows if row["graph"])

    def graph(self, name: str) -> Iterator[ox.Quad]:
        """As `EmbeddedStore.graph`."""
        return self._quads(f"GRAPH ?g {{ ?s ?p ?o }} VALUES ?g {{ {ox.NamedNode(name)} }}")

    def match(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None,
    ) -> Iterator[ox.Quad]:
        """As `EmbeddedStore.match`, in named graphs alone; a blank node of ours is in no other server."""
        if any(isinstance(term, ox.BlankNode | ox.Triple) for term in (subject, object)):
            return iter(())
        fixed = zip("spo", (subject, predicate, object), strict=True)
        pattern = " ".join(str(term) if term else f"?{name}" for name, term in fixed)
        known = {"s": subject, "p": predicate, "o": object}
        return self._quads(f"GRAPH ?g {{ {pattern} }}", known)

    def pairs(self, predicate: str) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
        """As `EmbeddedStore.pairs`. Raises SourceUnavailable."""
        with self._believed():
            yield from pairs(self._table, predicate)

    def fetch(self, patterns: Iterable[Pattern], within: Sequence[str]) -> dict[Pattern, Found]:
        """What fits each of many patterns in graphs whose names begin so, in few requests. SourceUnavailable."""
        with self._believed():
            return fetched(self._table, patterns, within)

    def held(self, most: int) -> tuple[HeldCopy, HeldCopy] | None:
        """Two copies of the default graph in memory; None where it has more than `most` statements."""
        version = self.version
        with self._believed():
            found = default_graph(self._table, most)
        if found is None:
            return None
        return HeldCopy(found, version), HeldCopy(found, version)

    def everything(self, within: Sequence[str]) -> Iterator[ox.Quad]:
        """All statements of the graphs whose names begin so, some graphs in each request. SourceUnavailable."""
        with self._believed():
            named = [name for name in self.graphs() if name.startswith(tuple(within))]
            yield from whole(self._table, named)

    def _table(self, query: str) -> bytes:
        return self.door.ask(query, "table")

    @contextlib.contextmanager
    def _believed(self) -> Iterator[None]:
        """Trouble with questions or answers of our own making is the other server's, not whoever asked's."""
        try:
            yield
        except SyntaxFault as fault:
            raise SourceUnavailable(f"The endpoint {self.endpoint}", fault.problem) from fault
        except (SyntaxError, ValueError, KeyError) as error:
            raise self._senseless(error) from error

    def _senseless(self, error: Exception) -> SourceUnavailable:
        why = f"its answer breaks off or is not what SPARQL servers send ({error})."
        return SourceUnavailable(f"The endpoint {self.endpoint}", why)

    def _quads(self, pattern: str, known: Mapping[str, Any] | None = None) -> Iterator[ox.Quad]:
        raw = self.door.ask(f"SELECT * WHERE {{ {pattern} }}", "table")
        rows = ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)
        assert isinstance(rows, ox.QuerySolutions)
        names = {variable.value for variable in rows.variables}
        for row in rows:
            found = {n: row[n] if n in names else (known or {})[n] for n in ("s", "p", "o")}
            yield ox.Quad(found["s"], found["p"], found["o"], row["g"])

    def dump(self, file: Path, format: ox.RdfFormat, default_only: bool = False) -> None:
        """As `EmbeddedStore.dump`, with blank nodes as the server calls them."""
        if default_only:
            every = self.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", Wanted(None, "turtle"))
            file.write_bytes(every.body)
            return
        named = filter(is_curated, self.graphs())
        quads = (quad for name in named for quad in sorted(self.graph(name), key=str))
        ox.serialize(quads, str(file), format=format)

    def holds(self, quad: ox.Quad) -> bool:
        subject = quad.subject
        if isinstance(subject, ox.Triple):
            return False
        return quad in set(self.match(subject, quad.predicate, quad.object))


AnyStore = EmbeddedStore | RemoteStore  # both find statements by pattern
