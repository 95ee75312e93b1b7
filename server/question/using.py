"""What can be done with an answer elsewhere: programs that fetch it, a frame that shows it, words that cite it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import Response, request

from kg.citing import Citation, fingerprint
from kg.columns import columns
from kg.spreadsheet import MEDIA_TYPE, spreadsheet
from server.desk import Desk
from server.languages import language
from server.question.asked import Asked
from server.question.controls import named
from server.question.paging import Whole
from server.versions import versions

NEEDS = ("Node 18 or a browser",)
CITED = {
    "bib": "application/x-bibtex",
    "json": "application/vnd.citationstyles.csl+json",
    "txt": "text/plain",
}


@dataclass(frozen=True)
class Program:
    """A program that fetches the answer: the language it is written in, what it needs, and its text."""

    language: str
    needs: str
    text: str


def programs(asked: Asked) -> list[Program]:
    """Programs that run as they stand, with what is asked filled in."""
    table = asked.query.kind == "table"
    address = root() + asked.data(".csv" if table else ".ttl")
    data = root() + asked.data(".json" if table else ".nt")
    # Quoted as JSON: a string in Python, R and JavaScript alike. An address has no sign that a shell reads in quotes.
    quoted, plain = json.dumps(address), json.dumps(data)
    python, r, script = _GRAPH if not table else _TABLE
    return [
        Program("curl", "", f"curl -fsS '{address}'\n"),
        Program("Python", "pandas" if table else "rdflib", python % (quoted if table else plain)),
        Program("R", "", r % (quoted if table else plain)),
        Program("JavaScript", NEEDS[0], script % plain),
    ]


_TABLE = (
    """import pandas as pd

rows = pd.read_csv(%s)
print(rows)
""",
    """rows <- read.csv(%s, encoding = "UTF-8")
print(rows)
""",
    """fetch(%s)
  .then((answer) => answer.json())
  .then(({ head, results }) => {
    const rows = results.bindings.map((row) =>
      Object.fromEntries(head.vars.map((name) => [name, row[name]?.value])));
    console.log(rows);
    console.log(rows.length, "rows");
  });
""",
)
_GRAPH = (
    """from rdflib import Graph

graph = Graph()
graph.parse(%s, format="nt")
print(len(graph), "statements")
""",
    """statements <- readLines(%s, encoding = "UTF-8")
print(length(statements))
""",
    """fetch(%s)
  .then((answer) => answer.text())
  .then((text) => {
    const statements = text.trim().split("\\n");
    console.log(statements.length, "statements");
  });
""",
)


def root() -> str:
    return request.url_root.rstrip("/")


def frame(asked: Asked) -> str:
    """The HTML that shows the answer in somebody's own page."""
    address = root() + asked.href("/embed", page=1)
    title = asked.query.summary.replace("&", "&amp;").replace('"', "&quot;")
    source = address.replace("&", "&amp;")
    return (
        f'<iframe src="{source}" title="{title}" width="100%" height="480" loading="lazy"></iframe>'
    )


def permanent(desk: Desk, asked: Asked) -> str:
    """The address of this answer in this version of the graph."""
    return root() + asked.href(page=1, size=0, version=versions().name(desk))


def about(desk: Desk, asked: Asked, tongue: str = "en") -> str:
    """What is asked about, as "place: Graz, Vienna; right: any right"."""
    values = asked.query.chosen(asked.given)
    return "; ".join(
        f"{p.label}: {named(desk, p, values[p.name], tongue)}" for p in asked.query.parameters
    )


def citation(desk: Desk, found: Whole, asked: Asked) -> Citation:
    """The answer as it is cited today."""
    return Citation(
        key=asked.query.name,
        question=asked.query.summary,
        about=about(desk, asked),
        rows=found.total,
        version=versions().name(desk),
        fingerprint=fingerprint(found.answer),
        seen=datetime.now(UTC).date(),
        url=permanent(desk, asked),
    )


def quoted(desk: Desk, words: Citation, asked: Asked) -> Citation:
    """A citation of the same answer with the question in the words in which it was asked."""
    return replace(words, question=asked.query.summary, about=about(desk, asked, language()))


def cited(desk: Desk, found: Whole, asked: Asked, form: str) -> Response:
    """The citation in a form that a reference manager reads."""
    words = citation(desk, found, asked)
    body = {"bib": words.bibtex(), "json": words.csl(), "txt": words.sentence() + "\n"}[form]
    response = Response(body, content_type=f"{CITED[form]}; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'inline; filename="{asked.query.name}-citation.{form}"'
    )
    return response


def workbook(desk: Desk, found: Whole, asked: Asked) -> Response:
    """The whole answer as a spreadsheet, with what it is on a second sheet."""
    table = found.answer.table()
    words = citation(desk, found, asked)
    facts = [
        ("Question", asked.query.summary),
        ("Asked about", words.about),
        ("Address", words.url),
        ("Version of the graph", words.version),
        ("Rows", str(words.rows)),
        ("SHA-256 of the rows", words.fingerprint),
        ("Cite as", words.sentence()),
        *(
            (f"Column {one.name}", one.meaning)
            for one in columns(asked.query, table.columns, desk.terms)
        ),
    ]
    response = Response(spreadsheet(table, facts), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.query.name}.xlsx"'
    return response
