"""What a contribution would change: the same answers as a build that has it, and advice that no shape gives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.answers import Wanted
from kg.build import Built, build
from kg.dates import When, readings, serial
from kg.house import House
from kg.namespaces import BASE, PREFIXES
from kg.queries import every
from kg.rdf import parse
from kg.store import EmbeddedStore
from kg.validation import Brought, Checker, Review, kept_patterns, read_file
from kg.validation.company import Company, Contribution
from kg.validation.effects import Scales, _changes, _difference
from kg.validation.relevance import may_matter, patterns
from kg.validation.writers import as_json, as_text
from tests.conftest import TESTS

PATIENCE = 600.0  # so that nothing is left unasked on a busy machine
SOUND = TESTS / "mistakes" / "sound.ttl"
MILLBROOK = TESTS / "world" / "zz-millbrook.ttl"


@pytest.fixture(scope="module")
def checker(world_house: House, world: EmbeddedStore) -> Checker:
    return Checker(world_house, world, "pyshifty", patience=PATIENCE)


def advice(review: Review) -> dict[str, str]:
    return {
        one.shape.rsplit("/", 1)[1]: one.message for one in review.findings if "advice" in one.shape
    }


def rebuilt(world_house: House, folder: Path, file: Path, name: str) -> EmbeddedStore:
    """The world with this file in it, built as a publisher would."""
    for wing in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(world_house.root / wing, folder / wing)
    shutil.copy(file, folder / "data" / "world" / name)
    return build(House(folder)).open()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (None, "new.ttl"),
        (("right:housing", "right:health"), MILLBROOK.name),
        (('rdfs:label "Millbrook"@en', 'rdfs:label "Millbrook upon Tarn"@en'), MILLBROOK.name),
    ],
    ids=["a new file", "another right", "another name"],
)
def test_what_is_foretold_is_what_a_build_answers(
    change: tuple[str, str] | None,
    name: str,
    checker: Checker,
    world_house: House,
    world: EmbeddedStore,
    tmp_path: Path,
):
    """Every saved question as it stands, asked of both stores: its rows differ as told, or not at all."""
    text = SOUND.read_text() if change is None else MILLBROOK.read_text()
    if change is not None:
        assert change[0] in text
        text = text.replace(*change)
    file = tmp_path / name
    file.write_text(text)
    replaces = f"{BASE}data/world/{MILLBROOK.stem}" if change else None
    review = checker.check([Brought(str(file), text.encode(), "turtle", replaces)])
    after = rebuilt(world_house, tmp_path / "after", file, name)
    differing = {}
    for query in every(world_house):
        if query.kind == "table":
            rows = [store.answer(query.text, Wanted("json")).table() for store in (world, after)]
            gained, lost = _difference(*rows)
            if gained or lost:
                differing[query.name] = (len(rows[0]), len(rows[1]), gained[:5], lost[:5])
    foretold = {
        one.query: (one.before, one.after, list(one.gained), list(one.lost))
        for one in review.effects
        if not one.asked
    }
    assert foretold == differing
    assert foretold


def test_the_store_to_try_on_is_left_as_it_was(
    checker: Checker, world_house: House, world: EmbeddedStore, tmp_path: Path
):
    scratch = world.copy(tmp_path / "copy")
    trying = Checker(world_house, world, "pyshifty", scratch, PATIENCE)
    first = trying.check([read_file(SOUND, world_house)])
    assert trying.check([read_file(SOUND, world_house)]).effects == first.effects
    count = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert scratch.answer(count, Wanted("csv")).body == world.answer(count, Wanted("csv")).body


def test_a_new_place_is_asked_about_by_name(checker: Checker, world_house: House):
    effects = checker.check([read_file(SOUND, world_house)]).effects
    (acts,) = [one for one in effects if one.query == "acts-of-a-place"]
    assert acts.asked == "place=city:zz-stonebridge"
    assert (acts.before, acts.after) == (0, 2)
    assert acts.gained[1] == "Stonebridge's ordinance on water · ordinance · passed · 2019-05-07"


PARTS = sorted(file.name for file in (TESTS / "world").glob("*.ttl"))[::4]


@pytest.fixture(scope="module")
def scales(world_house: House, world: EmbeddedStore) -> Scales:
    return Scales(every(world_house), world)


@pytest.mark.parametrize("name", PARTS)
def test_a_question_that_is_left_out_would_have_answered_the_same(
    name: str, scales: Scales, world: EmbeddedStore, tmp_path: Path
):
    """Half of a published file takes the place of the whole: each question left out has no other rows."""
    blocks = (TESTS / "world" / name).read_text().split("\n\n")
    text = "\n\n".join([blocks[0], *blocks[1::2]])
    quads = tuple(parse(text.encode(), name))
    graph = f"{BASE}data/world/{name.removesuffix('.ttl')}"
    company = Company(world, [Contribution(name, quads, graph)])
    copy = world.copy(tmp_path / "copy")
    changed = _changes(world, company)
    copy.change(changed.add, changed.take)
    left_out = [
        query
        for query in scales.questions
        if query.kind == "table" and not scales.may_matter(query, company)
    ]
    for query in left_out:
        after = copy.answer(query.text, Wanted("json")).table()
        assert _difference(scales.answered(query.text), after) == ([], []), query.name
    assert left_out


def test_the_patterns_that_are_kept_are_those_of_the_questions(
    world_house: House, world_built: Built
):
    kept = kept_patterns.read(world_built.folder)
    texts = [query.text for query in every(world_house) if query.kind == "table"]
    assert kept == {text: patterns(text) for text in texts}


def test_most_questions_are_left_out_of_a_small_change(scales: Scales, world: EmbeddedStore):
    company = Company(world, [Contribution("it", tuple(parse(SOUND.read_bytes(), "it")), None)])
    tables = [query for query in scales.questions if query.kind == "table"]
    kept = {query.name for query in tables if scales.may_matter(query, company)}
    assert len(kept) < len(tables) / 2
    assert {"acts-without-follow-up", "sources-by-grade"} <= kept
    assert not {"practices-of-a-place", "interpreted-statements"} & kept


@pytest.mark.parametrize(
    ("where", "matters"),
    [
        ("?x a hrc:Practice ; rdfs:label ?label", False),
        ("?x a hrc:City ; rdfs:label ?label", True),
        ("?x a hrc:State . OPTIONAL { ?x rdfs:label ?label }", False),
        ("?x a hrc:City . OPTIONAL { ?x rdfs:label ?label }", True),
        ("VALUES ?x { city:zz-millbrook } ?x rdfs:label ?label", False),
        ("VALUES ?x { city:zz-new } ?x rdfs:label ?label", True),
        ("VALUES ?x { UNDEF } ?x rdfs:label ?label", True),
        ("?x a hrc:City MINUS { ?x rdfs:label 'Old'@en }", True),
        ("?y a hrc:Practice MINUS { ?y rdfs:label ?label }", False),
        ("?y a hrc:Practice FILTER NOT EXISTS { ?x rdfs:label 'New'@en }", True),
        ("{ ?x a hrc:Act } UNION { ?x hrc:within ?y }", True),
        ("{ ?x a hrc:Act } UNION { ?x hrc:near ?y }", False),
        ("?x hrc:within/rdfs:label ?label", True),
        ("?act hrc:actOf/hrc:near ?x", False),
        ("?x ?property state:zz-zedland", True),
        ("?x ?property state:yy-yonderland", False),
        (
            "?x a hrc:Practice { SELECT ?x (COUNT(?l) AS ?n) { ?x rdfs:label ?l } GROUP BY ?x }",
            True,
        ),
        ("?x rdfs:label ?label FILTER(?label = 'no such')", True),
    ],
)
def test_a_change_matters_where_what_stands_beside_it_can_hold(
    where: str, matters: bool, world: EmbeddedStore
):
    """A new city with its name and its State; what the question asks beside decides."""
    heads = {name: PREFIXES[name] for name in ("city", "hrc", "rdfs", "state")}
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in heads.items())
    text = 'city:zz-new a hrc:City ; rdfs:label "New"@en ; hrc:within state:zz-zedland .'
    quads = tuple(parse((head + text).encode(), "it"))
    company = Company(world, [Contribution("it", quads, None)])
    group = patterns(f"{head}SELECT * {{ {where} }}")
    assert group is not None
    assert may_matter(group, company.added, company.either) is matters


def test_the_verdict_does_not_wait_for_what_there_is_no_time_to_weigh(
    checker: Checker, world_house: House, world: EmbeddedStore
):
    whole = checker.check([read_file(SOUND, world_house)])
    assert whole.unasked == ()
    hasty = Checker(world_house, world, "pyshifty", patience=0.0)
    review = hasty.check([read_file(SOUND, world_house)])
    assert (review.findings, review.summary) == (whole.findings, whole.summary)
    assert review.effects == ()
    assert set(review.unasked) >= {one.query for one in whole.effects}
    assert f"not asked: {len(review.unasked)} saved questions" in as_text(review)
    assert json.loads(as_json(review))["unasked"] == list(review.unasked)


def test_the_answers_of_before_are_asked_once(
    world_house: House, world: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
):
    again = Checker(world_house, world, "pyshifty", patience=PATIENCE)
    first = again.check([read_file(SOUND, world_house)])
    asked: list[str] = []
    answer = world.answer
    monkeypatch.setattr(
        world, "answer", lambda text, *more: asked.append(text) or answer(text, *more)
    )
    assert again.check([read_file(SOUND, world_house)]).effects == first.effects
    assert not {query.text for query in every(world_house)} & set(asked)


def test_a_changed_copy_of_a_published_file_is_known_for_what_it_is(checker: Checker):
    text = MILLBROOK.read_text().replace("Millbrook lies", "Millbrook rests").encode()
    beside = checker.check([Brought("mine.ttl", text, "turtle")], weigh=False)
    assert "--replaces" not in advice(beside)["likely-new-version"]
    assert "data/world/zz-millbrook" in advice(beside)["likely-new-version"]
    (told,) = [one for one in beside.findings if one.shape.endswith("likely-new-version")]
    assert told.fix is not None
    assert "--replaces world/zz-millbrook" in told.fix.sentence
    instead = checker.check(
        [Brought("mine.ttl", text, "turtle", f"{BASE}data/world/zz-millbrook")], weigh=False
    )
    assert advice(instead) == {}
    assert len(instead.summary.added) == len(instead.summary.removed) == 1


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (
            'city:n a hrc:City ; rdfs:label "millbrook"@fr ; hrc:within state:zz-zedland .',
            "city:zz-millbrook",
        ),
        ('actor:n a hrc:Actor ; rdfs:label "Home\'s First Coalition"@en .', "actor:zz-homes-first"),
        (
            'source:n a hrc:Source ; schema:url "http://www.gazette.example/human-rights/"^^xsd:anyURI .',
            "source:zz-harbourton-gazette",
        ),
        ('city:n a hrc:City ; rdfs:label "Millbrook"@en ; hrc:within state:yy-yonderland .', None),
        ('city:n a hrc:City ; rdfs:label "Millford"@en ; hrc:within state:zz-zedland .', None),
    ],
    ids=["a name", "a name with a slip", "an address", "another State", "another name"],
)
def test_what_is_published_already_is_pointed_out(text: str, other: str | None, checker: Checker):
    head = "".join(
        f"PREFIX {name}: <{BASE}{name}/>\n" for name in ("city", "actor", "source", "state")
    )
    head += f"PREFIX hrc: <{BASE}ontology#>\nPREFIX schema: <https://schema.org/>\n"
    head += "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    head += "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
    said = advice(checker.check([Brought("mine.ttl", (head + text).encode(), "turtle")], False))
    if other is None:
        assert "likely-duplicate" not in said
    else:
        assert f"as {other}:" in said["likely-duplicate"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2018-07-27", ["2018-07-27 date"]),
        ("27.7.2018", ["2018-07-27 date"]),
        ("7/27/2018", ["2018-07-27 date"]),
        ("05/06/2018", ["2018-06-05 date", "2018-05-06 date"]),
        ("5 février 2019", ["2019-02-05 date"]),
        ("February 5th, 2019", ["2019-02-05 date"]),
        ("marzo de 2004", ["2004-03 gYearMonth"]),
        ("2004", ["2004 gYear"]),
        ("31/02/2018", []),
        ("05/06/18", []),
        ("last spring", []),
        ("", []),
    ],
)
def test_a_date_is_read_as_people_write_it(written: str, meant: list[str]):
    assert sorted(f"{one.text} {one.datatype}" for one in readings(written)) == sorted(meant)


def test_a_spreadsheet_counts_days_from_1899():
    assert serial(43308) == When("2018-07-27", "date")
    assert serial(43308.5) is None
    assert serial(99_999) is None


def test_watching_checks_again_when_the_file_is_saved(world_house: House, tmp_path: Path):
    file = tmp_path / "mine.ttl"
    file.write_text(SOUND.read_text().replace("state:zz-zedland", "state:zz-zeddland"))
    said = tmp_path / "said"
    program = "from kg.cli import main; main(prog_name='kg')"
    with said.open("w") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-u",
                "-c",
                program,
                "--house",
                str(world_house.root),
                "validate",
                str(file),
                "--watch",
                "--no-answers",
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def comes(words: str) -> bool:
        until = time.monotonic() + 40
        while time.monotonic() < until:
            if words in said.read_text():
                return True
            time.sleep(0.1)
        return False

    try:
        assert comes("Did you mean state:zz-zedland?")
        assert comes("Watching 1 file")
        file.write_text("city:zz-stonebridge a")
        assert comes("prefix city: has not been declared")
        file.write_text(SOUND.read_text())
        assert comes("nothing to mend")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
