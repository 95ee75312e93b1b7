"""The curation report: its figures are those of the graph, on the command line and on the page."""

from __future__ import annotations

import json

from click.testing import CliRunner
from flask.testing import FlaskClient

from kg.cli import main
from kg.house import House
from kg.report import COMPETENCY_QUESTIONS, COUNTS, Section, competency, report
from kg.store import EmbeddedStore


def section(sections: list[Section], title: str) -> Section:
    return next(one for one in sections if one.title == title)


def figures(one: Section, name: str, count: str) -> dict[str, str]:
    return {str(row[name]): str(row[count]) for row in one.table.rows}


def test_the_invented_world_is_counted(world: EmbeddedStore, world_house: House):
    sections = list(report(world_house, world))
    counted = figures(section(sections, "What there is"), "what", "count")
    said = world.answer(
        "SELECT ?s ?c { ?s a ?c . FILTER(STRSTARTS(STR(?s), 'https://w3id.org/hrcities/')) }"
    ).table()
    classes = [str(row["c"]).removeprefix("hrc:") for row in said.rows]
    assert counted["acts"] == str(classes.count("Act"))
    assert counted["searches for follow-up that found nothing"] == "3"
    assert counted["intersectional positions"] == str(classes.count("IntersectionalPosition"))
    assert int(counted["claims in a disagreement"]) >= 4


def test_a_fact_of_two_sources_is_not_weak(world: EmbeddedStore, world_house: House):
    """The world's ordinance was passed on one day by two papers; nearly all else rests on one."""
    facts = section(list(report(world_house, world)), "Facts and their sources")
    counted = figures(facts, "what", "facts")
    total, double = (
        int(counted["all facts with evidence"]),
        int(counted["with two or more sources"]),
    )
    assert 0 < double < total
    assert int(counted["weak"]) <= total - double


def test_every_competency_question_has_one_query(house: House):
    numbers = [query.competency for query in competency(house)]
    assert numbers == list(range(1, COMPETENCY_QUESTIONS + 1))


def test_the_command_and_the_page_give_the_same_figures(client: FlaskClient):
    printed = CliRunner().invoke(main, ["report", "--format", "json"])
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.output) == client.get("/about/data.json").json


def test_the_page_says_how_much_there_is_and_what_is_missing(client: FlaskClient):
    page = client.get("/about/data").text
    for words in COUNTS:
        assert words in page
    assert page.count("<li value=") == COMPETENCY_QUESTIONS


def test_the_report_reads_as_text():
    printed = CliRunner().invoke(main, ["report"])
    assert printed.exit_code == 0
    assert "What there is" in printed.output
    assert "The twenty questions" in printed.output
