"""The door to other people's SPARQL endpoints: one request, its answer whole and believed only so far, or why not.

Everything that an endpoint can do to us is turned into one of few sentences: it is away, slow, asks us to wait, sends a
page or half an answer or too much. Nothing that it sends is executed, fetched or written as it came.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError

import pyoxigraph as ox

from kg import __version__
from kg.endpoint import retry_after
from kg.enriching import guard
from kg.enriching.settings import Endpoint, Field
from kg.errors import KgError

AGENT = f"human-rights-cities-kg/{__version__} (+https://w3id.org/hrcities/) SPARQLWrapper"
MOST_BYTES = 20_000_000  # of one answer
_PIECE = 65_536

Value = ox.NamedNode | ox.Literal
Phrase = tuple[str, str, Value]  # the item asked about, the field, the value


class EndpointTrouble(KgError):
    """An endpoint that did not answer a request; `wait` is how many seconds it asks us to stay away, if it does.

    `smaller` says that a request for less might be answered.
    """

    def __init__(
        self, title: str, why: str, wait: float | None = None, smaller: bool = False
    ) -> None:
        super().__init__(title, why)
        self.title, self.why, self.wait, self.smaller = title, why, wait, smaller

    def __str__(self) -> str:
        return f"{self.title}: {self.why}."


@dataclass(frozen=True)
class Heard:
    """What one request brought, and how many of its values were not believed, by the reason."""

    said: list[Phrase]
    refused: dict[str, int]


def query_for(endpoint: Endpoint, items: Sequence[str]) -> str:
    """One query for a batch of items: rows of item, field and value."""
    these = " ".join(f"<{item}>" for item in items)
    subject = "?thing" if endpoint.subject else "?item"
    parts = [
        f'{{ {subject} <{field.predicate}> ?value . {_only(field)} BIND("{field.name}" AS ?field) }}'
        for field in endpoint.fields
    ]
    return (
        f"SELECT DISTINCT ?item ?field ?value\nWHERE {{\n  VALUES ?item {{ {these} }}\n"
        f"  {endpoint.subject}\n  " + "\n  UNION\n  ".join(parts) + "\n}"
    )


def _only(field: Field) -> str:
    return 'FILTER(LANG(?value) = "en")' if field.kind == "text" else ""


def ask(endpoint: Endpoint, items: Sequence[str]) -> Heard:
    """Ask about a batch of items. Raises EndpointTrouble."""
    body = fetch(endpoint.title, endpoint.endpoint, query_for(endpoint, items), endpoint.seconds)
    try:
        rows = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if not isinstance(rows, ox.QuerySolutions):
            raise EndpointTrouble(endpoint.title, "it answered a question that was not asked")
        names = {variable.value for variable in rows.variables}
        if not {"item", "field", "value"} <= names:
            raise EndpointTrouble(
                endpoint.title, "its answer lacks the columns that were asked for"
            )
        return _believed(endpoint, set(items), rows)
    except (SyntaxError, ValueError) as error:
        why = "its answer breaks off or is no SPARQL result" if body[:1] == b"{" else _is_page(body)
        raise EndpointTrouble(endpoint.title, why, smaller=body[:1] == b"{") from error


def _is_page(body: bytes) -> str:
    page = body.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html", b"<head"))
    return "it sent a web page instead of an answer" if page else "its answer is no SPARQL result"


def fetch(title: str, address: str, query: str, seconds: float, guarded: bool = False) -> bytes:
    """The body of the answer to a query, as JSON was asked for. Raises EndpointTrouble.

    `guarded`: no address of this machine or its network is asked, whatever the endpoint's name leads to, no proxy is
    used and no redirection followed; nothing of the query is sent before that is known.
    """
    from SPARQLWrapper import JSON, POST

    wrapper = _wrapper(address, guarded)
    wrapper.setTimeout(max(1, round(seconds)))
    wrapper.setMethod(POST)
    wrapper.setQuery(query)
    wrapper.setOnlyConneg(True)
    wrapper.setReturnFormat(JSON)
    end = time.monotonic() + seconds
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    try:
        with closing(wrapper.query().response) as response:
            kind = response.headers.get_content_type()
            body = _whole(title, response, end, seconds)
    except HTTPError as error:
        raise _refusal(title, error) from error
    except SPARQLWrapperException as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, HTTPError):
            raise _refusal(title, cause) from error
        raise EndpointTrouble(title, f"it refused the query ({type(error).__name__})") from error
    except TimeoutError as error:
        raise EndpointTrouble(title, f"no answer within {seconds:g} s", smaller=True) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise EndpointTrouble(title, f"no answer within {seconds:g} s", smaller=True) from error
        if isinstance(error.reason, guard.Private):
            raise EndpointTrouble(title, str(error.reason)) from error
        raise EndpointTrouble(title, f"it cannot be reached ({error.reason})") from error
    except http.client.IncompleteRead as error:
        raise EndpointTrouble(title, "its answer breaks off in the middle", smaller=True) from error
    except (OSError, http.client.HTTPException) as error:
        raise EndpointTrouble(title, f"the connection broke ({error})") from error
    if response.headers.get("X-SQL-State"):  # Virtuoso's sign that it stopped half-way
        raise EndpointTrouble(
            title, "it stopped half-way, so its answer is not whole", smaller=True
        )
    if kind not in ("application/sparql-results+json", "application/json"):
        raise EndpointTrouble(
            title, _is_page(body) if body else f"it sent {kind} instead of an answer"
        )
    return body


def _wrapper(address: str, guarded: bool) -> Any:
    from SPARQLWrapper import SPARQLWrapper

    if not guarded:
        return SPARQLWrapper(address, agent=AGENT)

    class Guarded(SPARQLWrapper):
        def _query(self) -> tuple[Any, str]:
            return guard.open_(self._createRequest(), self.timeout or 1), self.returnFormat

    return Guarded(address, agent=AGENT)


def _whole(title: str, response: http.client.HTTPResponse, end: float, seconds: float) -> bytes:
    """All of an answer, but no more than is wanted and not for longer."""
    pieces, length = [], 0
    while piece := response.read1(_PIECE) if hasattr(response, "read1") else response.read(_PIECE):
        pieces.append(piece)
        length += len(piece)
        if length > MOST_BYTES:
            raise EndpointTrouble(
                title, f"its answer is longer than {MOST_BYTES:,} bytes", smaller=True
            )
        if time.monotonic() > end:
            raise EndpointTrouble(title, f"no whole answer within {seconds:g} s", smaller=True)
    promised = response.headers.get("Content-Length", "")
    if promised.isdecimal() and int(promised) != length:
        raise EndpointTrouble(title, "its answer breaks off in the middle", smaller=True)
    return b"".join(pieces)


def _refusal(title: str, error: HTTPError) -> EndpointTrouble:
    error.close()
    wait = retry_after(error.headers.get("Retry-After") if error.headers else None)
    if error.code in (429, 503):
        return EndpointTrouble(title, f"it asks us to wait (HTTP {error.code})", wait=wait or 60.0)
    if error.code == 504:
        return EndpointTrouble(title, "the query took it too long (HTTP 504)", smaller=True)
    return EndpointTrouble(title, f"it answered with HTTP {error.code}")


def _believed(endpoint: Endpoint, items: set[str], rows: ox.QuerySolutions) -> Heard:
    from kg.enriching.values import as_published, reason_against

    said: list[Phrase] = []
    refused: dict[str, int] = {}
    for row in rows:
        item, name, value = row["item"], row["field"], row["value"]
        field = endpoint.by_name.get(name.value) if isinstance(name, ox.Literal) else None
        if not isinstance(item, ox.NamedNode) or item.value not in items or field is None:
            why = "about something that was not asked"
        elif not isinstance(value, ox.NamedNode | ox.Literal):
            why = "without a name or a text"
        else:
            value = as_published(value)
            why = reason_against(field, value)
            if not why:
                said.append((item.value, field.name, value))
                continue
        refused[why] = refused.get(why, 0) + 1
    return Heard(said, refused)
