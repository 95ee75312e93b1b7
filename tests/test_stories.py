"""What a page tells of a thing: in order, with its evidence, and quickly enough to be read on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from kg.house import House
from kg.namespaces import expand, shorten
from kg.store import EmbeddedStore
from kg.stories import Line, Part, Reader, Story, tell
from kg.stories.wants import WANTS
from server import create_app
from server.timeline import timeline
from tests.conftest import HTML
from tests.test_accessibility import Read


@pytest.fixture(scope="module")
def reader(world: EmbeddedStore) -> Reader:
    return Reader(world)


@pytest.fixture(scope="module")
def pages(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


def story(reader: Reader, name: str) -> Story:
    return tell(reader, expand(name) or name)


def part(told: Story, title: str) -> Part:
    return next(one for one in told.parts if one.title == title)


def things(part: Part) -> list[str]:
    return [shorten(line.thing.value) for line in part.lines]


def quotes(told: Story, line: Line) -> list[str]:
    cells = [told.proofs[number - 1].cells for number in line.proofs]
    return [cell["quote"].value for cell in cells if cell["quote"]]


# A city -----------------------------------------------------------------------------------


def test_a_city_tells_what_happened_in_order(reader: Reader):
    told = story(reader, "city:zz-harbourton")
    ordinance = "Harbourton's ordinance on women's equality"
    acts = [(one.when, str(one.thing), str(one.what)) for one in told.moments if one.lane == "acts"]
    assert acts[:2] == [
        ("2014-01-15", ordinance, "introduced"),
        ("2014-03-02", ordinance, "passed"),
    ]
    followed = {
        str(one.thing) for one in [*told.moments, *told.undated] if one.lane == "what followed"
    }
    assert {"Commission for equality", "Yearly report on equality"} <= followed
    status = next(one for one in told.moments if str(one.thing) == "council-adopted")
    assert (status.when, str(status.what)[:10]) == ("2014-03-02", "Convention")
    days = [one.when for one in told.moments]
    assert days == sorted(days, key=lambda day: day + "~")


def test_each_moment_has_the_words_it_was_read_from(reader: Reader):
    told = story(reader, "city:zz-harbourton")
    passed = next(one for one in told.moments if str(one.what) == "passed")
    assert quotes(told, passed.line) == [
        "passed on 2 March 2014",
        "Harbourton voted its ordinance through on 2 March 2014",
    ]
    first = next(one for one in told.moments if str(one.what) == "introduced")
    details = {
        str(detail.name): [str(value) for value in detail.values] for detail in first.line.details
    }
    assert details["passed by"] == ["Harbourton City Council"]
    assert details["names"] == ["migrant women"]
    named = next(detail for detail in first.line.details if str(detail.name) == "names")
    assert (
        told.proofs[named.proofs[0] - 1].cells["quote"].value
        == "recognising the situation of migrant women"
    )


def test_who_disagrees_is_told_with_both_sides(reader: Reader):
    line = part(story(reader, "city:zz-harbourton"), "Who disagrees").lines
    ranks = next(one for one in line if str(one.thing) == "Whether Harbourton was third or fourth")
    said = {str(text) for side in ranks.sides for text in side.texts}
    assert said == {
        "third city in the country to pass a CEDAW ordinance",
        "fourth city in the country to pass a CEDAW ordinance",
    }
    assert all(side.proofs for side in ranks.sides)


# Other kinds --------------------------------------------------------------------------------


def test_an_act_tells_its_life_its_content_and_its_kin(reader: Reader):
    told = story(reader, "act:zz-harbourton-2014-womens-equality")
    assert [(one.when, str(one.what)) for one in told.moments if one.lane == "the act"] == [
        ("2014-01-15", "introduced"),
        ("2014-03-02", "passed"),
    ]
    assert things(part(told, "What it cites")) == ["instrument:cedaw"]
    assert things(part(told, "Groups, grounds and positions that it names")) == [
        "group:zz-migrant-women"
    ]
    assert quotes(told, part(told, "Its template").lines[0]) == [
        "its wording is that of the model ordinance"
    ]
    kin = part(told, "Acts of the same template")
    assert kin.lines
    assert "act:zz-harbourton-2014-womens-equality" not in things(kin)
    assert {
        "practice:zz-harbourton-equality-commission",
        "practice:zz-harbourton-equality-report",
    } <= {shorten(one.thing.value) for one in [*told.moments, *told.undated]}


def test_memberships_are_told_with_their_intervals(reader: Reader, world: EmbeddedStore):
    rows = world.answer(
        "PREFIX hrc: <https://w3id.org/hrcities/ontology#> PREFIX org: <http://www.w3.org/ns/org#> "
        "SELECT ?who ?what ?began ?ended { ?m a hrc:Membership ; org:member ?who ; org:organization ?what ; "
        "hrc:began ?began ; hrc:ended ?ended }"
    ).table()
    assert rows.rows
    for who, what, began, ended in rows:
        told = story(reader, who.value)
        lines = [line for one in told.parts if "belongs to" in one.title for line in one.lines]
        assert (what.value, began.value, ended.value) in {
            (line.thing.value, line.began, line.ended) for line in lines
        }


def test_what_belongs_to_a_narrower_right_says_by_way_of_what(reader: Reader, world: EmbeddedStore):
    rows = world.answer(
        "PREFIX hrc: <https://w3id.org/hrcities/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT DISTINCT ?wide ?act ?narrow { ?act a hrc:Act ; hrc:concerns ?narrow . ?narrow skos:broader ?wide "
        "MINUS { ?act hrc:concerns ?wide } } ORDER BY ?wide ?act LIMIT 5"
    ).table()
    assert rows.rows
    for wide, act, _ in rows:
        lines = part(story(reader, wide.value), "Acts that concern it").lines
        line = next(line for line in lines if line.thing.value == act.value)
        assert line.through
        assert line.proofs


def test_a_source_shows_what_rests_on_it(reader: Reader, world: EmbeddedStore):
    rests = part(story(reader, "source:zz-shore-herald"), "What rests on it")
    rows = world.answer(
        "PREFIX hrc: <https://w3id.org/hrcities/ontology#> "
        "SELECT ?thing ?quote { ?e a hrc:Evidence ; hrc:about ?thing ; "
        "hrc:quote ?quote ; hrc:source <https://w3id.org/hrcities/source/zz-shore-herald> }"
    ).table()
    read = {quote.value for _, quote in rows}
    assert len(rests.lines) + rests.more == len({thing.value for thing, _ in rows})
    for line in rests.lines:
        assert line.thing.label, "a stage is called by its act"
        assert {str(text) for text in line.texts} <= read
        assert len(line.texts) == len(line.proofs) > 0


def test_a_claim_and_a_disagreement_show_the_other_side(reader: Reader):
    third = story(reader, "claim:zz-harbourton-third")
    assert things(part(third, "What contradicts it")) == ["claim:zz-harbourton-fourth"]
    fourth = story(reader, "claim:zz-harbourton-fourth")
    assert things(part(fourth, "What it is contradicted by")) == ["claim:zz-harbourton-third"]
    name = part(third, "The disagreement").lines[0].thing.value
    sides = part(story(reader, name), "The sides")
    assert set(things(sides)) == {"claim:zz-harbourton-third", "claim:zz-harbourton-fourth"}
    assert all(line.texts and line.proofs for line in sides.lines)


def test_names_come_in_the_language_of_the_reader(store: EmbeddedStore):
    spanish = Reader(store, "es")
    rows = store.answer(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?x ?name "
        "{ ?x rdfs:label ?name FILTER(LANG(?name) = 'es') } LIMIT 3"
    ).table()
    for thing, name in rows:
        assert spanish.name(thing.value).label == name.value
    pittsburgh = spanish.name(expand("city:us-pittsburgh") or "")
    assert (pittsburgh.label, pittsburgh.language) == ("Pittsburgh", "en")


# Pages -----------------------------------------------------------------------------------------


def one_of_each(store: EmbeddedStore) -> list[str]:
    """A thing of every class that there is, the one with most said about it."""
    rows = store.answer(
        "SELECT ?class ?thing (COUNT(*) AS ?n) { ?thing a ?class ; ?p ?o "
        "FILTER(STRSTARTS(STR(?class), 'https://w3id.org/hrcities/ontology#')) } "
        "GROUP BY ?class ?thing ORDER BY ?class DESC(?n) ?thing"
    ).table()
    best: dict[str, str] = {}
    for cls, thing, _ in rows:
        best.setdefault(cls.value, thing.value)
    return sorted(best.values())


class Nests(HTMLParser):
    """Whether the elements of a page nest."""

    VOID = {"meta", "link", "input", "br", "img"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())


def test_every_kind_of_thing_has_a_page_that_holds_together(
    pages: FlaskClient, world: EmbeddedStore
):
    names = one_of_each(world)
    assert len(names) > 25
    for iri in names:
        page = pages.get("/" + iri.split("/hrcities/")[1] + ".html", headers=HTML)
        assert page.status_code == 200, iri
        read = Read(page.text)
        Nests(page.text)
        assert len(read.ids) == len(set(read.ids)), iri
        ends = {link[1:] for link in read.links if link.startswith("#")}
        assert ends <= set(read.ids), (iri, ends - set(read.ids))
        steps = zip(read.headings, read.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), (iri, read.headings)
        assert 'href="/contribute?about=' in page.text


def test_a_node_without_a_name_is_called_by_what_it_belongs_to(pages: FlaskClient):
    page = pages.get("/stage/zz-harbourton-2014-passed.html", headers=HTML).text
    assert "<h1>stage: Harbourton&#39;s ordinance on women&#39;s equality</h1>" in page
    assert "<h2>Of which act</h2>" in page


def test_a_page_of_a_hub_stays_light(client: FlaskClient):
    for path in (
        "/right/housing",
        "/right/economic-and-social-rights",
        "/source/workshop-2018-report",
        "/state/us",
    ):
        page = client.get(path + ".html", headers=HTML).text
        picture = re.search(r"<svg.*?</svg>", page, re.DOTALL)
        assert len((page.replace(picture[0], "") if picture else page).encode()) < 100_000, path


def test_what_the_picture_shows_stands_in_the_list(pages: FlaskClient):
    page = pages.get("/city/zz-harbourton.html", headers=HTML).text
    dots = re.findall(r'<a href="#(m\d+)" tabindex="-1">', page)
    assert len(dots) > 4
    assert all(f'<li id="{dot}">' in page for dot in dots)
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="timeline" aria-hidden="true"' in page


def test_a_picture_needs_two_moments(reader: Reader):
    told = story(reader, "city:zz-harbourton")
    assert timeline(told.moments[:1], listed=True) is None
    assert timeline([], listed=True) is None


def test_the_words_of_a_thing_are_never_markup(reader: Reader):
    told = story(reader, "city:zz-harbourton")
    assert "<title>2014-01-15: Harbourton&#39;s ordinance" in str(
        timeline(told.moments, listed=True)
    )


def test_every_chapter_is_told_somewhere(reader: Reader, store: EmbeddedStore):
    """A way that leads nowhere in any graph is misspelt: each property of the table is one of the ontology's."""
    known = {
        shorten(iri) for iri, _ in store.pairs("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    }
    used = {
        hop.removeprefix("^")
        for wants in WANTS.values()
        for want in wants
        for hop in re.split(r"[/|]", want.path)
    }
    ours = {name for name in used if name.startswith("hrc:")}
    assert ours <= known
    assert used - ours <= {
        "org:member",
        "org:organization",
        "org:unitOf",
        "eli:cites",
        "skos:broader",
    }
