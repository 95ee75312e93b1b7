"""What was promised and not followed, ranks counted again, and reviews: on the invented world and on any graph."""

from __future__ import annotations

import csv
import random

from hypothesis import given
from hypothesis import strategies as st

from kg.explore import Facts, Result, gaps, proofs, reviews
from kg.explore.ranks import Rule, rank
from kg.namespaces import expand, shorten
from kg.store import EmbeddedStore
from tests.conftest import TESTS


def rows(result: Result, part: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(str(row.cells[name] or "") for name in columns) for row in result.part(part).rows]


def worked_out(name: str) -> list[dict[str, str]]:
    """The answer of a saved question that was worked out by hand."""
    text = (TESTS / "queries" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


# Commitments ----------------------------------------------------------------------


def test_what_nothing_followed_is_what_the_saved_question_says(facts: Facts):
    part = gaps.VIEW.answer(facts, {"at": ["2020"]}).part("open")
    said = {
        row["act"]: row["looked"].replace("no search on record", gaps.NOBODY)
        for row in worked_out("acts-without-follow-up")
    }
    found = {shorten(row.cells["act"].value): str(row.cells["looked"]) for row in part.rows}
    assert found == said


def test_ages_are_counted_to_the_date(facts: Facts):
    """Ember passed its ordinance on 14 May 2013: in the middle of 2020 that is 7.1 years ago. Of the five only
    Kettleford's was looked for; Larkhaven's is the youngest, of October 2018."""
    result = gaps.VIEW.answer(facts, {"at": ["2020"]})
    assert rows(result, "open", "place", "age") == [
        ("Ember County", "7.1"),
        ("Dunmouth", "5.3"),
        ("Millbrook", "4.1"),
        ("Kettleford", "2.6"),
        ("Larkhaven", "1.7"),
    ]
    bands = rows(result, "ages", "age", gaps.FOUND_NOTHING, gaps.SOME, gaps.NOBODY)
    assert bands[:3] == [
        ("under 2 years", "0", "0", "1"),
        ("2 to 5 years", "1", "0", "1"),
        ("5 to 10 years", "0", "0", "2"),
    ]
    assert sum(int(row[1]) + int(row[2]) + int(row[3]) for row in bands) == 5


def test_one_country_alone(facts: Facts):
    result = gaps.VIEW.answer(facts, {"at": ["2020"], "country": ["state:yy-yonderland"]})
    assert rows(result, "open", "place") == [("Dunmouth",)]
    assert rows(result, "disagreements", "about") == []


def test_ranks_are_what_the_saved_question_says(facts: Facts):
    """Among all places and among cities alone, by acts that cite CEDAW, as worked out for the saved question."""
    cedaw, state = expand("instrument:cedaw"), expand("state:zz-zedland")
    said = worked_out("ordinal-claims-recomputed")
    assert len(said) == 5
    for row in said:
        place = expand(row["place"])
        assert rank(facts, place, Rule(state, "place", cedaw)) == (int(row["amongAll"]),) * 2
        assert rank(facts, place, Rule(state, "hrc:City", cedaw)) == (int(row["amongCities"]),) * 2


def test_third_or_fourth_depends_on_how_one_counts(facts: Facts):
    answer = gaps.VIEW.answer(facts, {})
    found = {row[0]: row[1:] for row in rows(answer, "ranks", "claim", "verdict", "true under")}
    third = found["third city in the country to pass a CEDAW ordinance"][1].split("; ")
    fourth = found["fourth city in the country to pass a CEDAW ordinance"][1].split("; ")
    assert all(rule.startswith("cities of") for rule in third)
    assert all(rule.startswith("places of") for rule in fourth)
    verdict = found["third city with a CEDAW ordinance"][0]
    assert verdict == "true under no way of counting"


def test_days_that_overlap_leave_a_rank_open():
    """One place in 2015, another on 1 June 2015: either may have been first."""
    facts = Facts(dated({"a": "2015", "b": "2015-06-01", "c": "2016-02"}))
    assert rank(facts, "a", Rule("", "place", "")) == (1, 2)
    assert rank(facts, "b", Rule("", "place", "")) == (1, 2)
    assert rank(facts, "c", Rule("", "place", "")) == (3, 3)


def test_disagreements_show_the_words_of_both_sides(facts: Facts, world: EmbeddedStore):
    part = gaps.VIEW.answer(facts, {}).part("disagreements")
    found = proofs(world, [said for row in part.rows for said in row.basis])
    quotes = {
        proof.quote.value
        for row in part.rows
        if str(row.cells["disagreement"]) == "Whether Harbourton was third or fourth"
        for said in row.basis
        for proof in found[said]
    }
    assert quotes == {
        "Harbourton was the third city in the country to pass a CEDAW ordinance",
        "we, Harbourton, were the fourth city in the country to pass a CEDAW ordinance",
    }


def dated(when: dict[str, str]) -> list[tuple[str, str, str]]:
    """Places, each with one act that was passed on a day."""
    said = []
    for place, day in when.items():
        act, stage = f"act-{place}", f"stage-{place}"
        said += [(place, "rdf:type", expand("hrc:City")), (act, "rdf:type", expand("hrc:Act"))]
        said += [(act, "hrc:actOf", place), (act, "hrc:stage", stage)]
        said += [(stage, "hrc:happenedOn", day)]
        said += [(stage, "hrc:stageType", expand("stage-type:passed"))]
    return said


days = st.dictionaries(
    st.sampled_from("abcdef"),
    st.sampled_from(["2001", "2001-05", "2001-05-07", "2002", "2003-01"]),
    min_size=1,
)


@given(days, st.randoms(use_true_random=False))
def test_neither_order_nor_an_unrelated_city_moves_a_gap_or_a_rank(
    when: dict[str, str], chance: random.Random
):
    said = dated(when)
    before = gaps.VIEW.answer(Facts(said), {"at": ["2010"]})
    assert len(before.part("open").rows) == len(when)
    chance.shuffle(said)
    assert gaps.VIEW.answer(Facts(said), {"at": ["2010"]}) == before
    with_city = Facts([*said, ("far", "rdf:type", expand("hrc:City"))])
    after = gaps.VIEW.answer(with_city, {"at": ["2010"]})
    assert after.part("open") == before.part("open")
    anywhere = Rule("", "place", "")
    for place in when:
        assert rank(with_city, place, anywhere) == rank(Facts(said), place, anywhere)


# Reviews --------------------------------------------------------------------------


def test_what_a_source_ties_and_what_only_shares_a_subject_stand_apart(facts: Facts):
    result = reviews.VIEW.answer(facts, {"place": ["state:zz-zedland"]})
    assert set(rows(result, "taken", "recommendation", "practice")) == {
        ("Zedland should leave nobody outside in winter", "Rooms for winter"),
        ("Zedland should make homes affordable", "Land trust of the quay"),
        ("Zedland should make homes affordable", "Empty homes on common land"),
        ("Zedland should make homes affordable", "Advice on rent"),
        ("Zedland should bring water to its villages", "Case of the closed wells"),
    }
    subject = rows(result, "subject", "recommendation", "on the same subject")
    assert ("Zedland should make homes affordable", "Evenings on rights") in subject
    tied = {"Rooms for winter", "Advice on rent", "Case of the closed wells"}
    assert not {practice for _, practice in subject} & tied


def test_a_city_answers_for_itself(facts: Facts):
    """Millbrook's budget is for housing, for migrants and women: no recommendation is for these alone, and none is
    taken up. One recommendation is on water, one on tenants' homes, one on homeless people's."""
    result = reviews.VIEW.answer(facts, {"place": ["city:zz-millbrook"]})
    assert {row[0] for row in rows(result, "recommendations", "answered")} == {reviews.NOTHING}
    assert len(result.part("unanswered").rows) == 3
    assert rows(result, "goals", "goal") == [("SDG target 16.7",)]


def test_a_target_counts_under_its_goal(facts: Facts):
    """Goal 11 is served three times, target 11.1 twice; target 16.7 once."""
    result = reviews.VIEW.answer(facts, {"place": ["state:zz-zedland"]})
    found = [row[0] for row in rows(result, "allgoals", "links")]
    assert sorted(found) == ["0"] * 15 + ["1", "5"]


@given(st.sets(st.sampled_from("vwx"), min_size=1), st.sets(st.sampled_from("vwx")))
def test_a_subject_is_shared_where_all_of_it_is_carried(asked: set[str], carried: set[str]):
    said = [(one, "rdf:type", expand("hrc:Right")) for one in "vwx"]
    said += [("r", "rdf:type", expand("hrc:Recommendation")), ("r", "hrc:recommendedTo", "s")]
    said += [("r", "hrc:concerns", one) for one in asked]
    said += [("p", "hrc:concerns", one) for one in carried]
    said += [("c", "rdf:type", expand("hrc:City")), ("c", "hrc:within", "s")]
    said += [("p", "hrc:takesPlaceIn", "c")]
    (found,) = reviews.answered(Facts(said), "s", ["c"])
    assert (found.how == reviews.SUBJECT) is (asked <= carried)


def test_each_gap_has_its_table_to_fill_in(facts: Facts):
    """A row leads to the table of those of its country that lack its answer: as many as it counts."""
    for row in gaps.VIEW.answer(facts, {}).part("unknown").rows:
        asked = dict(row.onward)
        (kind,) = asked.pop("part")
        lacking = gaps.VIEW.answer(facts, asked)
        assert [one.cells for one in lacking.part("unknown").rows] == [row.cells]
        filled = lacking.part(kind)
        assert filled.plain
        if asked["question"] == ("followed",):  # those that somebody looked for are among them
            assert len(filled.rows) >= int(str(row.cells["unanswered"]))
        else:
            assert len(filled.rows) == int(str(row.cells["unanswered"]))
        short = shorten(row.cells["first"].value)
        assert any(short in (str(one.cells["act"]), str(one.cells["city"])) for one in filled.rows)
