"""A model resolution in the words of real acts, and the atlas: on the invented world and on any graph."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

import pytest
from docx import Document
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kg.explore import Facts, Result, atlas, document, model, proofs
from kg.house import House
from kg.namespaces import TERMS, expand
from kg.store import EmbeddedStore
from server import create_app
from tests.test_gaps import dated, days

ASKED = {
    "place": ["city:zz-millbrook"],
    "instrument": ["instrument:cedaw"],
    "group": ["group:women"],
    "follow-up": ["practice-type:budget", "practice-type:indicators"],
}


@pytest.fixture(scope="module")
def invented(world_house: House, _own_cache: None) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


def rows(result: Result, part: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(str(row.cells[name] or "") for name in columns) for row in result.part(part).rows]


def words_of(world: EmbeddedStore) -> set[str]:
    """All quotes of the graph."""
    query = f"SELECT ?quote WHERE {{ ?evidence <{TERMS}quote> ?quote }}"
    return {row["quote"].value for row in world.answer(query).table().rows}


def test_each_clause_names_real_acts_in_their_order(facts: Facts):
    """Acts of Zedland come first, those that fit most among them: Harbourton's cites CEDAW, names migrant women and
    provides for a budget. Saltmarsh's draft was rejected, so it stands last."""
    found = rows(model.VIEW.answer(facts, ASKED), "clauses", "section", "act", "fits", "standing")
    recalling = [row for row in found if row[0] == "Recalling"]
    assert recalling[0] == (
        "Recalling",
        "Harbourton's ordinance on women's equality",
        "3",
        "adopted",
    )
    assert recalling[-1][1:] == (
        "Saltmarsh's draft ordinance on women's equality",
        "2",
        "not adopted",
    )
    assert [row[0] for row in found] == sorted(
        (row[0] for row in found), key=["Recalling", "With", "Resolving", "Providing for"].index
    )


def test_a_duty_is_in_the_words_of_the_act(facts: Facts):
    found = rows(model.VIEW.answer(facts, ASKED), "clauses", "section", "through", "act")
    assert (
        "Resolving",
        "the council shall set up a commission, with money of its own",
        "Harbourton's ordinance on women's equality",
    ) in found


def test_what_no_act_carries_has_no_clause(facts: Facts):
    result = model.VIEW.answer(facts, ASKED)
    assert rows(result, "lacking", "section", "element") == [("Providing for", "indicators")]
    assert "indicators" not in {row[0] for row in rows(result, "carriers", "element")}


def test_what_was_struck_out_elsewhere_and_over_what(facts: Facts):
    found = rows(model.VIEW.answer(facts, ASKED), "struck", "act", "what happened", "over")
    assert ("Saltmarsh's draft ordinance on women's equality", "rejected", "migrants") in found
    assert ("Larkhaven's ordinance on equality", "amended", "migration status") in found


def test_the_documents_quote_what_was_read_and_nothing_else(facts: Facts, world: EmbeddedStore):
    result = model.VIEW.answer(facts, ASKED)
    found = proofs(
        world, [said for part in result.parts for row in part.rows for said in row.basis]
    )
    made = document.blocks(result, found, model.VIEW.title, "cite")
    quoted = [one.words.strip("“”") for one in made if one.kind == "quote"]
    assert "recognising the situation of migrant women" in quoted
    assert set(quoted) <= words_of(world)
    lines = document.markdown(made).splitlines()
    assert len([line for line in lines if line.startswith("> ")]) == len(quoted)
    opened = Document(io.BytesIO(document.docx(made)))
    assert [p.text.strip("“”") for p in opened.paragraphs if p.style.name == "Quote"] == quoted


def test_words_cannot_become_markup():
    assert document.markdown([document.Block("text", "# <b>*x*</b> [a](b)\nc")]) == (
        "\\# \\<b\\>\\*x\\*\\</b\\> \\[a\\](b) c\n"
    )


def test_the_documents_can_be_taken_away(invented: FlaskClient):
    address = "/explore/model{}?instrument=instrument:cedaw&follow-up=practice-type:budget"
    page = invented.get(address.format(""), headers={"Accept": "text/html"}).text
    for suffix in (".md", ".docx"):
        assert address.format(suffix).replace("&", "&amp;") in page
        answer = invented.get(address.format(suffix))
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="model{suffix}"'
    assert invented.get("/explore/atlas.docx").status_code == 406


@given(st.lists(st.sets(st.sampled_from("vwxyz")), max_size=6), st.randoms(use_true_random=False))
def test_neither_order_nor_an_unrelated_city_changes_a_model(
    named: list[set[str]], chance: random.Random
):
    said = [(expand(f"group:{one}"), "rdf:type", expand("hrc:Group")) for one in "vwxyz"]
    for at, groups in enumerate(named):
        act = expand(f"act:zz-{at}")
        said += [(act, "rdf:type", expand("hrc:Act"))]
        said += [(act, "hrc:names", expand(f"group:{one}")) for one in groups]
    asked = {"group": ["group:v", "group:w"]}
    before = model.VIEW.answer(Facts(said), asked)
    assert len(before.part("carriers").rows) == sum(len(groups & {"v", "w"}) for groups in named)
    chance.shuffle(said)
    assert (
        model.VIEW.answer(Facts([*said, ("far", "rdf:type", expand("hrc:City"))]), asked) == before
    )


def test_a_broader_group_is_carried_by_what_names_a_narrower_one(facts: Facts):
    """Nobody names homeless people in an act here; tenants and Indigenous peoples are named. Harbourton names migrant
    women: women and migrants are carried through that position."""
    found = rows(
        model.VIEW.answer(facts, {"group": ["group:migrants"]}), "clauses", "through", "act"
    )
    assert ("migrant women", "Harbourton's ordinance on women's equality") in found
    assert (
        rows(model.VIEW.answer(facts, {"group": ["group:homeless-people"]}), "clauses", "act") == []
    )


# The atlas ------------------------------------------------------------------------


def test_an_act_that_lapsed_leaves_the_map(facts: Facts):
    """Dunmouth's pledge of March 2015 lapsed in 2018."""
    for at, there in (("2014", False), ("2015", True), ("2018", True), ("2019", False)):
        found = rows(atlas.VIEW.answer(facts, {"at": [at]}), "places", "place")
        assert (("Dunmouth",) in found) is there, at


def test_how_ordinances_that_cite_cedaw_spread(facts: Facts):
    """Larkhaven 2012, Ember and Tollmere 2013, Harbourton 2014, Kettleford 2017."""
    asked = {"kind": ["act-type:ordinance"], "instrument": ["instrument:cedaw"]}
    assert rows(
        atlas.VIEW.answer(facts, asked), "spread", "year", "new places", "places so far"
    ) == [
        ("2012", "1", "1"),
        ("2013", "2", "3"),
        ("2014", "1", "4"),
        ("2017", "1", "5"),
    ]


def test_the_years_lead_to_their_maps(client: FlaskClient):
    page = client.get(
        "/explore/atlas?kind=act-type:ordinance&at=2010", headers={"Accept": "text/html"}
    ).text
    assert '<a href="/explore/atlas?at=2004&amp;kind=act-type:ordinance"' in page
    assert 'aria-current="true">2010 ' in page
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert "San Francisco" in picture


@given(days, st.randoms(use_true_random=False))
def test_the_spread_ends_with_all_places(when: dict[str, str], chance: random.Random):
    said = dated(when)
    result = atlas.VIEW.answer(Facts(said), {"at": ["2010"]})
    assert rows(result, "spread", "places so far")[-1] == (str(len(when)),)
    assert len(result.part("places").rows) == len(when)
    chance.shuffle(said)
    assert (
        atlas.VIEW.answer(Facts([*said, ("far", "rdf:type", expand("hrc:City"))]), {"at": ["2010"]})
        == result
    )
