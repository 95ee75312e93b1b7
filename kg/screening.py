"""What can be seen of a visitor's query before it is run, and refused with a reason.

Limits on bytes, tokens and nesting are cheap and not enough alone: an engine's parser still runs in a
disposable process (`kg.sandbox`). What is refused here gets a better sentence than a dead process can
give: SERVICE (no request is ever made for a visitor), updates (the graph is read only), and graphs
that the store does not hold (nothing is ever fetched).

The nesting limit stands far below the smallest depth that ended pyoxigraph 0.5.13's process
(842 FILTER EXISTS, 964 IF, 2,197 groups, 6,933 additions without any bracket).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kg.errors import Refused, SyntaxFault, TooLarge
from kg.lexer import Token, tokens

MAX_BYTES = 100_000
MAX_TOKENS = 6_000
MAX_NESTING = 100

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


@dataclass
class Screened:
    """What a query is, as far as its tokens tell: its form and the graphs that it names."""

    form: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    graphs: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What its answer is: a table or a graph."""
        return "graph" if self.form in ("CONSTRUCT", "DESCRIBE") else "table"


def screen(text: str, graphs: Collection[str] | None = None) -> Screened:
    """See what a query is; refuse what is never answered here.

    `graphs` are the names of the graphs that may stand in FROM; None leaves that to the caller.
    Raises TooLarge, Refused, or SyntaxFault when no query form can be found at all.
    """
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise TooLarge(f"A query may have {MAX_BYTES:,} bytes; this one has more.")
    seen = _read(text)
    if not seen.form:
        raise SyntaxFault("The query", "there is no SELECT, ASK, CONSTRUCT or DESCRIBE in it.")
    unknown = [name for name in seen.graphs if graphs is not None and name not in graphs]
    if unknown:
        raise Refused(
            f"The graph <{unknown[0]}> is not one of this store's, and nothing is fetched or read "
            "from elsewhere. Leave FROM out to ask the whole graph."
        )
    return seen


_SUSPECT = tuple(word.lower() for word in ("SERVICE", "FROM", *_UPDATES))


def is_harmless(text: str) -> bool:
    """Whether a look at the letters is enough: nothing in a short text could be refused, whatever its tokens are."""
    brackets = text.count("{") + text.count("(") + text.count("[")
    return len(text) <= MAX_TOKENS and brackets <= MAX_NESTING and not _suspicious(text)


def _suspicious(text: str) -> bool:
    """Whether letters of it read as a word that is looked into; a tenth of the time of a regular expression."""
    small = text.lower()
    return any(word in small for word in _SUSPECT)


def only_known(names: Iterable[str], known: Collection[str]) -> None:
    """Refuse a graph of the protocol's that the store does not hold."""
    for name in names:
        if name not in known:
            raise Refused(f"The graph <{name}> is not one of this store's, and nothing is fetched.")


def _read(text: str) -> Screened:
    seen, depth = Screened(), 0
    before: list[Token] = []
    for count, token in enumerate(tokens(text), start=1):
        if count > MAX_TOKENS:
            raise TooLarge(f"A query may have {MAX_TOKENS:,} words and signs; this one has more.")
        depth = _deeper(token, depth)
        _look(seen, token, before)
        before = [*before[-1:], token]
    return seen


def _deeper(token: Token, depth: int) -> int:
    if token.kind != "mark":
        return depth
    depth += (token.text in "({[") - (token.text in ")}]")
    if depth > MAX_NESTING:
        raise Refused(f"A query may be nested {MAX_NESTING} brackets deep; this one goes deeper.")
    return depth


def _look(seen: Screened, token: Token, before: list[Token]) -> None:
    """Note what one token says, given the two before it."""
    last = before[-1] if before else None
    if token.is_word("SERVICE"):
        raise Refused(
            "SERVICE is not answered: no request to another server is made for a visitor. "
            "Ask that server yourself and join the answers, or take the graph with `kg export`."
        )
    if not seen.form and token.is_word(*_FORMS):
        seen.form = token.text.upper()
    elif not seen.form and token.is_word(*_UPDATES):
        raise Refused("The graph is read only: updates are not carried out.")
    if last is None:
        return
    if token.kind == "iri" and last.kind == "name" and before[0].is_word("PREFIX"):
        seen.prefixes[last.text[:-1]] = token.text[1:-1]
    elif token.kind in ("iri", "name") and _after_from(before):
        seen.graphs.append(_resolved(token, seen.prefixes))


def _after_from(before: list[Token]) -> bool:
    last = before[-1]
    return last.is_word("FROM") or (last.is_word("NAMED") and before[0].is_word("FROM"))


def _resolved(token: Token, prefixes: dict[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix, prefix + ":") + local
