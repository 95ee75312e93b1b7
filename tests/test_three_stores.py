"""Every saved question has one answer, whichever store it is asked of: the embedded one, Oxigraph's own server, and a
real Virtuoso 7. Pages, the checks of contributions, search and export are the same over Oxigraph's server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.answers import Wanted
from kg.build import Built
from kg.export import export
from kg.house import House
from kg.linking.things import NameBook, places
from kg.namespaces import BASE
from kg.queries import every, find, options
from kg.store import EmbeddedStore, RemoteStore, is_curated
from kg.stories import Gathered, Reader, tell
from kg.validation import Brought, Checker
from server import create_app
from tests import elsewhere
from tests.conftest import ROOT
from tests.test_queries import expected

pytestmark = pytest.mark.xdist_group("three stores")
QUERIES = [query.name for query in every(House(ROOT))]
WORLD = "https://w3id.org/hrcities/world"


class Servers:
    """Two servers of one make, or one with two graphs: over the published graph and over the invented world."""

    def __init__(self, published: str, world: str) -> None:
        self.addresses = (published, world)
        self.published, self.world = RemoteStore(published), RemoteStore(world)


def _oxigraph(stack: ExitStack, published: Built, world: Built, folder: Path) -> Servers:
    places = (published.folder / "store", world.folder / "store")
    return Servers(*(stack.enter_context(elsewhere.oxigraph(place)) for place in places))


def _virtuoso(stack: ExitStack, published: Built, world: Built, folder: Path) -> Servers:
    published.open().dump(folder / "all.nq", ox.RdfFormat.N_QUADS)
    published.open().dump(folder / "all.ttl", ox.RdfFormat.TURTLE, default_only=True)
    world.open().dump(folder / "world.ttl", ox.RdfFormat.TURTLE, default_only=True)
    load = [(folder / "all.nq", BASE), (folder / "all.ttl", BASE), (folder / "world.ttl", WORLD)]
    address = stack.enter_context(elsewhere.virtuoso(folder, load))
    return Servers(*(f"{address}?default-graph-uri={graph}" for graph in (BASE, WORLD)))


@pytest.fixture(scope="module", params=[_oxigraph, _virtuoso], ids=["oxigraph", "virtuoso"])
def servers(
    request: pytest.FixtureRequest,
    built: Built,
    world_built: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield request.param(stack, built, world_built, tmp_path_factory.mktemp("elsewhere"))


def rows(store: EmbeddedStore | RemoteStore, text: str) -> list[str]:
    """An answer line by line: the rows of a table as they are ordered, the statements of a graph in any order."""
    answer = store.answer(text, Wanted("tsv", "ntriples"))
    lines = answer.body.decode().splitlines()
    return sorted(lines) if answer.kind == "graph" else lines


@pytest.mark.parametrize("name", QUERIES)
def test_the_published_graph_gives_the_same_answer(
    name: str,
    servers: Servers,
    store: EmbeddedStore,
    house: House,
):
    query = find(house, name)
    ours = rows(store, query.text)
    assert len(ours) > 1 or query.empty
    assert rows(servers.published, query.text) == ours


@pytest.mark.parametrize("name", QUERIES)
def test_the_world_gives_the_same_answer(
    name: str,
    servers: Servers,
    world: EmbeddedStore,
    world_house: House,
):
    """With the values that tests/queries has a worked-out answer for."""
    query = find(world_house, name)
    text = query.bind(expected(name)[0], servers.world)
    assert text == query.bind(expected(name)[0], world)
    assert rows(servers.world, text) == rows(world, text)


def test_forms_offer_the_same_values(servers: Servers, store: EmbeddedStore, house: House):
    offered = {
        (parameter.kind, parameter.name): (
            options(parameter, servers.published),
            options(parameter, store),
        )
        for query in every(house)
        for parameter in query.parameters
    }
    assert len(offered) > 10
    for which, (theirs, ours) in offered.items():
        assert theirs == ours, which


def test_statements_are_found_in_their_graphs(servers: Servers, store: EmbeddedStore):
    theirs = servers.published
    assert [name for name in theirs.graphs() if is_curated(name)] == [
        name for name in store.graphs() if is_curated(name)
    ]
    graph = f"{BASE}data/cities/us-pittsburgh"
    ours = set(store.graph(graph))
    assert len(ours) > 100
    assert set(theirs.graph(graph)) == ours
    city = ox.NamedNode(f"{BASE}city/us-pittsburgh")
    for asked in ((city, None, None), (None, None, city), (city, next(iter(ours)).predicate, None)):
        found = [q for q in store.match(*asked) if isinstance(q.graph_name, ox.NamedNode)]
        named = {q for q in found if is_curated(q.graph_name.value)}
        assert {q for q in theirs.match(*asked) if is_curated(q.graph_name.value)} == named


def test_statements_are_found_by_the_hundred(servers: Servers, store: EmbeddedStore):
    """Those of things, of properties, and by value: names, texts in many languages, addresses, dates."""
    within = (f"{BASE}ontology/", f"{BASE}data/")
    said = [quad.triple for quad in store.graph(f"{BASE}data/cities/us-pittsburgh")][:150]
    patterns = [(ox.NamedNode(f"{BASE}ontology#Act"), None, None), (None, said[0].predicate, None)]
    patterns += [(triple.subject, None, None) for triple in said]
    patterns += [(triple.subject, triple.predicate, None) for triple in said[:100]]
    patterns += [(None, triple.predicate, triple.object) for triple in said]
    found = servers.published.fetch(patterns, within)
    assert found.keys() == set(patterns)
    for pattern, theirs in found.items():
        ours = {
            (quad.triple, quad.graph_name.value)
            for quad in store.match(*pattern)
            if isinstance(quad.graph_name, ox.NamedNode)
            and quad.graph_name.value.startswith(within)
        }
        assert {one for one in theirs if "_:" not in str(one[0])} == {
            one for one in ours if "_:" not in str(one[0])
        }, pattern


def test_names_are_the_same(servers: Servers, store: EmbeddedStore):
    assert places(servers.published) == places(store)
    for kind in ("city", "actor", "right"):
        theirs, ours = (NameBook(each, kind) for each in (servers.published, store))
        assert list(theirs.by_form.items()) == list(ours.by_form.items())
        assert theirs.all() == ours.all()


def test_a_city_tells_its_story(servers: Servers, store: EmbeddedStore):
    city = f"{BASE}city/us-pittsburgh"
    ours = tell(Reader(store), city)
    assert len(ours.moments) > 10
    assert Gathered(servers.published).read("en", lambda reader: tell(reader, city)) == ours


PAGES = [
    "/",
    "/city/us-pittsburgh.nt",
    "/city/us-pittsburgh.html",
    "/act/us-san-francisco-1998-cedaw.html",
    "/group/black-women.html",
    "/membership/hrcn-ecf.html",
    "/claim/at-graz-eccar-2005.html",
    "/right/housing.ttl",
    "/data/cities/us-pittsburgh.nt",
    "/ontology.html",
    "/queries/practices-of-a-place.json?place=us-hawaii",
    "/queries/actors-rights-groups-graph.nt",
    "/queries/treaty-status-of-a-state.csv?state=ca",
]


@pytest.fixture(scope="module")
def near(
    built: Built, world_built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    """Oxigraph's server alone: what is asked by the hundred would take minutes of a Virtuoso."""
    with ExitStack() as stack:
        yield _oxigraph(stack, built, world_built, tmp_path_factory.mktemp("near"))


@pytest.fixture(scope="module")
def remote_client(near: Servers, house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": house.root, "ENDPOINT": near.addresses[0], "SAVED_SECONDS": 60.0})
    yield app.test_client()
    app.extensions["desk"].close()


def _plain(page: bytes) -> list[bytes]:
    """A page's lines without those that tell the version of the graph; statements in any order."""
    lines = [line for line in page.splitlines() if b"version" not in line.lower()]
    return sorted(lines) if page.startswith(b"<http") else lines


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_the_same(page: str, remote_client: FlaskClient, client: FlaskClient):
    theirs, ours = remote_client.get(page), client.get(page)
    assert (theirs.status_code, ours.status_code) == (200, 200), theirs.text[:300]
    assert _plain(theirs.data) == _plain(ours.data)


def test_the_story_of_a_thing_is_the_same(near: Servers, world: EmbeddedStore):
    """In Spanish, of one thing of each class that has something to tell."""
    asked = """SELECT (MIN(?thing) AS ?first) {
      ?thing a ?class . ?other ?property ?thing FILTER(ISIRI(?thing))
    } GROUP BY ?class"""
    things = {row["first"].value for row in world.answer(asked).table().rows if row["first"]}
    stories = {thing: tell(Reader(world, "es"), thing) for thing in things}
    full = {thing: story for thing, story in stories.items() if story.moments or story.parts}
    assert len(full) > 15
    elsewhere = Gathered(near.world)
    for thing, story in full.items():
        theirs = elsewhere.read("es", lambda reader, thing=thing: tell(reader, thing))  # type: ignore[misc]
        assert theirs == story, thing


def test_things_are_found_and_visitors_answered(remote_client: FlaskClient):
    found = remote_client.get("/search.json?q=Pittsburgh")
    assert b"city/us-pittsburgh" in found.data
    asked = {"query": f"ASK {{ <{BASE}city/us-pittsburgh> ?p ?o }}"}
    assert remote_client.post("/sparql", data=asked).json == {"head": {}, "boolean": True}
    refused = remote_client.post("/sparql", data={"query": "SELECT * { SERVICE <http://x/> {} }"})
    assert refused.status_code == 400


MISTAKEN = f"""PREFIX hrc: <{BASE}ontology#>
<{BASE}act/zz-nowhere> a hrc:Act ; hrc:actOf <{BASE}city/us-pittsburhg> .
<{BASE}city/us-pittsburgh> hrc:statusOf "no" .
"""


def test_a_contribution_is_judged_in_the_same_company(
    near: Servers, store: EmbeddedStore, house: House
):
    brought = Brought("mine.ttl", MISTAKEN.encode(), "turtle")
    told = [
        [(one.shape, one.thing, one.path, one.message) for one in review.findings]
        for review in (
            Checker(house, each).check([brought], weigh=each is store)
            for each in (store, near.published)
        )
    ]
    assert len(told[0]) > 3
    assert told[0] == told[1]


def test_an_export_is_the_same(
    near: Servers, world: EmbeddedStore, world_house: House, tmp_path: Path
):
    written = [
        export(world_house, each, tmp_path / name)
        for each, name in ((world, "ours"), (near.world, "theirs"))
    ]
    ours, theirs = ({file.name: file for file in files} for files in written)
    assert set(ours) == set(theirs)
    tables = [name for name in ours if name.endswith(".csv")]
    assert [n for n in tables if ours[n].read_bytes() != theirs[n].read_bytes()] == []
    merged = [
        {str(quad) for quad in ox.parse(path=str(files["hrcities.ttl"])) if "_:" not in str(quad)}
        for files in (ours, theirs)
    ]
    assert merged[0] == merged[1]
