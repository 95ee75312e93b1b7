"""The map of a date, worked out by hand on the acts of the invented world."""

from __future__ import annotations

from functools import partial

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from kg.explore import Facts
from kg.explore.atlas import VIEW
from kg.store import EmbeddedStore
from server.explore.world import world as drawn
from server.room import Room
from tests.conftest import explored

# When each place first had an act that was adopted, by its stages; Dunmouth's pledge lapsed in 2018.
FIRST = [
    ("Larkhaven", "2012-11-20"),
    ("Ember County", "2013-05-14"),
    ("Tollmere", "2013-09"),
    ("Harbourton", "2014-03-02"),
    ("Dunmouth", "2015-03"),
    ("Kettleford", "2015-08-09"),
    ("Millbrook", "2016-05"),
]


rows = partial(explored, VIEW)


@pytest.mark.parametrize(
    ("at", "acts", "places"),
    [("2012", 1, 1), ("2012-11-19", 0, 0), ("2016", 9, 7), ("2018", 11, 7), ("2019", 10, 6)],
)
def test_an_act_is_in_force_from_its_adoption_until_it_lapses(
    facts: Facts, at: str, acts: int, places: int
):
    """A year without month may be any day of it: what lapsed in 2018 can be in force in 2018."""
    said = VIEW.answer(facts, {"at": [at]}).sentence
    assert said.startswith(
        f"At {at}: {acts} act{'' if acts == 1 else 's'} in force in {places} place"
    )
    assert len(rows(facts, "places", "place", at=[at])) == places
    assert sum(int(row[0]) for row in rows(facts, "places", "acts", at=[at])) == acts


def test_places_stand_in_the_order_of_their_first_act(facts: Facts):
    assert rows(facts, "places", "place", "since", at=["2016"]) == FIRST
    assert rows(facts, "first", "place", "on", at=["2016"]) == [FIRST[0], FIRST[4]]  # of two States


def test_the_spread_counts_each_place_once(facts: Facts):
    columns = ("year", "acts", "new places", "places so far")
    assert rows(facts, "spread", *columns, at=["2016"]) == [
        ("2012", "1", "1", "1"),
        ("2013", "2", "2", "3"),
        ("2014", "1", "1", "4"),
        ("2015", "2", "2", "6"),
        ("2016", "3", "1", "7"),
    ]


def test_one_kind_of_act_alone(facts: Facts):
    ordinances = rows(facts, "places", "place", at=["2016"], kind=["act-type:ordinance"])
    assert ordinances == [(name,) for name, _ in FIRST[:4]]


def test_a_map_has_a_dot_for_each_place_that_can_be_drawn(
    store: EmbeddedStore, client: FlaskClient
):
    facts = Facts.read(store)
    answer = VIEW.answer(facts, {"at": ["2016"]})
    with client.application.test_request_context():
        picture = drawn(facts, answer.drawing)
    located = [row for row in answer.part("places").rows if row.cells["latitude"]]
    assert located
    assert picture.count("<circle") == len(located)
    for row in located:
        assert f"<title>{escape(str(row.cells['place']))}: " in picture


def test_a_name_stands_on_no_dot_and_on_no_other_name():
    room = Room(200.0)
    for spot in ((100.0, 50.0), (100.0, 38.0)):  # the second lies where the first's name would be
        room.dot(*spot, 4.0)
    first = room.name("Zedburgh", 100.0, 50.0, 4.0)
    assert 'x="132.2" y="54.0"' in first  # to the right: 100 + 4 + 3 + 8 letters of 6.3 / 2
    assert 'x="100.0" y="28.0"' in room.name("Zedburgh", 100.0, 38.0, 4.0)  # above
    assert room.name("Zedburgh", 100.0, 50.0, 4.0) is not None  # to the left
    assert room.name("Zedburgh", 100.0, 50.0, 4.0) is not None  # below
    assert room.name("Zedburgh", 100.0, 50.0, 4.0) is None
    assert room.name("Zed", 100.0, 50.0, 1.0, over_dots=True) is None  # names are all around
    room.dot(100.0, 150.0, 30.0)
    assert room.name("Zedburgh", 100.0, 150.0, 4.0) is None
    assert room.name("Zedburgh", 100.0, 150.0, 4.0, over_dots=True) is not None
    assert room.name("Zedburgh" * 5, 100.0, 150.0, 4.0) is None  # wider than the picture
