"""The W3C's SPARQL 1.0 and 1.1 test suites, run with the engine as this project calls it: queries and their results.

`python -m tests.conformance.sparql [folder]` prints how many tests of each part pass and which do not. The suites lie
in rdflib's source distribution, which pip fetches; a folder that holds `dawg-data-r2` and `sparql11` may be named
instead. `docs/conformance.md` says what came of it.

A test of an evaluation passes when the answer is the expected one: the same variables, the same rows as often and,
where the expected rows are numbered, in that order; blank nodes may bear other names; numbers are compared by what they
are worth, and columns by their names. Of a test of syntax, the engine takes the query, or refuses it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection

from tests.conformance.sources import tell, unpacked

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
XSD = "http://www.w3.org/2001/XMLSchema#"

_10 = ["syntax-sparql1", "syntax-sparql2", "syntax-sparql3", "syntax-sparql4", "syntax-sparql5"]
PARTS: dict[str, list[str]] = {
    "SPARQL 1.0, evaluation of queries": ["dawg-data-r2/manifest-evaluation.ttl"],
    "SPARQL 1.0, syntax of queries": [f"dawg-data-r2/{name}/manifest.ttl" for name in _10],
    "SPARQL 1.1, evaluation of queries": [
        f"sparql11/{name}/manifest.ttl"
        for name in (
            *("aggregates", "bind", "bindings", "construct", "exists", "functions", "grouping"),
            *("negation", "project-expression", "property-path", "subquery"),
        )
    ],
    "SPARQL 1.1, syntax of queries": ["sparql11/syntax-query/manifest.ttl"],
    "SPARQL 1.1, results as JSON": ["sparql11/json-res/manifest.ttl"],
    "SPARQL 1.1, results as CSV and TSV": ["sparql11/csv-tsv-res/manifest.ttl"],
}
_NUMBERS = {
    f"{XSD}{name}"
    for name in (
        *("integer", "decimal", "float", "double", "nonPositiveInteger", "negativeInteger"),
        *("long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
_FORMATS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """One test: its name, kind and query, what is asked, and the file of what is expected."""

    name: str
    kind: str
    query: Path
    data: tuple[Path, ...]
    graphs: tuple[Path, ...]
    expected: Path | None
    lax: bool  # rows may come more seldom than is expected

    def passes(self) -> bool:
        text = self.query.read_text(encoding="utf-8")
        store = ox.Store()
        if "Syntax" in self.kind:
            try:
                store.query(text, base_iri=self.query.as_uri())
            except SyntaxError:
                return self.kind.startswith("Negative")
            except RuntimeError:  # it was read, and something in it is not known here
                pass
            return self.kind.startswith("Positive")
        self._fill(store, text)
        assert self.expected
        try:
            answer = store.query(text, base_iri=self.query.as_uri())
            return self._is_expected(answer)
        except (SyntaxError, RuntimeError, ValueError):
            return False

    def _fill(self, store: ox.Store, text: str) -> None:
        """The data of the test, and what its query names in FROM, which is taken from the store and not fetched."""
        for file in self.data:
            store.load(path=str(file), base_iri=file.as_uri())
        named = [self.query.parent / name for name in _FROM.findall(text)]
        for file in {*self.graphs, *(file for file in named if file.is_file())}:
            graph = ox.NamedNode(file.as_uri())
            store.load(path=str(file), base_iri=file.as_uri(), to_graph=graph)

    def _is_expected(self, answer: Any) -> bool:
        assert self.expected
        if isinstance(answer, ox.QueryTriples):
            return canonical(answer) == canonical(
                quad.triple
                for quad in ox.parse(path=str(self.expected), base_iri=self.expected.as_uri())
            )
        if self.expected.suffix == ".csv":
            written = answer.serialize(format=ox.QueryResultsFormat.CSV).decode()
            return spreadsheet(written) == spreadsheet(self.expected.read_text(encoding="utf-8"))
        if self.expected.suffix == ".srj":  # as we write it, too
            again = answer.serialize(format=ox.QueryResultsFormat.JSON)
            answer = ox.parse_query_results(again, format=ox.QueryResultsFormat.JSON)
        expected, ordered = results(self.expected)
        if isinstance(expected, bool) or isinstance(answer, ox.QueryBoolean):
            return bool(answer) is expected
        return same(expected, listed(answer), ordered, self.lax)


# What is expected, and whether it is the answer --------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    variables: frozenset[str]
    rows: list[dict[str, Any]]


def listed(answer: ox.QuerySolutions) -> Table:
    names = [variable.value for variable in answer.variables]
    rows = [{name: row[name] for name in names if row[name] is not None} for row in answer]
    return Table(frozenset(names), rows)


def results(file: Path) -> tuple[Table | bool, bool]:
    """The answer that a file of results holds, and whether it numbers its rows."""
    if file.suffix in _FORMATS:
        held = ox.parse_query_results(path=str(file), format=_FORMATS[file.suffix])
        return (bool(held), False) if isinstance(held, ox.QueryBoolean) else (listed(held), False)
    graph = Graph().parse(file, publicID=file.as_uri())
    root = graph.value(predicate=RDF.type, object=RS.ResultSet)
    said = graph.value(root, RS.boolean)
    if said is not None:
        return str(said) == "true", False
    names = frozenset(str(name) for name in graph.objects(root, RS.resultVariable))
    solutions = sorted(
        graph.objects(root, RS.solution), key=lambda one: int(graph.value(one, RS.index) or 0)
    )
    rows = [
        {
            str(graph.value(pair, RS.variable)): term(graph.value(pair, RS.value))
            for pair in graph.objects(one, RS.binding)
        }
        for one in solutions
    ]
    return Table(names, rows), any(graph.value(one, RS.index) for one in solutions)


def term(node: Any) -> Any:
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or f"{XSD}string")))


def same(expected: Table, found: Table, ordered: bool, lax: bool) -> bool:
    if expected.variables != found.variables:
        return False
    names = sorted(expected.variables)
    theirs, ours = ([_row(row, names) for row in table.rows] for table in (expected, found))
    if lax:
        many, few = Counter(theirs), Counter(ours)
        return set(many) == set(few) and all(few[row] <= many[row] for row in few)
    if ordered:
        return _matched(theirs, ours, {}, ordered=True)
    plain = [Counter(row for row in rows if not _blank(row)) for rows in (theirs, ours)]
    blank = [[row for row in rows if _blank(row)] for rows in (theirs, ours)]
    return plain[0] == plain[1] and _matched(*blank, {}, ordered=False)


def _row(row: Mapping[str, Any], names: Sequence[str]) -> Row:
    return tuple(_worth(row.get(name)) for name in names)


def _worth(value: Any) -> Any:
    """A term; in the place of a number, its kind and what it is worth."""
    if isinstance(value, ox.Literal) and value.datatype.value in _NUMBERS:
        kind = value.datatype.value
        wide = kind in (f"{XSD}float", f"{XSD}double")
        try:
            return kind, str(float(value.value)) if wide else Decimal(value.value).normalize()
        except ArithmeticError:
            return value
        except ValueError:
            return value
    return value


def _blank(row: Row) -> bool:
    return any(isinstance(value, ox.BlankNode) for value in row)


def _matched(theirs: list[Row], ours: list[Row], known: dict[Any, Any], ordered: bool) -> bool:
    """Whether rows are the same but for the names of blank nodes, one name for one throughout."""
    if len(theirs) != len(ours):
        return False
    if not theirs:
        return True
    for place, row in enumerate(ours[:1] if ordered else ours):
        more = _paired(theirs[0], row, known)
        if more is not None and _matched(
            theirs[1:], ours[:place] + ours[place + 1 :], more, ordered
        ):
            return True
    return False


def _paired(left: Row, right: Row, known: dict[Any, Any]) -> dict[Any, Any] | None:
    more = dict(known)
    for one, other in zip(left, right, strict=True):
        if isinstance(one, ox.BlankNode) and isinstance(other, ox.BlankNode):
            if more.setdefault(one, other) != other or list(more.values()).count(other) > 1:
                return None
        elif one != other:
            return None
    return more


def canonical(triples: Any) -> set[str]:
    dataset = ox.Dataset(ox.Quad(one.subject, one.predicate, one.object) for one in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def spreadsheet(text: str) -> Counter[frozenset[tuple[str, str]]]:
    """Rows of a CSV text, each by the names of its columns."""
    return Counter(
        frozenset((name, "_:" if cell.startswith("_:") else cell) for name, cell in row.items())
        for row in csv.DictReader(text.splitlines())
    )


# The suites ----------------------------------------------------------------------------------------------------


def fetch(into: Path) -> Path:
    """The folder of the suites in the source distribution of the installed rdflib. Raises Unfetched."""
    return unpacked("rdflib", into) / "test" / "data" / "suites" / "w3c"


def cases(manifest: Path) -> Iterator[Case]:
    """The tests that a manifest lists, in its order, with those of the manifests that it includes."""
    graph = Graph().parse(manifest, publicID=manifest.as_uri())
    for included in graph.objects(URIRef(manifest.as_uri()), MF.include):
        for one in Collection(graph, included):
            yield from cases(_file(one))
    for entries in graph.objects(URIRef(manifest.as_uri()), MF.entries):
        for test in Collection(graph, entries):
            yield _case(graph, test, manifest)


def _case(graph: Graph, test: Any, manifest: Path) -> Case:
    action = graph.value(test, MF.action)
    kind = str(graph.value(test, RDF.type)).rpartition("#")[2]
    asked = action if "Syntax" in kind else graph.value(action, QT.query)
    result = graph.value(test, MF.result)
    return Case(
        f"{manifest.parent.name}/{str(test).rpartition('#')[2]}",
        kind,
        _file(asked),
        tuple(_file(one) for one in graph.objects(action, QT.data)),
        tuple(_file(one) for one in graph.objects(action, QT.graphData)),
        _file(result) if isinstance(result, URIRef) else None,
        graph.value(test, MF.resultCardinality) == MF.LaxCardinality,
    )


def _file(named: Any) -> Path:
    return Path(str(named).removeprefix("file://"))


def summary(folder: Path) -> str:
    """Pass counts and failing names, as docs/conformance.md has them."""
    lines = []
    for part, manifests in PARTS.items():
        tests = [case for name in manifests for case in cases((folder / name).resolve())]
        failed = [case.name for case in tests if not case.passes()]
        lines.append(f"- {part}: {len(tests) - len(failed)} of {len(tests)}")
        lines += [f"  - `{name}`" for name in failed]
    return "\n".join(lines)


if __name__ == "__main__":
    tell(fetch, summary)
