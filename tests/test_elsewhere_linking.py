"""Names and links are those of the graph wherever it lies: `kg link` and reconciliation over another store."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.house import House
from kg.linking.proposing import Table, candidates, judged_pairs
from kg.linking.reconcile import PROPERTIES, Reconciler
from kg.linking.sssom import as_sssom
from kg.linking.things import KINDS, NameBook, places
from kg.store import EmbeddedStore, RemoteStore
from tests.elsewhere import Near


@pytest.fixture(scope="module")
def near(store: EmbeddedStore) -> Near:
    return Near(store)


@pytest.fixture(scope="module")
def there(near: Near) -> RemoteStore:
    return RemoteStore.behind(near)


def test_places_and_names_are_the_same_in_the_same_order(store: EmbeddedStore, there: RemoteStore):
    assert places(there) == places(store)
    for kind in KINDS:
        ours, theirs = NameBook(store, kind), NameBook(there, kind)
        assert list(theirs.by_form.items()) == list(ours.by_form.items())
        assert theirs.all() == ours.all()
        assert len(ours.all()) > 20


def test_a_thing_bears_its_main_english_name(store: EmbeddedStore):
    """Whatever other names it has; so nobody sees Nuremberg under a name that is one of several."""
    rows = (
        store.answer(
            "SELECT ?thing (STR(?l) AS ?label) { ?thing a hrc:City ; rdfs:label ?l FILTER(LANG(?l) = 'en') }".replace(
                "hrc:City", "<https://w3id.org/hrcities/ontology#City>"
            ).replace("rdfs:label", "<http://www.w3.org/2000/01/rdf-schema#label>")
        )
        .table()
        .rows
    )
    english: dict[str, set[str]] = {}
    for row in rows:
        english.setdefault(row["thing"].value, set()).add(row["label"].value)
    book = dict(NameBook(store, "city").all())
    assert len(english) > 100
    assert all(book[thing] in labels for thing, labels in english.items())


def test_a_batch_is_answered_in_few_requests(store: EmbeddedStore, there: RemoteStore, near: Near):
    names = [label for kind in KINDS for _, label in NameBook(store, kind).all()[::40]]
    said = [{"pid": "country", "v": "Germany"}, {"pid": "within", "v": "x"}]
    queries = {
        f"q{number}": {"query": name[:-1], "properties": said} for number, name in enumerate(names)
    }
    ours, theirs = Reconciler(store), Reconciler(there)
    assert theirs.batch(queries) == ours.batch(queries)
    near.asked.clear()
    theirs.batch(queries)
    assert len(near.asked) == len(said)
    ids = [one["id"] for each in ours.batch(queries).values() for one in each["result"]][:60]
    assert theirs.extend(ids, list(PROPERTIES)) == ours.extend(ids, list(PROPERTIES))
    assert theirs.preview("city/us-pittsburgh") == ours.preview("city/us-pittsburgh")
    assert theirs.suggest("entity", "pit") == ours.suggest("entity", "pit")


def test_links_and_proposals_are_the_same(world: EmbeddedStore, world_house: House, tmp_path: Path):
    there = RemoteStore.behind(Near(world))
    ours, theirs = ("".join(as_sssom(each, world_house.digest())) for each in (world, there))
    assert theirs == ours
    assert judged_pairs(there) == judged_pairs(world) != set()
    file = tmp_path / "rights.csv"
    file.write_text(
        "name,iri\nWomen's commission,http://x.example/1\nRight to Housing,http://x.example/2\n"
    )
    told = [
        [
            (str(thing), [str(one) for one in found])
            for thing, found in candidates(each, "right", Table(file))
        ]
        for each in (world, there)
    ]
    assert told[0] == told[1]
    assert any(found for _, found in told[0])
