"""The graph from a program or a notebook: `connect()` to the one on this machine, `connect(address)` to a server.

from kg import connect

graph = connect("https://…")            # or connect(): the files of this machine, nothing asked of anybody
rows = graph.ask("acts-of-a-place", place="us-pittsburgh")
rows[0], rows.citation                  # a dict of Python values; how the answer is cited
rows.to_frame()                         # a DataFrame, where pandas is installed
graph.sparql("SELECT ?city WHERE { ?city a hrc:City }")
graph.thing("city/us-pittsburgh")       # JSON-LD with the evidence inside
"""

from __future__ import annotations

import datetime
import importlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from kg.answers import Table, Term
from kg.build import build
from kg.citing import Citation, fingerprint
from kg.describing import about, constructed, framed, words
from kg.errors import BadParameter, KgError, Refused, SourceUnavailable, UnknownQuery
from kg.house import find_house
from kg.namespaces import BASE, PREFIXES, expand
from kg.queries import every, find

_XSD = PREFIXES["xsd"]
_TYPES = {"json": "application/sparql-results+json", "turtle": "text/turtle"}


class Door(Protocol):
    """Where a graph is asked: on this machine, or a server's."""

    def questions(self) -> list[dict[str, Any]]: ...
    def ask(self, name: str, given: Mapping[str, list[str]]) -> tuple[str, Table]: ...
    def cite(self, name: str, given: Mapping[str, list[str]]) -> str: ...
    def sparql(self, text: str) -> Table | str: ...
    def thing(self, iri: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Rows(Sequence[dict[str, Any]]):
    """An answer: a dict for each row, with Python values (numbers, days, truth, texts; a thing is its IRI)."""

    columns: list[str]
    rows: list[dict[str, Any]]
    question: str = ""
    _cite: Any = None

    def __getitem__(self, at: Any) -> Any:
        return self.rows[at]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    @property
    def citation(self) -> str:
        """How the answer to a saved question is cited, with its version and fingerprint."""
        if self._cite is None:
            raise Refused("Only the answers to saved questions are cited; ask one by its name.")
        return str(self._cite())

    def to_frame(self) -> Any:
        """A pandas DataFrame. Raises Refused where pandas is not installed."""
        try:
            pandas = importlib.import_module("pandas")
        except ImportError:
            raise Refused("A DataFrame needs pandas: pip install pandas.") from None
        return pandas.DataFrame(self.rows, columns=self.columns)


class Graph:
    """A graph that is asked. Made by `connect`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The saved questions: name, question, and what each can be asked about."""
        return self._door.questions()

    def ask(self, name: str, **given: Any) -> Rows:
        """The answer to a saved question, by its name. A parameter is a value or a list of them; "any" leaves it open.

        Raises UnknownQuery, BadParameter, SourceUnavailable.
        """
        values = {parameter: _texts(value) for parameter, value in given.items()}
        question, table = self._door.ask(name, values)
        return _rows(table, question, lambda: self._door.cite(name, values))

    def sparql(self, text: str) -> Rows | str:
        """The rows of a SELECT or ASK; Turtle of a CONSTRUCT or DESCRIBE. Our prefixes need not be declared.

        Raises SyntaxFault or Refused, and SourceUnavailable.
        """
        answer = self._door.sparql(_with_prefixes(text))
        return answer if isinstance(answer, str) else _rows(answer)

    def thing(self, name: str) -> dict[str, Any]:
        """What is said of a thing, with its evidence, as JSON-LD. `name`: city:x, city/x or the IRI."""
        iri = name if name.startswith(("http://", "https://")) else expand(name) or BASE + name
        return self._door.thing(iri)


def connect(url: str | None = None) -> Graph:
    """The graph of a server at this address; of the files on this machine, without one."""
    return Graph(_Server(url) if url else _Here())


class _Here:
    """The compiled store of this machine."""

    def __init__(self) -> None:
        self._house = find_house()
        self._store = build(self._house).open()

    def questions(self) -> list[dict[str, Any]]:
        return [
            {
                "name": one.name,
                "question": one.summary,
                "parameters": [p.name for p in one.parameters],
            }
            for one in every(self._house)
        ]

    def ask(self, name: str, given: Mapping[str, list[str]]) -> tuple[str, Table]:
        query = find(self._house, name)
        if query.kind != "table":
            raise Refused(f"{name} is answered with a graph. Ask it as SPARQL: {query.name}.rq.")
        return query.summary, self._store.answer(query.bind(given, self._store)).table()

    def cite(self, name: str, given: Mapping[str, list[str]]) -> str:
        query = find(self._house, name)
        answer = self._store.answer(query.bind(given, self._store))
        version = self._store.version
        address = f"{BASE}queries/{name}?{urlencode([*_pairs(given), ('version', version)])}"
        about = "; ".join(f"{key}: {', '.join(some)}" for key, some in query.chosen(given).items())
        today = datetime.datetime.now(datetime.UTC).date()
        rows = len(answer.table())
        cited = Citation(
            name, query.summary, about, rows, version, fingerprint(answer), today, address
        )
        return cited.sentence()

    def sparql(self, text: str) -> Table | str:
        answer = self._store.answer(text)
        return answer.table() if answer.kind == "table" else answer.body.decode()

    def thing(self, iri: str) -> dict[str, Any]:
        triples = constructed(self._store, about(str(ox.NamedNode(iri))))
        if not triples:
            raise Refused(f"Nothing here is called {iri}.")
        return dict(json.loads(framed(triples, words(self._store), iri).body))


class _Server:
    """A server of ours, over HTTP."""

    def __init__(self, url: str, seconds: float = 60.0) -> None:
        import urllib3  # only who asks a server needs it

        if not re.match(r"https?://[^/]", url):
            raise SourceUnavailable(url, "it is no address. Write it like https://example.org/")
        self._root = url.rstrip("/")
        self._pool = urllib3.PoolManager(timeout=seconds, retries=urllib3.Retry(2, status=0))

    def questions(self) -> list[dict[str, Any]]:
        return [
            {
                "name": one["name"],
                "question": one["question"],
                "parameters": [parameter["name"] for parameter in one["parameters"]],
            }
            for one in json.loads(self._get("/queries.json"))
        ]

    def ask(self, name: str, given: Mapping[str, list[str]]) -> tuple[str, Table]:
        known = {one["name"]: one["question"] for one in self.questions()}
        if name not in known:
            raise UnknownQuery(name, sorted(known))
        return known[name], Table.from_json(self._get(f"/queries/{quote(name)}.json", given))

    def cite(self, name: str, given: Mapping[str, list[str]]) -> str:
        return self._get(f"/queries/{quote(name)}/citation.txt", given).decode().strip()

    def sparql(self, text: str) -> Table | str:
        accept = ", ".join(_TYPES.values())
        headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
        body = self._sent("POST", "/sparql", headers, text)
        return Table.from_json(body) if body.lstrip().startswith(b"{") else body.decode()

    def thing(self, iri: str) -> dict[str, Any]:
        path = quote(iri.removeprefix(BASE), safe="/#:")
        return dict(json.loads(self._get(f"/{path}.jsonld")))

    def _get(self, path: str, given: Mapping[str, list[str]] | None = None) -> bytes:
        asked = f"?{urlencode(_pairs(given))}" if given else ""
        return self._sent("GET", path + asked, {})

    def _sent(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> bytes:
        from urllib3.exceptions import HTTPError

        try:
            answer = self._pool.request(
                method, self._root + path, headers=dict(headers), body=body.encode() or None
            )
        except HTTPError as error:
            raise SourceUnavailable(self._root, f"it does not answer ({error})") from error
        if answer.status == 200:
            return answer.data
        raise self._problem(answer.status, answer.data)

    def _problem(self, status: int, body: bytes) -> KgError:
        try:
            said = str(json.loads(body)["detail"])
        except (ValueError, KeyError, TypeError):
            return SourceUnavailable(self._root, f"it answers with the status {status}")
        named = re.match(r"The parameter '(\w+)' cannot be used: (.*)", said, re.DOTALL)
        if named:
            return BadParameter(named[1], named[2])
        return Refused(said) if status < 500 else SourceUnavailable(self._root, said)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        value = [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in value]


def _pairs(given: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in given.items() for value in values]


def _with_prefixes(text: str) -> str:
    """The query with those of our prefixes that it uses and does not declare."""
    declared = set(re.findall(r"(?i)PREFIX\s+([\w-]*):", text))
    used = {name for name in re.findall(r"([A-Za-z][\w-]*):", text) if name in PREFIXES}
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in sorted(used - declared)) + text


def _rows(table: Table, question: str = "", cite: Any = None) -> Rows:
    rows = [{name: _value(term) for name, term in row.items()} for row in table.rows]
    return Rows(table.columns, rows, question, cite)


_READ: dict[str, Any] = {
    **dict.fromkeys(("integer", "int", "long", "nonNegativeInteger"), int),
    **dict.fromkeys(("double", "float"), float),
    "decimal": Decimal,
    "gYear": int,
    "boolean": lambda text: text in ("true", "1"),
    "date": datetime.date.fromisoformat,
    "dateTime": datetime.datetime.fromisoformat,
}


def _value(term: Term | None) -> Any:
    """A cell as Python has it; a text that is not what its datatype says stays a text."""
    if term is None:
        return None
    read = _READ.get(term.datatype.removeprefix(_XSD)) if term.datatype else None
    try:
        return read(term.value) if read else term.value
    except (ValueError, ArithmeticError):
        return term.value
