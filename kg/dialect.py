"""What differs between SPARQL servers, evened out before a query is sent and after its rows came back.

Measured with Virtuoso 7.2.5: `VALUES ?x { UNDEF }` leaves ?x without a value to the end, so the block, which says
nothing, is left out; ORDER BY compares long or tagged texts by the order in which they were stored, so the rows are
put in order again here, by the engine that orders them in the embedded store.
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.lexer import tokens
from kg.namespaces import BASE

_MODIFIERS = ("LIMIT", "OFFSET", "VALUES", "HAVING")


def as_sent(query: str) -> str:
    """The same query for any server: relative names have a base, and blocks that say nothing are left out."""
    every = list(tokens(query))
    for at in reversed(range(len(every) - 4)):
        words = every[at : at + 5]
        first, path, repeated = words[0], words[2], words[3]
        signs = (words[1].kind, path.text, words[-1].text)
        open_block = first.is_word("VALUES") and repeated.is_word("UNDEF")
        if open_block and signs == ("variable", "{", "}"):
            query = query[: first.start] + query[words[-1].end :]
    relative = any(token.kind == "iri" and ":" not in token.text for token in every)
    return f"BASE <{BASE}> {query}" if relative else query


def in_order(query: str, results: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    """JSON results with their rows in the order that the query asks for, as the embedded store would have them.

    Left as they came: rows with blank nodes, and an order by what is not among the columns.
    Raises SyntaxError or ValueError for what is no SPARQL result.
    """
    rows = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    if isinstance(rows, ox.QueryBoolean) or b'"bnode"' in results:
        return rows
    head, order = _prologue_and_order(query)
    columns = [str(variable) for variable in rows.variables]
    if not order or not {t.text for t in tokens(order) if t.kind == "variable"} <= set(columns):
        return rows
    cells = [list(row) for row in rows]
    lines = "\n".join(f"({' '.join(_written(cell) for cell in row)})" for row in cells)
    block = f"VALUES ({' '.join(columns)}) {{\n{lines}\n}}"
    again = ox.Store().query(f"{head} SELECT {' '.join(columns)} WHERE {{ {block} }} {order}")
    assert isinstance(again, ox.QuerySolutions)
    return again


def _written(cell: object) -> str:
    return "UNDEF" if cell is None else str(cell)


def _prologue_and_order(query: str) -> tuple[str, str]:
    """What stands before the query's first SELECT, and the ORDER BY at its end; nothing where something follows it."""
    every = list(tokens(query))
    first = next((token.start for token in every if token.is_word("SELECT")), 0)
    depth, start = 0, None
    for at, token in enumerate(every):
        depth += (token.text == "{") - (token.text == "}")
        if token.is_word("ORDER") and depth == 0:
            start = at
    if start is None or any(token.is_word(*_MODIFIERS) for token in every[start:]):
        return "", ""
    return query[:first], query[every[start].start :]
