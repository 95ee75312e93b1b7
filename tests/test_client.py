"""The graph from a program: our own client over HTTP and without it, and clients that strangers have already."""

from __future__ import annotations

import datetime

import pandas
import pytest
from rdflib import URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

from kg import connect
from kg.client import Graph
from kg.errors import BadParameter, KgError, Refused, SourceUnavailable, SyntaxFault, UnknownQuery
from kg.namespaces import BASE, TERMS

PITTSBURGH = f"{BASE}city/us-pittsburgh"


@pytest.fixture(scope="module", params=["here", "there"])
def graph(request: pytest.FixtureRequest, site: str, house, monkeypatch_module) -> Graph:
    monkeypatch_module.setenv("KG_HOUSE", str(house.root))
    return connect(site if request.param == "there" else None)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_a_saved_question_comes_back_as_rows_of_python_values(graph: Graph, site: str):
    rows = graph.ask("acts-of-a-place", place="city:us-pittsburgh")
    named = pandas.read_csv(f"{site}/queries/acts-of-a-place.csv?place=city:us-pittsburgh")
    assert len(rows) == len(named) > 1
    assert rows.columns == list(named.columns)
    assert rows.question.startswith("Which acts")
    (seen,) = graph.sparql("SELECT ?day { ?evidence hrc:seenOn ?day } ORDER BY ?day LIMIT 1")
    assert isinstance(seen["day"], datetime.date)
    frame = rows.to_frame()
    assert list(frame.columns) == rows.columns
    assert len(frame) == len(rows)


def test_it_can_be_cited(graph: Graph):
    cited = graph.ask("acts-of-a-place", place="us-pittsburgh").citation
    assert "SHA-256" in cited
    assert "acts-of-a-place" in cited
    assert "Pittsburgh" in cited or "us-pittsburgh" in cited


def test_here_and_there_say_the_same(site: str, house, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KG_HOUSE", str(house.root))
    here, there = connect(), connect(site)
    assert here.questions == there.questions
    for name in ("practices-at-an-intersection", "status-of-places"):
        assert list(here.ask(name)) == list(there.ask(name))
    assert here.thing("city:us-pittsburgh") == there.thing(PITTSBURGH)


def test_sparql_needs_no_prefixes_of_ours(graph: Graph):
    rows = graph.sparql("SELECT (COUNT(?city) AS ?n) WHERE { ?city a hrc:City }")
    assert isinstance(rows[0]["n"], int)
    assert rows[0]["n"] > 100
    turtle = graph.sparql("CONSTRUCT { ?s a hrc:State } WHERE { ?s a hrc:State }")
    assert isinstance(turtle, str)
    assert "state:us" in turtle
    with pytest.raises(Refused, match="saved questions"):
        _ = rows.citation


def test_a_thing_comes_with_its_evidence(graph: Graph):
    thing = graph.thing("city/us-pittsburgh")
    assert thing["label"] == {"en": "Pittsburgh"}
    assert len(thing["evidence"]) > 2


def test_what_is_wrong_is_said(graph: Graph):
    with pytest.raises(UnknownQuery, match="No query is called 'nope'"):
        graph.ask("nope")
    with pytest.raises(BadParameter, match="no Place here is called 'atlantis'") as wrong:
        graph.ask("acts-of-a-place", place="atlantis")
    assert wrong.value.name == "place"
    with pytest.raises((SyntaxFault, Refused)):
        graph.sparql("SELECT WHERE {")
    with pytest.raises(KgError, match="called"):
        graph.thing("city/atlantis")


def test_a_server_that_is_not_there():
    with pytest.raises(SourceUnavailable, match="no address"):
        connect("nowhere")
    with pytest.raises(SourceUnavailable, match="does not answer"):
        connect("http://127.0.0.1:9").ask("acts-of-a-place")


# Strangers' clients -----------------------------------------------------------------------------


def test_sparqlwrapper_asks_unaided(site: str):
    asked = SPARQLWrapper(f"{site}/sparql")
    asked.setQuery(
        f"SELECT ?label {{ <{PITTSBURGH}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"
    )
    asked.setReturnFormat(JSON)
    rows = asked.queryAndConvert()["results"]["bindings"]
    assert [row["label"]["value"] for row in rows] == ["Pittsburgh"]


def test_rdflibs_remote_store_asks_unaided(site: str):
    store = SPARQLStore(f"{site}/sparql")
    label = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
    found = [value for (_, _, value), _ in store.triples((URIRef(PITTSBURGH), label, None))]
    assert [str(value) for value in found] == ["Pittsburgh"]
    assert (
        len(
            list(
                store.query(
                    "SELECT ?g { GRAPH ?g { ?s a <http://rdfs.org/ns/void#DatasetDescription> } }"
                )
            )
        )
        == 1
    )


# As SIB's sparql-editor asks an endpoint that it has never seen (its completion of classes and properties).
_COMPLETION = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
  ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
  ?pp void:property ?prop .
  OPTIONAL {
    { ?pp void:classPartition [ void:class ?objectClass ] }
    UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
  }
}"""


def test_an_editor_completes_from_our_void_unaided(site: str):
    asked = SPARQLWrapper(f"{site}/sparql")
    asked.setQuery(_COMPLETION)
    asked.setReturnFormat(JSON)
    asked.setMethod("POST")
    offered = {
        tuple(
            row.get(name, {}).get("value", "") for name in ("subjectClass", "prop", "objectClass")
        )
        for row in asked.queryAndConvert()["results"]["bindings"]
    }
    assert (f"{TERMS}City", f"{TERMS}within", f"{TERMS}State") in offered
    assert (f"{TERMS}Act", f"{TERMS}actOf", f"{TERMS}City") in offered
