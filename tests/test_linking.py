"""Names linked to places and things: how well, what is refused, and the command that does it."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.linking.countries import country_code
from kg.linking.files import column, read
from kg.linking.gazetteer import Gazetteer, Place, gazetteer
from kg.linking.match import MATCH, NONE, UNSURE, Matcher, Row
from kg.linking.names import folded, forms, parts
from kg.linking.things import NameBook, places
from kg.store import EmbeddedStore
from tests.benchmarks.linking.__main__ import GOALS, Case, cases, measures
from tests.conftest import ROOT

# In one process: the index of the world's places takes half a minute to make.
pytestmark = pytest.mark.xdist_group("linking")


@pytest.fixture(scope="module")
def world_places(_own_cache: None) -> Gazetteer:
    return gazetteer()


@pytest.fixture(scope="module")
def matcher(world_places: Gazetteer, store: EmbeddedStore) -> Matcher:
    return Matcher(world_places, places(store))


@pytest.fixture(scope="module")
def truth(matcher: Matcher) -> list[Case]:
    return cases(matcher)


def test_the_goals_are_reached_on_the_half_that_nothing_was_learned_from(truth: list[Case]):
    told = measures(one for one in truth if one.part == "test")
    assert told["links where there is none to make"] == 0
    for name, goal in GOALS.items():
        assert told[name] >= goal, (name, told)


def test_the_truth_is_large_and_hard_enough(truth: list[Case]):
    assert len(truth) >= 100
    assert sum(not one.meant for one in truth) >= 15
    names = {folded(one.row.name) for one in truth if one.kind in ("ambiguous", "none")}
    for hard in ("York", "Richmond", "Jackson", "Columbia", "Birmingham", "Santiago", "Córdoba"):
        assert folded(hard) in names
    for hard in ("Valencia", "León", "Saint-Denis"):
        assert folded(hard) in names


def test_a_place_of_the_graph_comes_with_its_name_here_and_elsewhere(matcher: Matcher):
    place = matcher.decide(Row("Stadt Nürnberg", "Deutschland")).place
    assert place is not None
    assert place.hrc == "https://w3id.org/hrcities/city/de-nuremberg"
    assert (place.wikidata, place.geonames) == ("Q2090", "2861650")


@pytest.mark.parametrize(
    ("row", "decision", "why"),
    [
        (Row(""), NONE, "no name"),
        (Row("Graz", "Narnia"), NONE, "no country is known as 'Narnia'"),
        (Row("Graz", "Germany"), NONE, "in DE"),
        (Row("York"), UNSURE, "places fit"),
        (Row("Richmond", "US"), UNSURE, "places fit"),
        (Row("Portland", "US", "Ontario"), UNSURE, "'Ontario'"),
        (Row("York", latitude=53.96, longitude=-1.08), MATCH, "within 25 km"),
        (Row("Graz", "AT", latitude=0.0, longitude=0.0), NONE, "elsewhere"),
        (Row("Graz", "AT", population=12), UNSURE, "inhabitants"),
        (Row("Jackson, MS"), MATCH, "State behind the name"),
        (Row("Montréal (Canada)"), MATCH, "country behind the name"),
    ],
)
def test_a_decision_says_why(row: Row, decision: str, why: str, matcher: Matcher):
    found = matcher.decide(row)
    assert (found.decision, why in found.why) == (decision, True), found.why
    assert (found.place is not None) or found.decision == NONE


def test_a_place_that_no_gazetteer_has_is_still_ours(world_places: Gazetteer):
    ours = Place(
        "Zzyzx Springs", "US", latitude=35.1, longitude=-116.1, hrc="city:zzyzx", population=20_000
    )
    found = Matcher(world_places, [ours]).decide(Row("City of Zzyzx Springs", "US"))
    assert (found.decision, found.place) == (MATCH, ours)


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Ville de Montréal", "montreal"),
        ("City and County of San Francisco", "san francisco"),
        ("Freie und Hansestadt Hamburg", "hamburg"),
        ("Göteborgs kommun", "goteborgs"),
        ("L'Aquila", "l aquila"),
        ("St. Louis", "saint louis"),
        ("Iğd\N{LATIN SMALL LETTER DOTLESS I}r Belediyesi", "igdir"),
        ("Kraków", "krakow"),
        ("광주", folded("광주")),
    ],
)
def test_a_name_is_known_under_its_proper_form(written: str, known: str):
    assert known in forms(written)


def test_what_stands_behind_a_name_is_taken_off():
    assert parts("Jackson, MS (USA)") == ("Jackson", ["MS", "USA"])
    assert parts("Saint-Denis") == ("Saint-Denis", [])
    assert parts(" , ") == (
        "",
        [
            "",
        ][1:],
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [("Deutschland", "DE"), ("the Netherlands", "NL"), ("KOR", "KR"), ("us", "US"), ("Côte d\u2019Ivoire", "CI"),
     ("Россия", "RU"), ("Reino Unido", "GB"), ("Narnia", None), ("", None)],
)  # fmt: skip
def test_a_country_is_known_in_many_languages(written: str, code: str | None):
    assert country_code(written) == code


def test_things_of_other_kinds_are_found_by_name(store: EmbeddedStore):
    book = NameBook(store, "instrument")
    assert book.decide("cedaw")[0] == MATCH
    decision, thing, why = book.decide("Universal Declaraton of Human Right")
    assert decision in (MATCH, UNSURE)
    assert thing is not None
    assert thing.iri.endswith("/instrument/udhr")
    assert "Universal Declaration" in why
    assert book.decide("The Hunting of the Snark")[0] == NONE


def link(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    program = "from kg.cli import main; main(prog_name='kg')"
    return subprocess.run(
        [sys.executable, "-c", program, "--house", str(ROOT), "link", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ,
    )


def test_a_table_comes_back_with_what_it_means(tmp_path: Path, world_places: Gazetteer):
    (tmp_path / "mine.csv").write_text(
        "No;Ville;Pays\n1;Nuremberg;Allemagne\n2;York;\n\n3;Atlantis;Grèce\n"
    )
    done = link("mine.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["decision"] for row in rows] == ["match", "unsure", "none"]
    assert rows[0]["hrc"] == "city:de-nuremberg"
    assert (rows[0]["wikidata"], rows[0]["geonames"], rows[0]["No"]) == ("Q2090", "2861650", "1")
    assert not any(row[name] for row in rows[1:] for name in ("hrc", "wikidata", "geonames"))
    assert "nearest: York" in rows[1]["why"]
    assert "3 rows: 1 match, 1 unsure, 1 none" in done.stderr


def test_what_was_begun_is_gone_on_with(tmp_path: Path, world_places: Gazetteer):
    (tmp_path / "mine.csv").write_text("city,country\nGraz,AT\nBergen,NO\nBarcelona,ES\n")
    out = tmp_path / "out.csv"
    assert link("mine.csv", "--out", "out.csv", cwd=tmp_path).returncode == 0
    whole = out.read_text()
    lines = whole.splitlines(keepends=True)
    marked = lines[1].replace("the name", "the name, kept from before")
    out.write_text(lines[0] + marked + lines[2][:7])  # stopped in the middle of a row
    assert link("mine.csv", "--out", "out.csv", cwd=tmp_path).returncode == 0
    assert out.read_text() == lines[0] + marked + "".join(lines[2:])
    (tmp_path / "other.csv").write_text("city,country\nOslo,NO\n")
    refused = link("other.csv", "--out", "out.csv", cwd=tmp_path)
    assert refused.returncode == 2
    assert "not the beginning of this table's answer" in refused.stderr
    assert out.read_text() == lines[0] + marked + "".join(lines[2:])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"x,y\n1,2\n", "--name"),
        ("a.csv", b"", "no line of headers"),
        ("a.csv", "name\nM\xfcnchen\n".encode("latin-1"), "UTF-8"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "XLSX"),
        ("a.doc", b"x", "Choose from: .csv"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(
    name: str, content: bytes, says: str, tmp_path: Path, world_places: Gazetteer
):
    (tmp_path / name).write_bytes(content)
    done = link(name, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path):
    (tmp_path / "mine.csv").write_text("Stadt,Land\nGraz,AT\n")
    done = link("mine.csv", "--name", "City", cwd=tmp_path)
    assert done.returncode == 2
    assert "no column 'City'. It has: Stadt, Land" in done.stderr


def test_usual_headers_are_found(tmp_path: Path):
    (tmp_path / "mine.tsv").write_text("Stadt\tBundesland\tLand\tLat\n")
    sheet = read(tmp_path / "mine.tsv")
    assert [column(sheet, what, None) for what in ("name", "state", "country", "latitude")] == [
        0,
        1,
        2,
        3,
    ]
    assert column(sheet, "population", None) is None
