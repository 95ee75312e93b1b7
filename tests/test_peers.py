"""Which places are alike, and how acts differ: worked out by hand, and what must hold of any places."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadParameter
from kg.explore import Facts, Result, compare, peers, proofs
from kg.explore.profiles import GROUPS, KINDS, Profiles, profiles
from kg.namespaces import expand
from kg.store import EmbeddedStore

HARBOURTON, LARKHAVEN = "act:zz-harbourton-2014-womens-equality", "act:zz-larkhaven-2012-equality"


def rows(result, part: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(str(row.cells[name] or "") for name in columns) for row in result.part(part).rows]


# Peers --------------------------------------------------------------------------


def test_harbourton_promised_a_budget_that_others_have(facts: Facts):
    """Its ordinance provides for a body and a budget; a commission and a report followed, no money. Money followed acts
    of Larkhaven and of Kettleford."""
    found = rows(
        peers.VIEW.answer(facts, {"city": ["city:zz-harbourton"]}),
        "done",
        "promised",
        "done in",
        "by",
    )
    assert found == [
        ("budget", "Kettleford", "Memory fund"),
        ("budget", "Larkhaven", "Money for equality"),
    ]


def test_a_draft_that_was_rejected_is_no_commitment(facts: Facts):
    """Saltmarsh cites CEDAW in a rejected draft and in a campaign; the kind of act does not count."""
    features = profiles(facts).by_place[expand("city:yy-saltmarsh")].features
    assert ("instruments", expand("instrument:cedaw")) in features
    assert not [iri for kind, iri in features if kind == "kinds of act"]


def test_the_nearest_of_a_region_lie_in_it(facts: Facts):
    asked = {"city": ["city:zz-harbourton"], "region": ["state:zz-zedland"]}
    found = rows(peers.VIEW.answer(facts, asked), "region", "peer", "country")
    assert {country for _, country in found} == {"Zedland"}
    everywhere = rows(peers.VIEW.answer(facts, asked), "peers", "peer", "country")
    assert [row for row in everywhere if row[1] == "Zedland"] == found


def test_each_likeness_rests_on_words_of_both(facts: Facts, world: EmbeddedStore):
    part = peers.VIEW.answer(facts, {"city": ["city:zz-harbourton"]}).part("peers")
    found = proofs(world, [said for row in part.rows for said in row.basis])
    for row in part.rows:
        assert sum(bool(found[said]) for said in row.basis) >= 2


def test_likeness_by_hand():
    """x is of two places, so 1 / log2(3); y and z of one each, so 1. A has x and y, B has x, C has z."""
    known = Profiles(Facts(places([{"x", "y"}, {"x"}, {"z"}])))
    a, b, c = known.by_place.values()
    x = 1 / math.log2(3)
    assert known.likeness(a, b).value == pytest.approx(x / (x + 1))
    assert known.likeness(a, c).value == 0
    assert known.likeness(a, b, [kind for kind in KINDS if kind != GROUPS]).value == 0


def places(
    named: list[set[str]], extra: list[tuple[str, str, str]] | None = None
) -> list[tuple[str, str, str]]:
    """Cities, each with one practice that centres some groups."""
    said = [(expand(f"group:{one}"), "rdf:type", expand("hrc:Group")) for one in "vwxyz"]
    for at, groups in enumerate(named):
        city, practice = expand(f"city:zz-{at:02}"), expand(f"practice:zz-{at:02}")
        said += [
            (city, "rdf:type", expand("hrc:City")),
            (practice, "rdf:type", expand("hrc:Practice")),
        ]
        said += [(practice, "hrc:takesPlaceIn", city)]
        said += [(practice, "hrc:centres", expand(f"group:{one}")) for one in groups]
    return said + (extra or [])


cities = st.lists(st.sets(st.sampled_from("vwxyz"), min_size=1), min_size=1, max_size=6)


@given(cities)
def test_likeness_is_a_likeness(named: list[set[str]]):
    """Between 0 and 1, the same both ways, 1 for equals."""
    known = Profiles(Facts(places(named)))
    for one, ours in zip(known.by_place.values(), named, strict=True):
        for other, theirs in zip(known.by_place.values(), named, strict=True):
            value = known.likeness(one, other).value
            assert 0 <= value <= 1
            assert value == known.likeness(other, one).value
            assert (value == 1) is (ours == theirs)
            assert (value == 0) is (not ours & theirs)


@given(cities, st.randoms(use_true_random=False))
def test_neither_order_nor_an_unrelated_city_changes_anything(
    named: list[set[str]], chance: random.Random
):
    asked = {"city": ["city:zz-00"]}
    said = places(named)
    before = peers.VIEW.answer(Facts(said), asked)
    chance.shuffle(said)
    assert peers.VIEW.answer(Facts(said), asked) == before
    far = [("https://w3id.org/hrcities/city/zz-far", "rdf:type", expand("hrc:City"))]
    far += [
        ("practice:far", "hrc:takesPlaceIn", far[0][0]),
        ("practice:far", "hrc:concerns", "right:far"),
    ]
    far += [
        ("right:far", "rdf:type", expand("hrc:Right")),
        ("practice:far", "rdf:type", expand("hrc:Practice")),
    ]
    assert peers.VIEW.answer(Facts(said + far), asked).parts == before.parts


def test_a_broader_concept_makes_alike():
    """One centres x, the other y; once y is broader than x, they share y."""
    plain = Profiles(Facts(places([{"x"}, {"y"}])))
    assert plain.likeness(*plain.by_place.values()).value == 0
    broader = [(expand("group:x"), "skos:broader", expand("group:y"))]
    linked = Profiles(Facts(places([{"x"}, {"y"}], broader)))
    assert linked.likeness(*linked.by_place.values()).shared == ((GROUPS, expand("group:y")),)


# Acts side by side ----------------------------------------------------------------


def test_what_each_act_made_of_the_model(facts: Facts):
    """The model names race and sex and provides for a body, a budget and a report."""
    found = rows(
        compare.VIEW.answer(facts, {"act": [LARKHAVEN, HARBOURTON]}),
        "templates",
        "act",
        "element",
        "change",
    )
    assert [row[1:] for row in found if "Larkhaven" in row[0]] == [
        ("disability", "added"),
        ("race", "kept"),
        ("sex", "kept"),
        ("body", "kept"),
        ("budget", "dropped"),
        ("report", "kept"),
    ]
    assert [row[1:] for row in found if "Harbourton" in row[0]] == [
        ("race", "dropped"),
        ("sex", "dropped"),
        ("migrant women", "added"),
        ("body", "kept"),
        ("budget", "kept"),
        ("report", "dropped"),
    ]


def test_the_lives_of_acts_in_the_order_of_their_dates(facts: Facts):
    part = compare.VIEW.answer(facts, {"act": [LARKHAVEN, HARBOURTON]}).part("sides")
    life = next(row for row in part.rows if str(row.cells["aspect"]) == "life")
    assert [str(cell) for name, cell in life.cells.items() if name != "aspect"] == [
        "passed 2012-11-20; amended 2017-05 over migration status",
        "introduced 2014-01-15; passed 2014-03-02",
    ]


def test_how_the_wording_travelled(facts: Facts):
    found = rows(
        compare.VIEW.answer(facts, {"act": [LARKHAVEN, HARBOURTON]}),
        "family",
        "step",
        "text",
        "adopted",
    )
    assert found == [
        ("0", "Model ordinance on equality", "2012"),
        ("1", "Larkhaven's ordinance on equality", "2012-11-20"),
        ("1", "Harbourton's ordinance on women's equality", "2014-03-02"),
        ("1", "Kettleford's ordinance on equality", "2017-11-21"),
        ("1", "Saltmarsh's draft ordinance on women's equality", ""),
        (
            "0",
            "Convention on the Elimination of All Forms of Discrimination against Women",
            "1979-12-18",
        ),
        ("1", "Ember County's ordinance on women", "2013-05-14"),
        ("1", "Tollmere's ordinance on women", "2013-09"),
    ]
    how = rows(
        compare.VIEW.answer(facts, {"act": [LARKHAVEN, HARBOURTON]}), "family", "how", "from"
    )
    assert [one[0] for one in how].count("derived from") == 4
    assert [one[0] for one in how][-3:] == ["", "cites", "cites"]


def test_without_a_choice_the_richest_family_is_compared(facts: Facts, store: EmbeddedStore):
    """Three acts that cite or derive from one text; of the published graph, each with ten elements or more."""
    for one, least in ((facts, 1), (Facts.read(store), 10)):
        answer = compare.VIEW.answer(one, {})
        acts = compare.VIEW.chosen(one, {})["act"]
        assert len(acts) == 3
        origins = [set(one.values(expand(act), "eli:cites", "hrc:derivedFrom")) for act in acts]
        assert set.intersection(*origins)
        held = answer.part("content").rows
        for head in answer.part("content").columns[3:]:
            assert sum(str(row.cells[head]) == "yes" for row in held) >= least


def test_without_a_choice_acts_that_changed_their_template_come_first(facts: Facts):
    """Heirs of the model ordinance: Saltmarsh dropped four and added one, Harbourton dropped three and added one,
    Kettleford dropped three, Larkhaven dropped one and added one."""
    chosen = compare.VIEW.chosen(facts, {})["act"]
    assert [act.split("-")[1] for act in chosen] == ["saltmarsh", "harbourton", "kettleford"]
    answer = compare.VIEW.answer(facts, {})
    kinds = {str(row.cells["change"]) for row in answer.part("templates").rows}
    assert {"dropped", "added"} <= kinds
    assert (answer.part("act"), answer.notes) == (None, ())


def test_where_no_change_is_on_record_there_is_a_table_to_say_it_in():
    def answered(ours: str) -> Result:
        said = [(act, "rdf:type", expand("hrc:Act")) for act in ("a", "b")]
        said += [("a", "hrc:derivedFrom", "model"), ("a", "hrc:names", ours)]
        return compare.ask(Facts([*said, ("model", "hrc:names", "x")]), {"act": ("a", "b")})

    same, other = answered("x"), answered("y")
    assert [str(row.cells["act"]) for row in same.part("act").rows] == ["a"]
    assert "Of 2 acts 1 are recorded as derived" in same.notes[0]
    assert "1 of them have a template whose content is on record, and 0 are known" in same.notes[0]
    assert (other.part("act"), other.notes) == (None, ())


def test_two_to_six_acts_can_be_compared(facts: Facts):
    with pytest.raises(BadParameter, match="at least 2"):
        compare.VIEW.answer(facts, {"act": [LARKHAVEN]})


@given(st.sets(st.sampled_from("vwxyz")), st.sets(st.sampled_from("vwxyz"), min_size=1))
def test_what_is_kept_dropped_and_added_is_all_there_is(ours: set[str], theirs: set[str]):
    said = [("act", "hrc:names", one) for one in ours] + [
        ("model", "hrc:names", one) for one in theirs
    ]
    found = {value: change for _, value, change, _ in compare.changes(Facts(said), "act", "model")}
    assert {one for one, change in found.items() if change == "kept"} == ours & theirs
    assert {one for one, change in found.items() if change == "dropped"} == theirs - ours
    assert {one for one, change in found.items() if change == "added"} == ours - theirs
