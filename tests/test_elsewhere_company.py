"""A contribution is judged in the same company whether the graph is compiled here or lies on another server.

Mistakes that contributors make, files that break a shape, and tables are judged beside both: a share of them in every
run, all with --hypothesis-profile=long. The other server is Oxigraph's, over HTTP, for a few; for the rest its engine
answers the same queries without a network between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pyoxigraph as ox
import pytest
from hypothesis import settings

from kg.build import Built
from kg.errors import SourceUnavailable
from kg.fetching import fetched
from kg.house import House
from kg.lexer import tokens
from kg.namespaces import BASE, PREFIXES
from kg.store import EmbeddedStore, RemoteStore
from kg.validation import Brought, Checker, Company, Review
from tests import elsewhere
from tests.conftest import TESTS
from tests.test_mistakes import MISTAKES, SOUND, mistaken
from tests.test_table_mistakes import MISTAKES as TABLES
from tests.test_table_mistakes import mistaken as mistaken_table
from tests.test_table_mistakes import saved

SHARE = 1 if settings().max_examples > 1_000 else 6
BREAKERS = sorted((TESTS / "shapes").glob("*/*.ttl"))
JUDGED = (f"{BASE}ontology/", f"{BASE}data/")


@pytest.fixture(scope="module")
def near(world: EmbeddedStore) -> elsewhere.Near:
    return elsewhere.Near(world)


@pytest.fixture(scope="module")
def here(world_house: House, world: EmbeddedStore) -> Checker:
    return Checker(world_house, world, "pyshifty")


@pytest.fixture(scope="module")
def there(world_house: House, near: elsewhere.Near) -> Checker:
    return Checker(world_house, RemoteStore.behind(near), "pyshifty")


@pytest.fixture(scope="module")
def over_http(world_house: House, world_built: Built) -> Iterator[Checker]:
    with elsewhere.oxigraph(world_built.folder / "store") as address:
        yield Checker(world_house, RemoteStore(address), "pyshifty")


def all_of(review: Review) -> object:
    """All that a review says but for how long it took; a blank node has another name each time it is read."""
    told = Counter(
        re.sub(r"\b[0-9a-f]{30,32}\b", "_", str(one))
        for one in (*review.findings, *review.summary.changes)
    )
    return told, review.scope, review.looked_at, review.statements


def must_agree(brought: Sequence[Brought], *checkers: Checker) -> Review:
    first, *others = (checker.check(brought, weigh=False) for checker in checkers)
    for other in others:
        assert all_of(other) == all_of(first)
    return first


def turtle(text: str, replaces: str | None = None) -> list[Brought]:
    return [Brought("mine.ttl", text.encode(), "turtle", replaces)]


def test_every_mistake_is_found_there_as_here(here: Checker, there: Checker):
    found = [must_agree(turtle(mistaken(one)), here, there) for one in MISTAKES[::SHARE]]
    assert all(review.findings for review in found)


def test_every_shape_breaks_there_as_here(here: Checker, there: Checker):
    found = [must_agree(turtle(file.read_text()), here, there) for file in BREAKERS[::SHARE]]
    assert len(BREAKERS) > 100
    assert sum(bool(review.findings) for review in found) > 0.8 * len(found)


def test_tables_name_there_what_they_name_here(here: Checker, there: Checker):
    for sound, mistake in TABLES[::SHARE]:
        must_agree([saved(mistaken_table(sound, mistake), mistake)], here, there)


def test_a_changed_file_is_judged_in_the_place_of_the_published_one(
    here: Checker, there: Checker, world_house: House
):
    """Things that it no longer describes, and that others still name, are found elsewhere; a class touches all."""
    file = max(
        (world_house.root / "data" / "world").glob("*.ttl"), key=lambda one: one.stat().st_size
    )
    blocks = file.read_text().split("\n\n")
    fewer = "\n\n".join(blocks[:1] + blocks[1::2])
    review = must_agree(turtle(fewer, world_house.graph_name(file)), here, there)
    assert any(one.spot is None for one in review.findings)


def test_the_whole_graph_is_there_as_here(world: EmbeddedStore, near: elsewhere.Near):
    """What a changed class or property is judged in; blank nodes of the ontology have other names."""
    everything = [
        {
            str(quad.triple)
            for quad in Company(store, []).whole(Company(store, []).after)
            if "_:" not in str(quad.triple)
        }
        for store in (world, RemoteStore.behind(near))
    ]
    assert len(everything[0]) > 5_000
    assert everything[0] == everything[1]


def test_answers_that_would_change_are_foretold_there_as_here(
    here: Checker, there: Checker, world_house: House
):
    """A new file, and a published one with another right in it; asked twice, for the copies must be as they were."""
    millbrook = world_house.root / "data" / "world" / "zz-millbrook.ttl"
    text = millbrook.read_text()
    assert "right:housing" in text
    changed = turtle(
        text.replace("right:housing", "right:health"), world_house.graph_name(millbrook)
    )
    here.patience = there.patience = 600.0  # so that nothing is left unasked on a busy machine
    for brought in (changed, turtle(SOUND)):
        ours, theirs = (checker.check(brought) for checker in (here, there))
        assert theirs.weighed
        assert theirs.unasked == ()
        assert len(ours.effects) > 2
        assert theirs.effects == ours.effects
    assert there.check(turtle(SOUND)).effects == theirs.effects


def test_a_graph_that_is_too_large_is_not_weighed(there: Checker, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kg.validation.check._HELD", 1_000)
    fresh = Checker(there.house, there.store, "pyshifty")
    assert not fresh.check(turtle(SOUND)).weighed


def requests_for(text: str, house: House, near: elsewhere.Near) -> int:
    """How many requests a checker makes that has looked up nothing yet."""
    near.asked.clear()
    Checker(house, RemoteStore.behind(near), "pyshifty").check(turtle(text), weigh=False)
    return len(near.asked)


def test_a_real_server_is_asked_little(
    here: Checker, over_http: Checker, near: elsewhere.Near, there: Checker
):
    """The sound file and two mistakes, over HTTP; requests grow with how far shapes see, not with what is brought."""
    texts = [SOUND, *(mistaken(one) for one in MISTAKES[:2])]
    for text in texts:
        must_agree(turtle(text), here, over_http)
    once = requests_for(SOUND, there.house, near)
    assert 5 < once < 60
    many = "\n".join(SOUND.replace("stonebridge", f"stonebridge-{number}") for number in range(5))
    assert requests_for(many, there.house, near) < 2 * once
    near.asked.clear()
    there.check(turtle(SOUND), weigh=False)
    there.check(turtle(SOUND), weigh=False)
    assert len(near.asked) <= once  # what was looked up is kept


IRI = ox.NamedNode(f"{BASE}city/zz-x")
NAME = ox.NamedNode(PREFIXES["rdfs"] + "label")


def test_what_is_asked_is_made_of_terms_alone():
    """Terms that look like words of a query stay terms; what can be in no other server is not asked about."""
    sent: list[str] = []

    def ask(query: str) -> bytes:
        sent.append(query)
        return ox.Store().query(query).serialize(format=ox.QueryResultsFormat.JSON)

    odd = 'x" } } SERVICE <http://elsewhere.example/> { ?s ?p ?o } # \\" \n \r \x00'
    patterns = [
        (IRI, None, None),
        (None, NAME, ox.Literal(odd, language="en")),
        (None, NAME, ox.Literal(odd, datatype=ox.NamedNode("http://x.example/(a)?b=c"))),
        (ox.BlankNode("b"), NAME, None),
        (None, None, None),
    ]
    assert fetched(ask, patterns, JUDGED) == {one: [] for one in patterns}
    assert len(sent) == 2
    for query in sent:
        words = [token.text.upper() for token in tokens(query) if token.kind == "word"]
        assert set(words) <= {
            "SELECT",
            "VALUES",
            "GRAPH",
            "FILTER",
            "STRSTARTS",
            "STR",
            "@EN",
            "BIND",
            "AS",
        }


def test_many_patterns_come_in_pages():
    asked: list[str] = []

    def ask(query: str) -> bytes:
        asked.append(query)
        return engine.query(query).serialize(format=ox.QueryResultsFormat.JSON)

    engine, graph = ox.Store(), ox.NamedNode(f"{BASE}data/x")
    things = [ox.NamedNode(f"{BASE}city/zz-{number}") for number in range(1_000)]
    engine.extend(ox.Quad(one, NAME, ox.Literal(one.value), graph) for one in things)
    engine.extend(
        ox.Quad(one, NAME, ox.Literal("out"), ox.NamedNode("http://x.example/")) for one in things
    )
    found = fetched(ask, [(one, None, None) for one in things], JUDGED)
    assert all(
        rows == [(ox.Triple(one, NAME, ox.Literal(one.value)), graph.value)]
        for (one, _, _), rows in found.items()
    )
    assert 2 < len(asked) < 10
    assert max(map(len, asked)) < 80_000


@pytest.mark.parametrize(
    "answer",
    [
        b"{",
        b'{"head": {}, "boolean": true}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": []',
    ],
)
def test_half_an_answer_is_no_company(answer: bytes, world_house: House):
    class Half(elsewhere.Near):
        def __init__(self) -> None:
            pass

        def ask(self, query: str, kind: str, *_: object, **__: object) -> bytes:
            return answer

    checker = Checker(world_house, RemoteStore.behind(Half()), "pyshifty")
    with pytest.raises(SourceUnavailable, match="breaks off"):
        checker.check(turtle(SOUND), weigh=False)
