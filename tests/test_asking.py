"""Values put into a saved query are checked and written as terms, whatever somebody types."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.describing import describe
from kg.errors import BadParameter, BadQueryFile, Refused, SyntaxFault, TooLarge, UnknownQuery
from kg.house import House
from kg.lexer import tokens
from kg.namespaces import BASE, expand, shorten
from kg.queries import Query, find, load, options
from kg.screening import screen
from kg.store import EmbeddedStore

PLACES = "practices-of-a-place"


@pytest.fixture
def about_a_place(world_house: House) -> Query:
    return find(world_house, PLACES)


@pytest.mark.parametrize(
    "written",
    [
        "city:zz-harbourton",
        "zz-harbourton",
        "city/zz-harbourton",
        f"{BASE}city/zz-harbourton",
        f"<{BASE}city/zz-harbourton>",
        "  zz-harbourton ",
    ],
)
def test_a_place_may_be_written_in_many_ways(
    written: str, about_a_place: Query, world: EmbeddedStore
):
    assert f"VALUES ?place {{ <{BASE}city/zz-harbourton> }}" in about_a_place.bind(
        {"place": [written]}, world
    )


def test_a_query_without_values_is_asked_as_it_stands(about_a_place: Query, world: EmbeddedStore):
    assert about_a_place.bind({}, world) == about_a_place.text


def test_any_leaves_a_parameter_open(about_a_place: Query, world: EmbeddedStore):
    rows = world.answer(about_a_place.bind({"place": ["any"]}, world)).table()
    assert rows.distinct("practice") == 28


def test_several_values_are_asked_together(about_a_place: Query, world: EmbeddedStore):
    both = about_a_place.bind({"place": ["zz-millbrook", "yy-saltmarsh"]}, world)
    assert world.answer(both).table().distinct("practice") == 3


@pytest.mark.parametrize(
    "attack",
    [
        f"{BASE}city/zz-harbourton> }} ?s ?p ?o . VALUES ?x {{ <{BASE}city/zz-harbourton",
        "zz-harbourton } ?s ?p ?o {",
        'x" || true || "',
        "city:zz-harbourton UNDEF",
        "\u0000",
        "<>",
        "actor:zz-womens-house",  # known, and not a place
        "javascript:alert(1)",
    ],
)
def test_no_value_reaches_the_query_unless_it_is_a_place(
    attack: str, about_a_place: Query, world: EmbeddedStore
):
    with pytest.raises(BadParameter):
        about_a_place.bind({"place": [attack]}, world)


def test_a_near_miss_is_told_what_was_probably_meant(about_a_place: Query, world: EmbeddedStore):
    with pytest.raises(BadParameter, match="Did you mean: zz-harbourton"):
        about_a_place.bind({"place": ["zz-harborton"]}, world)


def test_an_unknown_parameter_is_told_which_there_are(about_a_place: Query, world: EmbeddedStore):
    with pytest.raises(BadParameter, match="it has: place"):
        about_a_place.bind({"city": ["zz-harbourton"]}, world)


def test_an_unknown_query_is_told_which_there_are(world_house: House):
    with pytest.raises(UnknownQuery, match="practices-of-a-place"):
        find(world_house, "practice-of-a-place")


def test_a_group_or_a_position_may_be_asked_for(world_house: House, world: EmbeddedStore):
    group = next(
        p for p in find(world_house, "actors-by-right-and-group").parameters if p.name == "group"
    )
    labels = {option.label for option in options(group, world)}
    assert {"migrants", "women", "migrant women"} <= labels


# Literal parameters -----------------------------------------------------------------

TYPED = """#+ summary: Which rows come after this day?
#+ parameters:
#+   day: {datatype: date, help: The day.}
#+   least: {datatype: integer, range: [1, 10], help: How many.}
#+   word: {datatype: string, language: en, help: A word.}

SELECT ?x WHERE {
  # VALUES ?day { "not this one" }
  BIND("VALUES ?day { }" AS ?decoy)
  VALUES ?day { "2018-07-27"^^<http://www.w3.org/2001/XMLSchema#date> }
  VALUES ?least { 3 }
  VALUES ?word { "peace"@en }
  ?x ?y ?day .
}
ORDER BY ?x
"""


@pytest.fixture
def typed(tmp_path: Path) -> Query:
    file = tmp_path / "typed.rq"
    file.write_text(TYPED)
    return load(file)


def test_literals_are_written_as_their_kind(typed: Query, world: EmbeddedStore):
    text = typed.bind({"day": ["2020-02-29"], "least": ["7"], "word": ['a "b" \\ } c']}, world)
    assert 'VALUES ?day { "2020-02-29"^^<http://www.w3.org/2001/XMLSchema#date> }' in text
    assert 'VALUES ?least { "7"^^<http://www.w3.org/2001/XMLSchema#integer> }' in text
    assert 'VALUES ?word { "a \\"b\\" \\\\ } c"@en }' in text
    assert '# VALUES ?day { "not this one" }' in text
    assert 'BIND("VALUES ?day { }" AS ?decoy)' in text
    world.answer(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", "2019-02-29"),
        ("day", "27 July 2018"),
        ("day", "2018-07-27 }"),
        ("least", "0"),
        ("least", "11"),
        ("least", "3.5"),
        ("least", "3 }"),
        ("least", "٣"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    name: str, value: str, typed: Query, world: EmbeddedStore
):
    with pytest.raises(BadParameter, match=name):
        typed.bind({name: [value]}, world)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "summary"),
        ("#+ summary: Why?\n#+ sumary: Oh.\nASK { ?s ?p ?o }", "unknown entry"),
        (
            "#+ summary: Why?\n#+ parameters: {x: {class: hrc:City}}\nASK { ?s ?p ?o }",
            r"VALUES \?x",
        ),
        (
            "#+ summary: Why?\n#+ parameters: {x: {help: hm}}\nASK { VALUES ?x { 1 } }",
            "exactly one of",
        ),
        ("#+ summary: [\nASK { ?s ?p ?o }", "cannot be used"),
        ("#+ summary: Why?\nNOTHING", "SELECT"),
    ],
)
def test_a_query_file_that_cannot_be_used_says_why(text: str, why: str, tmp_path: Path):
    file = tmp_path / "wrong.rq"
    file.write_text(text)
    with pytest.raises(BadQueryFile, match=why):
        load(file)


def test_a_query_is_described_so_that_an_editor_finds_it(about_a_place: Query):
    said = {
        quad.predicate.value.rsplit("#", 1)[-1]: quad.object for quad in describe(about_a_place)
    }
    assert said["select"].value == about_a_place.text
    assert said["label"].value == about_a_place.summary


# What is seen of a visitor's query ------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", Refused),
        ("SELECT * { service silent ?x { ?s ?p ?o } }", Refused),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", Refused),
        ("PREFIX a: <a:> LOAD <file:///etc/passwd>", Refused),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", Refused),
        ("SELECT * FROM NAMED <http://127.0.0.1/x> { ?s ?p ?o }", Refused),
        ("PREFIX e: <file:///etc/> SELECT * FROM e:passwd { ?s ?p ?o }", Refused),
        ("ASK " + "{" * 5000 + "}" * 5000, Refused),
        ("ASK { FILTER(" + "1+" * 7000 + "1 = 1) }", TooLarge),
        ("ASK {} #" + "x" * 200_000, TooLarge),
        ("", SyntaxFault),
        ("# SELECT", SyntaxFault),
    ],
)
def test_what_is_never_answered_is_refused_before_it_is_run(query: str, error: type[Exception]):
    with pytest.raises(error):
        screen(query, graphs={f"{BASE}ontology/core"})


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?service WHERE { ?service ?p "SERVICE <http://x/>" } # SERVICE',
        "PREFIX service: <http://x/> ASK { service:x ?p '''a ' FROM <x> '' b''' }",
        f"SELECT * FROM <{BASE}ontology/core> {{ ?s ?p ?o }}",
        "SELECT ?insert { ?insert <a:load> ?drop FILTER(?insert < 3 && ?drop > 4) }",
    ],
)
def test_words_inside_strings_names_and_comments_are_no_keywords(query: str):
    assert screen(query, graphs={f"{BASE}ontology/core"}).form in ("SELECT", "ASK")


def test_tokens_cover_a_query_without_losing_a_sign():
    text = 'SELECT ?x { <a:b#c> a:b \'it\'\'s\' ; ?p """a "b" c"""@en , 1.5e3 . }'
    assert "".join(token.text for token in tokens(text)) == text.replace(" ", "").replace(
        'a"b"c', 'a "b" c'
    ).replace('"""a"b"c"""', '"""a "b" c"""')


def test_hostile_text_is_cut_in_linear_time():
    for text in (
        "'" * 50_000,
        '"""' + "\\" * 50_000,
        "<" * 50_000,
        "a" * 50_000 + ":",
        '"""' + '"' * 50_000,
    ):
        assert sum(1 for _ in tokens(text)) >= 1


def test_short_and_long_names_lead_to_each_other():
    iri = f"{BASE}city/us-pittsburgh"
    assert shorten(iri) == "city:us-pittsburgh"
    assert expand("city:us-pittsburgh") == iri
    assert expand("nope:x") is None
    assert shorten("urn:x") == "urn:x"
