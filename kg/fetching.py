"""Statements asked of another server by the hundred: many patterns in one query, page after page.

A pattern is three terms, None for whatever. Each page holds patterns of one kind (all subjects, say) as rows of VALUES
and nothing else, for Virtuoso 7 loses its way in a further column with numbers. What is asked is made of terms alone,
each of which was checked and is written with its escapes: whoever brings a term cannot bring words of a query.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import pyoxigraph as ox

Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal | ox.Triple
Pattern = tuple[Node | None, ox.NamedNode | None, Term | None]
Found = list[tuple[ox.Triple, str]]  # statements, each with the name of a graph that it stands in
Ask = Callable[[str], bytes]  # a query to JSON results

_ROWS = 400  # patterns of one query
_BYTES = 60_000  # of their terms; a server may refuse longer queries
_LONGEST = 20_000  # signs of a term that is looked for
_STATEMENTS = 20_000  # of one answer, or of one property
_GRAPHS = 40  # read whole by one query
_IRI = re.compile(r'[^<>"{}|^`\\\x00-\x20]++')


def fetched(ask: Ask, patterns: Iterable[Pattern], within: Sequence[str]) -> dict[Pattern, Found]:
    """What fits each pattern in the named graphs whose names begin with one of `within`.

    What stands in no other server (a blank node of ours), and a text of enormous length, is not asked about.
    """
    found: dict[Pattern, Found] = {one: [] for one in patterns}
    for page in _pages(filter(_can_be_elsewhere, found)):
        bound = [term is not None for term in page[0]]
        for quad in _rows(ask(_query(page, within))):
            s, p, o = (
                term if given else None for term, given in zip(quad.triple, bound, strict=True)
            )
            if (s, p, o) in found and isinstance(quad.graph_name, ox.NamedNode):
                found[s, p, o].append((quad.triple, quad.graph_name.value))
    return found


def whole(ask: Ask, graphs: Sequence[str]) -> Iterator[ox.Quad]:
    """All statements of these graphs, some graphs at a time."""
    for start in range(0, len(graphs), _GRAPHS):
        names = " ".join(str(ox.NamedNode(name)) for name in graphs[start : start + _GRAPHS])
        raw = ask(f"SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ ?s ?p ?o }} VALUES ?g {{ {names} }} }}")
        yield from _rows(raw)


def default_graph(ask: Ask, most: int) -> list[ox.Triple] | None:
    """All statements of the default graph, some properties at a time; None where there are more than `most`."""
    counted = _solutions(ask("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"))
    sizes = {row["p"].value: int(row["n"].value) for row in counted}
    if sum(sizes.values()) > most:
        return None
    found: list[ox.Triple] = []
    page: list[str] = []
    for name in sorted(sizes, key=sizes.__getitem__):
        page.append(name)
        if sum(sizes[one] for one in page) > _STATEMENTS:
            found += _of_properties(ask, page)
            page = []
    return found + _of_properties(ask, page)


def _of_properties(ask: Ask, names: Sequence[str]) -> list[ox.Triple]:
    if not names:
        return []
    these = " ".join(str(ox.NamedNode(name)) for name in names)
    rows = _solutions(ask(f"SELECT ?s ?p ?o {{ VALUES ?p {{ {these} }} ?s ?p ?o }}"))
    return [ox.Triple(row["s"], row["p"], row["o"]) for row in rows]


def pairs(ask: Ask, predicate: str) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    """Who has a property in the default graph, and what its value is, each once; blank nodes are left out."""
    raw = ask(f"SELECT DISTINCT ?s ?o {{ ?s {ox.NamedNode(predicate)} ?o FILTER(ISIRI(?s)) }}")
    for row in _solutions(raw):
        if isinstance(row["o"], ox.NamedNode | ox.Literal):
            yield row["s"].value, row["o"]


def _pages(patterns: Iterable[Pattern]) -> Iterator[list[Pattern]]:
    """Patterns of one kind together, as many as one query may have."""
    kinds: dict[object, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        of_one = pattern[1] if isinstance(pattern[2], ox.Literal) else None
        kinds[of_one, tuple(term is not None for term in pattern)].append(pattern)
    for same in kinds.values():
        page: list[Pattern] = []
        size = 0
        for pattern in same:
            size += sum(len(str(term)) for term in pattern if term is not None)
            if page and (len(page) == _ROWS or size > _BYTES):
                yield page
                page, size = [], 0
            page.append(pattern)
        yield page


def _query(page: Sequence[Pattern], within: Sequence[str]) -> str:
    _, predicate, object = page[0]
    # Virtuoso 7 finds no long text with a language beside another column: then the property stands in the pattern.
    apart = predicate is not None and isinstance(object, ox.Literal)
    terms = [(s, None if apart else p, o) for s, p, o in page]
    given = [name for name, term in zip("spo", terms[0], strict=True) if term is not None]
    rows = "\n".join(
        f"({' '.join(str(term) for term in row if term is not None)})" for row in terms
    )
    beyond = f"{predicate} ?o }} BIND({predicate} AS ?p)" if apart else "?p ?o }"
    begins = " || ".join(f"STRSTARTS(STR(?g), {ox.Literal(start)})" for start in within)
    variables = " ".join(f"?{name}" for name in given)
    return (
        f"SELECT ?s ?p ?o ?g {{ VALUES ({variables}) {{\n{rows}\n}} GRAPH ?g {{ ?s {beyond} "
        f"FILTER({begins}) }}"
    )


def _rows(raw: bytes) -> Iterator[ox.Quad]:
    for row in _solutions(raw):
        yield ox.Quad(row["s"], row["p"], row["o"], row["g"])


def _solutions(raw: bytes) -> ox.QuerySolutions:
    rows = ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)
    if not isinstance(rows, ox.QuerySolutions):
        raise ValueError("rows were asked for")
    return rows


def _can_be_elsewhere(pattern: Pattern) -> bool:
    """Whether a pattern names something, and nothing that only this process has or that is not RDF 1.1."""
    named = [term for term in pattern if term is not None]
    return bool(named) and all(map(_is_plain, named))


def _is_plain(term: Term) -> bool:
    if len(str(term)) > _LONGEST:
        return False
    if isinstance(term, ox.Literal):
        return _IRI.fullmatch(term.datatype.value) is not None and "--" not in (term.language or "")
    return isinstance(term, ox.NamedNode) and _IRI.fullmatch(term.value) is not None
