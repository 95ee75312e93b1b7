"""What a request asks by the SPARQL 1.1 Protocol, whatever server and framework it came through.

GET with the query in the address, POST of a form, POST of a query. `timeout` is ours: seconds, to be stopped sooner.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.exceptions import BadRequest, Forbidden, UnsupportedMediaType
from werkzeug.http import parse_options_header

from kg.errors import Phrase

MAX_FIELDS = 1_000  # parameters of one request
QUERY, FORM, UPDATE = (
    "application/sparql-query",
    "application/x-www-form-urlencoded",
    "application/sparql-update",
)
_READ_ONLY = Phrase("The graph is read only: updates are not carried out.")
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """The query, None where there is none; the graphs that take the place of its FROM; the seconds it may take.

    `form` is what `format=` said, empty where it said nothing.
    """

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float | None = None
    form: str = ""


def read(method: str, query_string: str, content_type: str, body: bytes) -> Asked:
    """What is asked. Raises BadRequest, Forbidden (an update) and UnsupportedMediaType, each with its sentence."""
    fields = _fields(query_string)
    if method in ("GET", "HEAD"):
        return _asked(fields, _values(fields, "query"), bare=True)
    kind, options = parse_options_header(content_type)
    if options.get("charset", "utf-8").lower() not in ("utf-8", "us-ascii"):
        raise UnsupportedMediaType(
            Phrase("Queries are read as UTF-8; this one says it is something else.")
        )
    if kind == QUERY:
        if _values(fields, "query"):
            raise BadRequest(
                Phrase("The query stands in the body; the address may not have another.")
            )
        return _asked(fields, [_utf8(body)])
    if kind == FORM:
        fields += _fields(_utf8(body))
        return _asked(fields, _values(fields, "query"))
    if kind == UPDATE:
        raise Forbidden(_READ_ONLY)
    raise UnsupportedMediaType(
        Phrase(
            "POST a form (%(form)s) with `query`, or a query as %(query)s.", form=FORM, query=QUERY
        )
    )


def _asked(fields: Fields, queries: list[str], bare: bool = False) -> Asked:
    if _values(fields, "update"):
        raise Forbidden(_READ_ONLY)
    if len(queries) > 1:
        raise BadRequest(Phrase("There is more than one `query`; send one."))
    if not queries and not bare:
        raise BadRequest(Phrase("There is no `query` in this request."))
    return Asked(
        queries[0] if queries else None,
        tuple(_values(fields, "default-graph-uri")),
        tuple(_values(fields, "named-graph-uri")),
        _seconds(_values(fields, "timeout")),
        next(iter(_values(fields, "format")), ""),
    )


def _fields(text: str) -> Fields:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError:
        raise BadRequest(Phrase("What is written with %% in this request is not UTF-8.")) from None
    except ValueError:
        raise BadRequest(
            Phrase("A request may have %(most)s parameters; this one has more.", most=MAX_FIELDS)
        ) from None


def _values(fields: Fields, name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def _seconds(given: list[str]) -> float | None:
    """The time limit that was asked for; the server's own stands above it."""
    if not any(given):
        return None
    try:
        seconds = float(given[0])
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise BadRequest(Phrase("`timeout` is a number of seconds above 0, such as 2 or 0.5."))
    return seconds


def _utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadRequest(Phrase("The body is not UTF-8.")) from None
