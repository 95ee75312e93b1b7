"""What holds of curated facts beyond their shapes: nothing twice, no date out of time, real addresses, a floor under
the counts, and every competency question's answer as it was last read by a person.

When data change, some of the answers in tests/snapshots/ change too. `python -m tests.test_curation` writes them
anew; the difference is part of the change and is read like it.
"""

from __future__ import annotations

import csv
import datetime
import io
import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from kg.answers import Term, Wanted
from kg.build import build
from kg.house import House
from kg.namespaces import PREFIXES
from kg.queries import Query
from kg.report import COUNTS, competency, report
from kg.store import EmbeddedStore
from tests.conftest import ROOT, TESTS

SNAPSHOTS = TESTS / "snapshots"
HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in PREFIXES)
# Fewer than this would mean that a file was lost. They are raised when the data grow.
FLOORS = {
    "places (cities, counties, villages, settlements)": 210,
    "countries with such a place": 45,
    "places in the global South": 70,
    "acts": 335,
    "acts rejected, withdrawn, lapsed, repealed or amended": 25,
    "acts with a number, a dated stage, a body and a cited text or a right": 80,
    "follow-ups of acts": 140,
    "searches for follow-up that found nothing": 15,
    "actors": 280,
    "frameworks, instruments and templates": 60,
    "recommendations of reviews and treaty bodies": 85,
    "intersectional positions": 25,
    "claims in a disagreement": 170,
}


def rows(store: EmbeddedStore, query: str) -> list[list[str]]:
    table = store.answer(HEAD + query).table()
    return [[term.value if term else "" for term in row] for row in table]


def twice(found: list[list[str]]) -> dict[tuple[str, ...], set[str]]:
    """The things (first column) that share all the rest, letters and spaces folded."""
    shared: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for thing, *features in found:
        shared[tuple(" ".join(feature.casefold().split()) for feature in features)].add(thing)
    return {features: things for features, things in shared.items() if len(things) > 1}


ALIKE = {
    "places of one name in one State": """SELECT ?x ?label ?state {
        ?x a ?kind ; rdfs:label ?label ; hrc:within+ ?state . VALUES ?kind { hrc:City hrc:Village hrc:Settlement }
        ?state a hrc:State . FILTER(?x != ?state)
        OPTIONAL { ?x hrc:within ?region . ?region a hrc:Region } FILTER(!BOUND(?region)) }""",
    "places of one name in one region": """SELECT ?x ?label ?region { ?x a hrc:City ; rdfs:label ?label ;
        hrc:within ?region . ?region a hrc:Region }""",
    "acts of one title of one place": "SELECT ?x ?label ?place { ?x hrc:actOf ?place ; rdfs:label ?label }",
    "acts of one number and body": """SELECT ?x ?number ?body { ?x eli:number ?number ; hrc:passedBy ?body }""",
    "actors of one name": """SELECT ?x ?label { ?x a ?kind ; rdfs:label ?label . FILTER(LANG(?label) = "en")
        VALUES ?kind { hrc:Actor hrc:LocalGovernment } }""",
    "one membership told twice": """SELECT ?x ?member ?whole ?began ?ended {
        ?x org:member ?member ; org:organization ?whole .
        OPTIONAL { ?x hrc:began ?began } OPTIONAL { ?x hrc:ended ?ended } }""",
    "one action of a State told twice": """SELECT ?x ?state ?treaty ?type { ?x hrc:actionOf ?state ;
        hrc:onTreaty ?treaty ; hrc:treatyActionType ?type . FILTER(?type != treaty-action-type:not-ratified) }""",
    "practices of one name in one place": """SELECT ?x ?label ?place { ?x a hrc:Practice ; rdfs:label ?label ;
        hrc:takesPlaceIn ?place }""",
}


@pytest.mark.parametrize("what", ALIKE)
def test_nothing_has_two_names_of_ours(what: str, store: EmbeddedStore):
    assert twice(rows(store, ALIKE[what])) == {}


def test_a_second_name_for_one_thing_would_be_seen():
    assert twice(
        [["a", "Rights  Office", "x"], ["b", "rights office", "x"], ["c", "Other", "x"]]
    ) == {("rights office", "x"): {"a", "b"}}


def test_no_date_is_out_of_time(store: EmbeddedStore):
    """Nothing happened after it was read, nor before there were cities that kept records."""
    found = rows(
        store,
        """SELECT ?x ?p ?day { ?x ?p ?day . FILTER(DATATYPE(?day) IN (xsd:date, xsd:gYear, xsd:gYearMonth)) }""",
    )
    assert len(found) > 1000
    last = max(day for _, prop, day in found if prop.endswith("#seenOn"))
    assert last <= datetime.datetime.now(datetime.UTC).date().isoformat()
    later = {PREFIXES["hrc"] + "ended"}  # and what was decided of a thing after it was read
    later |= {PREFIXES["hrc"] + "judgedOn", PREFIXES["dcterms"] + "modified"}
    wrong = [
        row for row in found if not row[2][:4] >= "1800" or (row[2] > last and row[1] not in later)
    ]
    assert wrong == []


def is_public(host: str) -> bool:
    """A library's record stands under a bare number: that is allowed where the number is public."""
    if re.fullmatch(r"[\d.]+", host):
        return ipaddress.ip_address(host).is_global
    return bool(re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host))


def test_every_address_is_one_of_the_web(store: EmbeddedStore):
    for source, url in rows(store, "SELECT ?source ?url { ?source schema:url ?url }"):
        parts = urlsplit(url)
        assert parts.scheme in ("http", "https"), (source, url)
        assert is_public(parts.hostname or ""), (source, url)
        assert not re.search(r"\s", url), (source, url)


def test_no_page_is_two_sources(store: EmbeddedStore):
    found = rows(store, "SELECT ?source ?url { ?source schema:url ?url }")
    pages = [[source, re.sub(r"^https?://(www\.)?", "", url).rstrip("/")] for source, url in found]
    assert twice(pages) == {}


def test_no_less_is_known_than_before(house: House, store: EmbeddedStore):
    counted = next(report(house, store)).table.rows
    figures = {str(row["what"]): int(str(row["count"])) for row in counted}
    assert set(FLOORS) <= set(COUNTS)
    assert {what: figures[what] for what in FLOORS if figures[what] < FLOORS[what]} == {}


def answered(query: Query, store: EmbeddedStore) -> str:
    """A competency question's answer over the published data, as its snapshot is kept."""
    table = store.answer(query.text, Wanted("json", "turtle")).table()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(list(_cells(row)) for row in table)
    return out.getvalue()


def _cells(row: list[Term | None]) -> Iterator[str]:
    return (str(term) if term else "" for term in row)


@pytest.mark.parametrize("query", competency(House(ROOT)), ids=lambda query: query.name)
def test_the_answer_is_the_one_last_read(query: Query, store: EmbeddedStore):
    kept = SNAPSHOTS / f"{query.name}.csv"
    again = "If the change is meant, run `python -m tests.test_curation` and read the difference."
    assert kept.is_file(), again
    assert answered(query, store) == kept.read_text(encoding="utf-8"), again


@pytest.mark.parametrize("query", competency(House(ROOT)), ids=lambda query: query.name)
def test_a_thin_answer_says_what_is_missing(query: Query, store: EmbeddedStore):
    thin = len(store.answer(query.text).table()) < 3
    assert query.missing or not thin


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    opened = build(House(ROOT)).open()
    for each in competency(House(ROOT)):
        (SNAPSHOTS / f"{each.name}.csv").write_text(answered(each, opened), encoding="utf-8")
