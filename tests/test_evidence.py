"""The words under each row of an answer, and what each column says."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kg import evidence
from kg.answers import Table, Term
from kg.columns import columns, heading, meanings, terms, used
from kg.house import House
from kg.namespaces import BASE, PREFIXES, TERMS
from kg.queries import every, find
from kg.store import EmbeddedStore
from tests.conftest import HTML

ACT = BASE + "act/us-bozeman-5556-belonging"
CITY = BASE + "city/us-bozeman"
DISABILITY = BASE + "ground/disability"


def row(**cells: str) -> Table:
    terms = {
        name: Term("uri" if value.startswith("http") else "literal", value)
        for name, value in cells.items()
    }
    return Table(list(cells), [terms])


def words(store: EmbeddedStore, table: Table, *asked: str) -> list[evidence.Words]:
    (found,) = evidence.of_rows(table, asked, lambda text: store.answer(text).table())
    return found


def test_the_words_for_a_value_of_the_row_come_first(store: EmbeddedStore):
    found = words(store, row(act=ACT, ground=DISABILITY), TERMS + "names")
    assert found[0].of == ACT
    assert found[0].property == TERMS + "names"
    assert found[0].value == DISABILITY
    assert "race, ethnicity, gender, age, ability" in found[0].quote.value
    assert found[0].source == BASE + "source/us-bozeman-resolution-5556"
    assert found[0].grade == "official record"
    assert found[0].seen == "2026-11-26"
    assert found[0].reading == "interpreted"
    assert len({one.iri for one in found}) == len(found)


def test_words_for_another_value_come_after_words_for_none(store: EmbeddedStore):
    found = words(store, row(act=ACT), TERMS + "names", TERMS + "actOf")
    at = {one.property: place for place, one in reversed(list(enumerate(found)))}
    assert at[TERMS + "actOf"] < at[TERMS + "names"]


def test_what_joins_two_things_of_a_row_is_evidence_for_the_row(store: EmbeddedStore):
    """A membership stands in no column, and the words are about it."""
    city, network = BASE + "city/se-helsingborg", BASE + "actor/eccar"
    found = words(store, row(place=city, network=network))
    assert found[0].of.startswith(BASE + "membership/")
    assert {one.of for one in found} >= {found[0].of, city}


def test_a_row_without_things_has_no_evidence(store: EmbeddedStore):
    assert words(store, row(count="3", elsewhere="http://www.wikidata.org/entity/Q1")) == []


def test_each_row_of_a_page_shows_its_evidence(client: FlaskClient):
    """Whole, or the beginning of its words with a link to the row above in which it is written out."""
    page = client.get("/queries/cedaw-acts-that-name-more", headers=HTML).text
    rows = re.findall(r'<tr role="row"><td.*?</tr>', page, re.DOTALL)
    assert len(rows) == int(re.search(r"All (\d+) rows", page)[1])
    written, again = {}, []
    for one in rows:
        assert one.count('<details class="why">') == 1
        assert 1 <= one.count("<li") <= 3
        for anchor, piece in re.findall(r'<li(?: id="(\w+)")?>(.*?)</li>', one, re.DOTALL):
            assert re.search(r'<q lang="[a-z]+">', piece)
            if above := re.search(r'<a href="#(\w+)">', piece):
                again.append((above[1], text_of(piece)))
                assert above[1] in written
                continue
            written[anchor] = text_of(piece)
            assert 'href="/source/' in piece
            assert re.search(r"seen on .*20\d\d", written[anchor])
    assert again, "no row here repeats what stands above"
    for anchor, words in again:
        assert written[anchor].startswith(words.rstrip("…"))
    bozeman = next(one for one in rows if "/ground/disability" in one and "us-bozeman" in one)
    assert "age, ability, and socioeconomic status" in bozeman
    assert "official record" in page


def text_of(piece: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", piece)).strip()


def test_a_graph_is_shown_as_statements_with_evidence(client: FlaskClient):
    page = client.get("/queries/actors-rights-groups-graph", headers=HTML).text
    assert page.count('<tr role="row">') == 26
    assert '<details class="why">' in page
    assert "What the statement is about." in page


# Columns -----------------------------------------------------------------------------------------


def test_every_column_of_every_question_says_what_it_means(house: House, store: EmbeddedStore):
    known = terms(store)
    for query in every(house):
        if query.kind == "table":
            names = store.answer(query.text).table().for_people().columns
            silent = [one.name for one in columns(query, names, known) if not one.meaning]
            assert not silent, f"{query.name}: say in its head, under columns, what {silent} mean"
            gone = set(query.columns) - set(names)
            assert not gone, f"{query.name}: there is no column {gone}"


def test_a_meaning_is_the_files_own_word_or_else_the_ontologys(house: House, store: EmbeddedStore):
    known = terms(store)
    acts = meanings(find(house, "acts-of-a-place"), known)
    assert acts["act"] == known[TERMS + "Act"].definition
    assert acts["type"] == known[TERMS + "actType"].definition
    assert acts["place"] == "The place that the acts bind."
    assert meanings(find(house, "open-questions"), known)["about"].startswith("The thing of which")


def test_what_is_two_things_in_one_query_is_left_to_the_file(house: House, store: EmbeddedStore):
    """`?one` stands after org:organization and nowhere else; `?link` after several properties."""
    query = find(house, "chains-to-the-global-south")
    assert set(query.columns) >= {"link"}
    bare = type(query)(**(query.__dict__ | {"columns": {}}))
    assert "link" not in meanings(bare, terms(store))


def test_terms_of_a_question_are_explained(house: House, store: EmbeddedStore):
    found = {term.label for term in used(find(house, "acts-of-a-place"), terms(store))}
    assert {"act", "act of", "act type"} <= {label.lower() for label in found}


@pytest.mark.parametrize(
    ("name", "words"), [("universityRole", "university role"), ("act", "act"), ("url", "url")]
)
def test_a_heading_is_written_as_words(name: str, words: str):
    assert heading(name) == words


def test_names_are_no_meaning(store: EmbeddedStore):
    assert PREFIXES["rdfs"] + "label" not in terms(store)


def test_the_words_of_a_statement_are_about_it_and_its_value(store: EmbeddedStore):
    """Bozeman's resolution names disability in the words of one quote; nobody's words say that it names the moon."""
    said = (ACT, "hrc:names", DISABILITY)
    other = (ACT, "hrc:names", BASE + "group/moon")
    found = evidence.of_statements([said, other], lambda text: store.answer(text).table())
    assert any("race, ethnicity, gender, age, ability" in one.quote.value for one in found[said])
    assert all(one.of == ACT and one.property == TERMS + "names" for one in found[said])
    assert all(one.value in ("", DISABILITY) for one in found[said])
    assert [one.iri for one in found[said]] == sorted({one.iri for one in found[said]})
    assert [one for one in found[other] if one.value] == []
    assert evidence.of_statements([], lambda text: store.answer(text).table()) == {}
