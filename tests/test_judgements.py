"""Pairs are proposed, never merged; what was said of one is remembered, and nobody is asked twice."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.house import House
from kg.linking.links import links
from kg.namespaces import PREFIXES
from kg.rdf import parse
from kg.store import EmbeddedStore
from kg.validation import Contribution, Judge

# Two Larkhavens and a misspelt Tollmere; Harbourton is linked to the world's own gazetteer, not to this atlas.
ATLAS = """name,country,iri
Larkhaven,,https://atlas.example/1
Larkhaven,,https://atlas.example/2
Tollmere,,https://atlas.example/3
Harbourton,,https://atlas.example/4
Nowhere,,https://atlas.example/5
"""
HEAD = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX void: <http://rdfs.org/ns/void#>
PREFIX hrc: <https://w3id.org/hrcities/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
<https://w3id.org/hrcities/linkset/atlas> a void:Linkset ; dcterms:title "Links to the atlas"@en ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; void:linkPredicate skos:exactMatch ;
  void:objectsTarget <https://atlas.example/> ; void:subjectsTarget <https://w3id.org/hrcities/> .
<https://w3id.org/hrcities/source/atlas> a hrc:Source ; dcterms:title "The atlas"@en ;
  hrc:copyHeld "A table made up for this test."@en ; hrc:grade <https://w3id.org/hrcities/grade/other> .
"""


@pytest.fixture
def kg(world_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "atlas.csv").write_text(ATLAS)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--house", str(world_house.root), "link", *words])

    return run


def rows(file: str = "judgements.csv") -> list[dict[str, str]]:
    with Path(file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def say(judgement: dict[str, str], file: str = "judgements.csv", **more: str) -> None:
    """Write judgements into the file by the IRI of theirs, as a person would in a spreadsheet."""
    told = rows(file)
    for row in told:
        row["judgement"] = judgement.get(row["theirs"], row["judgement"])
        row.update(more if row["judgement"] else {})
    with Path(file).open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(told[0]))
        writer.writeheader()
        writer.writerows(told)


def test_what_has_a_name_in_the_atlas_is_proposed_and_the_rest_is_remembered_too(kg):
    done = kg("--propose", "atlas.csv")
    assert done.exit_code == 0, done.stderr
    pairs = {(row["ours"], row["theirs"]) for row in rows() if row["theirs"]}
    # No row says its country, and no place there is known to be large: each is a proposal, none a link.
    assert pairs == {
        ("city:zz-larkhaven", "https://atlas.example/1"),
        ("city:zz-larkhaven", "https://atlas.example/2"),
        ("city:zz-tollmere", "https://atlas.example/3"),
        ("city:zz-harbourton", "https://atlas.example/4"),
    }
    assert {row["judgement"] for row in rows()} == {""}
    assert all("name: " in row["compared"] for row in rows() if row["theirs"])
    assert "4 new proposals for 3 of them" in done.stderr
    assert done.stdout == ""


def test_nobody_is_asked_twice_whatever_was_said(kg):
    kg("--propose", "atlas.csv")
    say(
        {
            "https://atlas.example/1": "no",
            "https://atlas.example/3": "ja",
            "https://atlas.example/4": "unsure",
        }
    )
    before = Path("judgements.csv").read_bytes()
    again = kg("--propose", "atlas.csv")
    assert again.exit_code == 0, again.stderr
    assert "0 new proposals" in again.stderr
    assert Path("judgements.csv").read_bytes() == before


def test_a_pair_that_the_graph_has_refused_is_not_proposed(kg, world: EmbeddedStore):
    """The world has links of Harbourton to its gazetteer: one made, one refused."""
    assert {one.refused for one in links(world)} == {True, False}
    Path("zz-gazetteer.csv").write_text("name,iri\nHarbourton,https://gazetteer.example/place/9\n")
    done = kg("--propose", "zz-gazetteer.csv")
    assert done.exit_code == 0, done.stderr
    assert [row for row in rows() if row["theirs"]] == []


def test_what_was_judged_becomes_links_that_can_be_published(kg, judge: Judge):
    kg("--propose", "atlas.csv")
    say(
        {
            "https://atlas.example/1": "yes",
            "https://atlas.example/2": "No",
            "https://atlas.example/3": "unsure",
        },
        confidence="0.8",
    )
    done = kg("--judged", "--by", "A. Reader")
    assert done.exit_code == 0, done.stderr
    assert "1 links and 1 refusals; 1 proposals wait" in done.stderr
    said = tuple(parse((done.stdout + HEAD).encode(), "judged"))
    triples = {tuple(str(node) for node in quad.triple) for quad in said}
    larkhaven = f"<{PREFIXES['city']}zz-larkhaven>"
    assert (larkhaven, f"<{PREFIXES['skos']}exactMatch>", "<https://atlas.example/1>") in triples
    assert (larkhaven, f"<{PREFIXES['owl']}differentFrom>", "<https://atlas.example/2>") in triples
    assert "atlas.example/3" not in done.stdout
    assert '"A. Reader"' in done.stdout
    assert judge.findings([Contribution("judged", said)]) == []


@pytest.mark.parametrize(
    ("said", "by", "sentence"),
    [
        (
            {"https://atlas.example/1": "perhaps"},
            "X",
            "line 2: the judgement is 'perhaps'; write yes, no or unsure",
        ),
        (
            {"https://atlas.example/1": "yes", "https://atlas.example/2": "yes"},
            "X",
            "cannot be both",
        ),
        ({"https://atlas.example/1": "yes"}, "", "say --by NAME"),
    ],
)
def test_a_judgement_that_cannot_stand_says_why(kg, said: dict[str, str], by: str, sentence: str):
    kg("--propose", "atlas.csv")
    found = [row for row in rows() if row["theirs"] == "https://atlas.example/1"]
    with Path("judgements.csv").open("w", newline="") as out:
        writer = csv.DictWriter(out, list(found[0]))
        writer.writeheader()
        writer.writerows([*found, *(row | {"theirs": "https://atlas.example/2"} for row in found)])
    say(said)
    done = kg("--judged", "--by", by)
    assert done.exit_code == 2, done.output
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_run_that_was_stopped_goes_on_where_it_was(kg):
    kg("--propose", "atlas.csv")
    whole = Path("judgements.csv").read_text()
    lines = whole.splitlines(keepends=True)
    Path("judgements.csv").write_text("".join(lines[:2]) + lines[2][:30])
    assert kg("--propose", "atlas.csv").exit_code == 0
    assert Path("judgements.csv").read_text() == whole


@pytest.mark.parametrize(
    ("words", "content", "sentence"),
    [
        (
            ["--propose", "gazetteer-of-nobody"],
            "",
            "There is no source 'gazetteer-of-nobody'. Say geonames",
        ),
        (
            ["--propose", "bad.csv"],
            "name,number\nX,1\n",
            "it has no column 'iri'; it has name, number",
        ),
        (["--propose", "bad.csv"], "name,iri\nX,12\n", "line 2: '12' is no IRI; write it in full"),
        (["--propose", "geonames", "--type", "act"], "", "geonames has places only"),
        (
            ["--propose", "atlas.csv", "--judgements", "bad.csv"],
            "a,b\n1,2\n",
            "no file of judgements",
        ),
        (["--judged"], "", "There is no file judgements.csv"),
        ([], "", "Name a table to link, or say --propose SOURCE"),
    ],
)
def test_what_cannot_be_done_is_said(kg, words: list[str], content: str, sentence: str):
    Path("bad.csv").write_text(content)
    done = kg(*words)
    assert done.exit_code == 2, done.output
    assert sentence in " ".join(done.stderr.split())


def test_other_things_are_proposed_by_name(kg):
    Path("bodies.csv").write_text(
        "name,iri\nHarbourton Harbor Watch,https://bodies.example/1\nZzz,https://bodies.example/2\n"
    )
    done = kg("--propose", "bodies.csv", "--type", "actor")
    assert done.exit_code == 0, done.stderr
    assert {row["predicate"] for row in rows() if row["theirs"]} <= {"skos:closeMatch"}
    assert any(not row["theirs"] for row in rows())
