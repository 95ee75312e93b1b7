"""What the graph holds, how well it rests on sources, and what is thin: the curation report.

Each section is a table that one SPARQL query (or, for the twenty competency questions, the saved query itself)
answers, so that every figure can be asked again. A *fact* is one statement, a thing with a property and a value,
for which there is evidence; it is *weak* where one source alone carries it and that source is of the press or of
another kind, neither an official record, nor the organisation itself, nor scholarship.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.answers import Table, Term, Wanted
from kg.house import House
from kg.namespaces import PREFIXES
from kg.queries import Query, every
from kg.store import Store

COMPETENCY_QUESTIONS = 20
_HEAD = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n"
    for name in (
        *("eli", "grade", "hrc", "rdfs", "region"),
        *("schema", "skos", "stage-type", "wgs84"),
    )
)
_LOCAL = "VALUES ?kind { hrc:City hrc:County hrc:Village hrc:Settlement } ?place a ?kind ."
_FACTS = """{ SELECT ?thing ?property ?value (COUNT(DISTINCT ?source) AS ?sources)
    (COUNT(DISTINCT ?firm) AS ?firmly) WHERE {
  ?evidence hrc:about ?thing ; hrc:supports ?property ; hrc:source ?source .
  ?thing ?property ?value .
  OPTIONAL { ?evidence hrc:supportsValue ?said }
  FILTER(!BOUND(?said) || ?said = ?value)
  OPTIONAL { ?source hrc:grade ?grade .
    FILTER(?grade NOT IN (grade:press, grade:other)) BIND(?source AS ?firm) }
} GROUP BY ?thing ?property ?value }"""

COUNTS = {
    "places (cities, counties, villages, settlements)": f"{_LOCAL} BIND(?place AS ?x)",
    "countries with such a place": f"{_LOCAL} ?place hrc:within+ ?x . ?x a hrc:State",
    "places in the global South": f"{_LOCAL} ?place hrc:within+ region:global-south BIND(?place AS ?x)",
    "acts": "?x a hrc:Act",
    "acts rejected, withdrawn, lapsed, repealed or amended": """?x a hrc:Act ; hrc:stage/hrc:stageType ?step .
      FILTER(?step IN (stage-type:rejected, stage-type:withdrawn, stage-type:lapsed,
                       stage-type:repealed, stage-type:amended))""",
    "acts with a number, a dated stage, a body and a cited text or a right": """?x a hrc:Act ; eli:number ?number ;
      hrc:stage ?stage ; hrc:passedBy ?body ; eli:cites|hrc:concerns|hrc:names ?content""",
    "acts with four or more pieces of evidence and a dated stage": """?x a hrc:Act ; hrc:stage ?stage .
      { SELECT ?x (COUNT(?evidence) AS ?pieces) { ?evidence hrc:about ?x . ?x a hrc:Act } GROUP BY ?x }
      FILTER(?pieces >= 4)""",
    "follow-ups of acts": "?x hrc:follows ?act",
    "searches for follow-up that found nothing": "?x a hrc:Search",
    "actors": "?x a/rdfs:subClassOf* hrc:Actor",
    "memberships": "?x a hrc:Membership",
    "memberships with a beginning or an end": "?x a hrc:Membership ; hrc:began|hrc:ended ?day",
    "frameworks, instruments and templates": "?x a/rdfs:subClassOf* hrc:Framework",
    "what States did about treaties": "?x a hrc:TreatyAction",
    "States of which such a thing is known": "?action a hrc:TreatyAction ; hrc:actionOf ?x",
    "recommendations of reviews and treaty bodies": "?x a hrc:Recommendation",
    "intersectional positions": "?x a hrc:IntersectionalPosition",
    "claims in a disagreement": "?disagreement hrc:party ?x",
    "disagreements": "?x a hrc:Disagreement",
    "sources": "?x a hrc:Source",
    "pieces of evidence": "?x a hrc:Evidence",
    "places with coordinates": f"{_LOCAL} ?place wgs84:lat ?latitude BIND(?place AS ?x)",
    "places with an identifier of others": f"{_LOCAL} ?place skos:exactMatch ?other BIND(?place AS ?x)",
}

BY_COUNTRY = f"""SELECT ?country (COUNT(DISTINCT ?place) AS ?places) (COUNT(DISTINCT ?act) AS ?acts)
  (COUNT(DISTINCT ?follow) AS ?followUps) (COUNT(DISTINCT ?source) AS ?sources)
WHERE {{
  {_LOCAL} ?place hrc:within+ ?state . ?state a hrc:State ; rdfs:label ?country .
  OPTIONAL {{ ?act hrc:actOf ?place }}
  OPTIONAL {{ ?act hrc:actOf ?place . ?follow hrc:follows ?act }}
  OPTIONAL {{ {{ ?evidence hrc:about ?place }} UNION {{ ?evidence hrc:about/hrc:actOf ?place }}
    ?evidence hrc:source ?source }}
}} GROUP BY ?country ORDER BY DESC(?acts) DESC(?places) ?country"""

BY_GRADE = """SELECT ?grade (COUNT(DISTINCT ?source) AS ?sources) (COUNT(DISTINCT ?evidence) AS ?evidenceOfIt)
WHERE { ?source a hrc:Source ; hrc:grade/skos:prefLabel ?grade FILTER(LANG(?grade) = "en")
  OPTIONAL { ?evidence hrc:source ?source } }
GROUP BY ?grade ORDER BY DESC(?evidenceOfIt) ?grade"""

FACTS = f"""SELECT (COUNT(*) AS ?facts) (SUM(IF(?sources > 1, 1, 0)) AS ?twoSourcesOrMore)
  (SUM(IF(?sources = 1 && ?firmly = 0, 1, 0)) AS ?weak) WHERE {{ {_FACTS} }}"""

BY_HOST = """SELECT ?host (COUNT(DISTINCT ?source) AS ?sources)
WHERE { ?source a hrc:Source ; schema:url ?url .
  BIND(REPLACE(STRBEFORE(STRAFTER(CONCAT(STR(?url), "/"), "//"), "/"), "^www[.]", "") AS ?host)
} GROUP BY ?host ORDER BY DESC(?sources) ?host"""

THIN = f"""SELECT ?country ?place ?lacks WHERE {{
  {_LOCAL} ?place hrc:within+ ?state . ?state a hrc:State ; rdfs:label ?country .
  OPTIONAL {{ ?act hrc:actOf ?place }}
  OPTIONAL {{ ?act hrc:actOf ?place . ?follow hrc:follows ?act }}
  OPTIONAL {{ ?act hrc:actOf ?place . ?search hrc:searchedFor ?act }}
  BIND(IF(!BOUND(?act), "no act", IF(!BOUND(?follow) && !BOUND(?search), "nobody looked for follow-up", "")) AS ?lacks)
  FILTER(?lacks != "")
}}"""


@dataclass(frozen=True)
class Section:
    """One table of the report: what it counts, in words, and its rows."""

    title: str
    about: str
    table: Table


def report(house: House, store: Store) -> Iterator[Section]:
    """The sections, each computed as it is asked for."""
    yield Section("What there is", "", _counts(store))
    yield Section("By country", "Acts and follow-ups of local places.", _asked(store, BY_COUNTRY))
    yield Section(
        "What is thin", "Places on which the graph says little, by country.", _thin(store)
    )
    yield Section("By grade of source", "", _asked(store, BY_GRADE))
    facts = _asked(store, FACTS)
    yield Section(
        "Facts and their sources",
        "A fact is weak where one source of the press or of another kind carries it alone.",
        _with_shares(facts),
    )
    yield Section(
        "Sources by host", "The thirty that gave most.", _first(_asked(store, BY_HOST), 30)
    )
    yield Section(
        "The twenty questions",
        "Rows with the parameters as they stand in the file, and what is missing.",
        _questions(house, store),
    )


def competency(house: House) -> list[Query]:
    """The saved queries that answer a competency question, by its number."""
    return sorted((query for query in every(house) if query.competency), key=lambda q: q.competency)


def _asked(store: Store, query: str) -> Table:
    return store.answer(_HEAD + query).table()


def _counts(store: Store) -> Table:
    rows = []
    for name, pattern in COUNTS.items():
        found = _asked(store, f"SELECT (COUNT(DISTINCT ?x) AS ?count) WHERE {{ {pattern} }}")
        rows.append({"what": _text(name), "count": found.rows[0]["count"]})
    return Table(["what", "count"], rows)


def _thin(store: Store) -> Table:
    counted: dict[tuple[str, str], set[str]] = {}
    for row in _asked(store, THIN).rows:
        country, place, lacks = (str(row[name]) for name in ("country", "place", "lacks"))
        counted.setdefault((country, lacks), set()).add(place)
    rows: list[dict[str, Term | None]] = [
        {"country": _text(country), "lacks": _text(lacks), "places": _text(str(len(places)))}
        for (country, lacks), places in sorted(counted.items())
    ]
    return Table(["country", "lacks", "places"], rows)


def _with_shares(table: Table) -> Table:
    row = table.rows[0]
    total = int(_number(row, "facts")) or 1
    rows = [
        {
            "what": _text(what),
            "facts": row[column],
            "share": _text(f"{100 * int(_number(row, column)) / total:.1f} %"),
        }
        for what, column in (
            ("all facts with evidence", "facts"),
            ("with two or more sources", "twoSourcesOrMore"),
            ("weak", "weak"),
        )
    ]
    return Table(["what", "facts", "share"], rows)


def _questions(house: House, store: Store) -> Table:
    rows = []
    for query in competency(house):
        found = store.answer(query.text, Wanted("json", "ntriples"))
        rows.append(
            {
                "number": _text(str(query.competency)),
                "question": _text(query.summary),
                "query": _text(query.name),
                "rows": _text(str(len(found.table()))),
                "missing": _text(query.missing) if query.missing else None,
            }
        )
    return Table(["number", "question", "query", "rows", "missing"], rows)


def _first(table: Table, count: int) -> Table:
    return Table(table.columns, table.rows[:count])


def _number(row: dict[str, Term | None], column: str) -> str:
    term = row[column]
    return term.value if term else "0"


def _text(words: str) -> Term:
    return Term("literal", words)


def as_data(section: Section) -> dict[str, object]:
    """A section as plain lists and strings, for JSON."""
    rows = [[str(term) if term else None for term in row] for row in section.table]
    return {
        "title": section.title,
        "about": section.about,
        "columns": section.table.columns,
        "rows": rows,
    }
