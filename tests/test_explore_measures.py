"""What must hold of every number of every view: neither the order of the files nor what is unrelated moves it."""

from __future__ import annotations

import random
from urllib.parse import parse_qs

import pytest

from kg.explore import VIEWS, Facts, View
from kg.explore.facts import READ
from kg.explore.views import Result
from kg.namespaces import expand
from kg.store import EmbeddedStore
from tests.test_explore_pages import ASKED

Phrase = list[tuple[str, str, str]]
BROADER = "group:women"


@pytest.fixture(scope="module")
def said(world: EmbeddedStore) -> Phrase:
    facts = Facts.read(world)
    return [
        (thing, name, value) for name in (*READ, "hrc:about") for thing, value in facts.pairs(name)
    ]


@pytest.fixture(scope="module")
def told(said: Phrase) -> dict[str, Result]:
    facts = Facts(said)
    return {view.name: view.answer(facts, parse_qs(ASKED[view.name])) for view in VIEWS}


@pytest.fixture(params=VIEWS, ids=lambda view: view.name)
def view(request: pytest.FixtureRequest) -> View:
    return request.param


def test_the_order_of_the_statements_makes_no_difference(
    view: View, said: Phrase, told: dict[str, Result]
):
    mixed = said + random.Random(3).sample(said, 50)  # and what is said twice counts once
    random.Random(5).shuffle(mixed)
    again = view.answer(Facts(mixed), parse_qs(ASKED[view.name]))
    assert (again.sentence, again.parts) == (told[view.name].sentence, told[view.name].parts)


def test_an_unrelated_city_changes_nothing(view: View, said: Phrase, told: dict[str, Result]):
    """A city of another State, of which nothing is known but a draft that failed."""
    city, state, act, stage = map(
        expand, ("city:zz-far", "state:zz-farland", "act:zz-far", "stage:zz-far")
    )
    far = [
        (city, "rdf:type", expand("hrc:City")),
        (city, "rdfs:label", "Farburg"),
        (city, "hrc:within", state),
        (state, "rdf:type", expand("hrc:State")),
        (act, "rdf:type", expand("hrc:Act")),
        (act, "hrc:actOf", city),
        (act, "hrc:stage", stage),
        (stage, "hrc:stageType", expand("stage-type:rejected")),
    ]
    again = view.answer(Facts(said + far), parse_qs(ASKED[view.name]))
    first = told[view.name]
    for part, before in zip(again.parts, first.parts, strict=True):
        if (view.name, part.name) == ("gaps", "unknown"):
            rows = [row for row in part.rows if "farland" not in str(row.cells["country"])]
            assert len(part.rows) == len(rows) + 1  # which act binds it, nobody knows
            assert rows == list(before.rows)
        elif (view.name, part.name) == ("gaps", "act"):  # it may be filled in
            rows = [row for row in part.rows if str(row.cells["city"]) != "city:zz-far"]
            assert len(part.rows) == len(rows) + 1
            assert rows == list(before.rows)
        else:
            assert part == before, part.name
    assert again.sentence == first.sentence


def test_a_concept_above_another_adds_and_takes_nothing_away(
    view: View, said: Phrase, told: dict[str, Result]
):
    """A broader group that nothing names: what was counted under the narrower one is counted as before.

    A place has one feature more, so likenesses move; whatever was shared is shared still.
    """
    above = expand("group:zz-people")
    more = [
        (above, "rdf:type", expand("hrc:Group")),
        (above, "skos:prefLabel", "people"),
        (expand(BROADER), "skos:broader", above),
    ]
    again = view.answer(Facts(said + more), parse_qs(ASKED[view.name]))
    for part, before in zip(again.parts, told[view.name].parts, strict=True):
        if view.name != "peers":
            assert part == before, part.name
        elif part.name in ("peers", "region"):
            shared = {row.cells["peer"]: int(str(row.cells["shared"])) for row in part.rows}
            for row in before.rows:
                count = int(str(row.cells["shared"]))
                assert shared[row.cells["peer"]] in (count, count + 1)


def test_each_number_says_what_it_is_out_of_what_and_what_it_does_not_say(view: View):
    assert view.measures
    for one in view.measures:
        for words in (one.name, one.definition, one.formula, one.denominator, one.limits):
            assert words.strip()
        assert one.definition.endswith(".")
        assert one.denominator.endswith(".")
        assert one.limits.endswith(".")
