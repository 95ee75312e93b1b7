"""What the data set says of itself is true, and keeps the rules of each vocabulary that it is said in."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from pyshacl import validate
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, RDF, SH, VOID

from kg.describing import EXAMPLES
from kg.describing import VOID as VOID_GRAPH
from kg.namespaces import BASE, PREFIXES, TERMS, shorten
from kg.queries import every
from kg.store import EmbeddedStore
from tests.conftest import HTML, ROOT, TESTS

DCAT = "http://www.w3.org/ns/dcat#"
SUFFIXES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
DESCRIBED = ["/.well-known/void", "/catalog", "/.well-known/sparql-examples", "/void"]


@pytest.fixture(scope="module")
def said(client: FlaskClient) -> dict[str, Graph]:
    """Each description as rdflib reads it."""
    return {
        path: Graph().parse(data=client.get(path + ".ttl").data, format="turtle")
        for path in DESCRIBED[:3]
    }


# What is counted -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def counted(world: EmbeddedStore) -> tuple[dict, dict[str, set]]:
    """The statements of the invented world, counted here in Python, and what VoID says of it."""
    kept = {
        quad.triple
        for name in world.graphs()
        if name.startswith((BASE + "data", BASE + "ontology", BASE + "shapes", BASE + "queries"))
        for quad in world.graph(name)
    }
    facts: dict[str, set] = defaultdict(set)
    kinds = defaultdict(set)
    for one in kept:
        facts["triples"].add(one)
        facts["subjects"].add(one.subject)
        facts["objects"].add(one.object)
        facts["property " + one.predicate.value].add(one)
        if one.predicate.value == PREFIXES["rdf"] + "type":
            kinds[one.subject].add(one.object.value)
    for one in kept:
        for kind in kinds[one.subject]:
            facts[f"class {kind}"].add(one.subject)
            facts[f"within {kind} {one.predicate.value}"].add(one)
            for value in kinds.get(one.object, ()):
                facts[f"value {kind} {one.predicate.value} {value}"].add(one)
            if isinstance(one.object, ox.Literal):
                facts[f"literal {kind} {one.predicate.value} {one.object.datatype.value}"].add(one)
    void: dict[str, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    for quad in world.graph(VOID_GRAPH):
        void[quad.subject.value][shorten(quad.predicate.value)].add(quad.object.value)
    return void, facts


def number(node: dict[str, set], name: str) -> int:
    (value,) = node[name]
    return int(value)


def test_void_counts_the_graph(counted: tuple[dict, dict[str, set]]):
    void, facts = counted
    whole = void[BASE]
    assert number(whole, "void:triples") == len(facts["triples"])
    assert number(whole, "void:distinctSubjects") == len(facts["subjects"])
    assert number(whole, "void:distinctObjects") == len(facts["objects"])
    named = {one.subject.value for one in facts["property " + PREFIXES["rdf"] + "type"]}
    assert number(whole, "void:entities") == len([name for name in named if name.startswith(BASE)])
    properties = {name.split()[1] for name in facts if name.startswith("property ")}
    classes = {name.split()[1] for name in facts if name.startswith("class ")}
    said = [void[name] for name in whole["void:propertyPartition"]]
    assert {next(iter(one["void:property"])) for one in said} == properties
    for one in said:
        (name,) = one["void:property"]
        assert number(one, "void:triples") == len(facts[f"property {name}"])
    parts = [void[name] for name in whole["void:classPartition"]]
    assert {next(iter(one["void:class"])) for one in parts} == classes
    for one in parts:
        (cls,) = one["void:class"]
        assert number(one, "void:entities") == len(facts[f"class {cls}"])


def test_void_tells_what_a_class_has_and_what_its_values_are(counted: tuple[dict, dict[str, set]]):
    void, facts = counted
    seen = set()
    for part in (void[name] for name in void[BASE]["void:classPartition"]):
        (cls,) = part["void:class"]
        for own in (void[name] for name in part["void:propertyPartition"]):
            (prop,) = own["void:property"]
            assert number(own, "void:triples") == len(facts[f"within {cls} {prop}"])
            seen.add(f"within {cls} {prop}")
            for value in (void[name] for name in own["void:classPartition"]):
                key = f"value {cls} {prop} {next(iter(value['void:class']))}"
                assert number(value, "void:triples") == len(facts[key])
                seen.add(key)
            for value in (void[name] for name in own["void-ext:datatypePartition"]):
                key = f"literal {cls} {prop} {next(iter(value['void-ext:datatype']))}"
                assert number(value, "void:triples") == len(facts[key])
                seen.add(key)
    assert seen == {name for name in facts if name.startswith(("within", "value", "literal"))}


# The rules of the vocabularies -----------------------------------------------------------


def test_descriptions_keep_the_rules_of_void_dcat_and_shacl(said: dict[str, Graph]):
    rules = Graph().parse(TESTS / "descriptions" / "shapes.ttl")
    every_word = Graph()
    for graph in said.values():
        every_word += graph
    holds, _, report = validate(every_word, shacl_graph=rules, inference="none")
    assert holds, report[:2000]
    missing = Graph() + every_word
    missing.remove((None, VOID.sparqlEndpoint, None))
    missing.remove((None, SH.select, None))
    assert not validate(missing, shacl_graph=rules, inference="none")[0]


def test_the_parameters_are_shapes_by_shacls_own_shapes(said: dict[str, Graph]):
    parameters = Graph()
    for name in said[DESCRIBED[2]].subjects(RDF.type, SH.Parameter):
        parameters += said[DESCRIBED[2]].cbd(name)
        parameters.add((name, RDF.type, SH.PropertyShape))
    for prop in (
        RDF.first,
        RDF.rest,
        SH["class"],
    ):  # lists are named here, which a description does not follow
        for triple in said[DESCRIBED[2]].triples((None, prop, None)):
            parameters.add(triple)
    assert len(set(parameters.subjects(SH.path, None))) > 30
    validate(Graph(), shacl_graph=parameters, meta_shacl=True, inference="none")


def test_no_word_is_made_up(said: dict[str, Graph]):
    """Each term of VoID, SHACL, FOAF and Dublin Core is one that the vocabulary has."""
    for graph in said.values():
        for space in (VOID, SH, FOAF, DCTERMS):
            for _, prop, value in graph:
                for term in (prop, value if prop == RDF.type else prop):
                    if str(term).startswith(str(space)):
                        assert str(term)[len(str(space)) :] in space


def test_a_linkset_is_a_part_of_the_data_set(said: dict[str, Graph], store: EmbeddedStore):
    parts = {str(one) for one in said[DESCRIBED[0]].objects(None, VOID.subset)}
    query = f"SELECT ?l {{ ?l a <{PREFIXES['void']}Linkset> }}"
    assert parts == {row["l"].value for row in store.answer(query).table().rows}
    assert len(parts) >= 8


def test_each_file_of_the_catalogue_is_there_with_its_bytes_and_checksum(
    said: dict[str, Graph], client: FlaskClient, store: EmbeddedStore
):
    catalog = said["/catalog"]
    rows = list(
        catalog.query(
            """SELECT ?url ?bytes ?sum { ?d dcat:downloadURL ?url ; dcat:byteSize ?bytes ;
            <http://spdx.org/rdf/terms#checksum>/<http://spdx.org/rdf/terms#checksumValue> ?sum }""",
            initNs={"dcat": DCAT},
        )
    )
    assert rows
    for url, size, checksum in rows:
        path = str(url).removeprefix("http://localhost")
        sent = client.get(path)
        assert sent.status_code == 200
        assert len(sent.data) == int(size)
        assert hashlib.sha256(sent.data).hexdigest() == bytes(checksum.toPython()).hex()
        again = client.get(path, headers={"If-None-Match": sent.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.head(path).headers["Content-Length"] == str(size)
    quads = set(
        ox.parse(
            gzip.decompress(client.get("/dumps/hrcities.nq.gz").data), format=ox.RdfFormat.N_QUADS
        )
    )
    graphs = {quad.graph_name.value for quad in quads}
    assert f"{BASE}data/cities/us-pittsburgh" in graphs
    assert VOID_GRAPH not in graphs
    assert all(store.holds(quad) for quad in list(quads)[:500] if "_:" not in str(quad))


def test_every_saved_question_is_an_example_that_runs(client: FlaskClient, house):
    query = f"""PREFIX sh: <{SH}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?sq ?comment ?query WHERE {{ GRAPH <{EXAMPLES}> {{
        ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query }} }}"""
    rows = client.get(
        "/sparql", query_string={"query": query}, headers={"Accept": "application/json"}
    ).json
    found = {row["sq"]["value"]: row["query"]["value"] for row in rows["results"]["bindings"]}
    assert found == {f"{BASE}queries/{one.name}": one.text for one in every(house)}


# Forms and addresses -----------------------------------------------------------------------


@pytest.mark.parametrize("path", DESCRIBED)
def test_each_description_comes_in_every_form(path: str, client: FlaskClient):
    read = {}
    for suffix, media in SUFFIXES.items():
        named = client.get(f"{path}.{suffix}")
        asked = client.get(path, headers={"Accept": media})
        assert named.status_code == asked.status_code == 200
        assert named.mimetype == asked.mimetype == media
        assert named.data == asked.data
        known = client.get(path, headers={"Accept": media, "If-None-Match": asked.headers["ETag"]})
        assert (known.status_code, known.data) == (304, b"")
        head = client.head(f"{path}.{suffix}")
        assert (head.status_code, head.data, head.headers["ETag"]) == (
            200,
            b"",
            named.headers["ETag"],
        )
        form = {"ttl": "TURTLE", "nt": "N_TRIPLES", "jsonld": "JSON_LD", "rdf": "RDF_XML"}[suffix]
        read[suffix] = set(ox.parse(named.data, format=getattr(ox.RdfFormat, form)))
    assert read["ttl"] == read["nt"] == read["jsonld"] == read["rdf"]
    assert len(read["ttl"]) > 20
    assert client.get(path, headers=HTML).status_code == 303
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_addresses_are_those_of_the_server_that_was_asked(client: FlaskClient):
    far = client.get("/catalog.nt", headers={"Host": "data.example"}).text
    assert "<http://www.w3.org/ns/dcat#endpointURL> <http://data.example/sparql>" in far
    assert f"<{BASE}> <{DCAT}distribution> <{BASE}catalog#hrcities.nq.gz>" in far


# JSON-LD ---------------------------------------------------------------------------------------

THINGS = ("city/us-pittsburgh", "right/housing", "act/us-pittsburgh-2011-human-rights-city")
FILES = ("data/cities/at-graz", "shapes/Act", "data/links/wikidata")


@pytest.mark.parametrize("name", [*THINGS, *FILES, "city/at-graz", "state/us", "ontology"])
def test_json_ld_says_the_same_as_turtle_and_needs_nothing_from_elsewhere(
    name: str, client: FlaskClient
):
    turtle = client.get(f"/{name}.nt")
    assert turtle.status_code == 200
    written = client.get(f"/{name}.jsonld").data
    ours = Dataset()
    ours.parse(data=written, format="json-ld")
    theirs = Graph().parse(data=turtle.data, format="nt")
    merged = Graph()
    for triple in ours.default_graph:
        merged.add(triple)
    assert len(merged) == len(theirs)
    assert isomorphic(merged, theirs)
    read = ox.Dataset(ox.parse(written, format=ox.RdfFormat.JSON_LD))
    plain = ox.Dataset(ox.parse(turtle.data, format=ox.RdfFormat.N_TRIPLES))
    for one in (read, plain):
        one.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert read == plain
    # With all of our context in the place of the part that it carries, it means the same.
    whole = json.loads(written) | client.get("/context.jsonld").json
    other = ox.Dataset(ox.parse(json.dumps(whole), format=ox.RdfFormat.JSON_LD))
    other.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert other == plain


def test_a_thing_is_framed_with_its_evidence_inside(client: FlaskClient):
    thing = client.get("/city/us-pittsburgh.jsonld").json
    assert (thing["id"], thing["type"], thing["label"]) == (
        "city:us-pittsburgh",
        "hrc:City",
        {"en": "Pittsburgh"},
    )
    assert thing["within"] == "state:us"
    assert all(
        "quote" in one or "locator" in one or one["type"] != "hrc:Evidence"
        for one in thing["evidence"]
    )
    assert any(one.get("supports") == "hrc:within" for one in thing["evidence"])


def test_the_context_has_a_name_for_each_property_of_ours(client: FlaskClient):
    answer = client.get("/context.jsonld")
    assert answer.mimetype == "application/ld+json"
    terms = answer.json["@context"]
    ontology = Graph().parse(ROOT / "ontology" / "core.ttl")
    ours = {
        str(one).removeprefix(TERMS)
        for kind in ("ObjectProperty", "DatatypeProperty")
        for one in ontology.subjects(
            RDF.type, Graph().namespace_manager.expand_curie(f"owl:{kind}")
        )
        if str(one).startswith(TERMS)
    }
    assert len(ours) > 90
    assert ours <= set(terms)
