"""Links go out as SSSOM that others can read, and come in as proposals that nobody believes unasked."""

from __future__ import annotations

import csv
import io
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.house import House
from kg.linking.links import links
from kg.linking.sssom import COLUMNS, JUSTIFICATIONS, Imported, as_sssom, proposals
from kg.namespaces import PREFIXES, expand
from kg.store import EmbeddedStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sssom_pydantic

HEAD = """#curie_map:
#  city: https://w3id.org/hrcities/city/
#  atlas: https://atlas.example/
#mapping_set_id: https://atlas.example/mappings
"""
COLUMN = "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\tmapping_justification\tconfidence\n"


@pytest.fixture(scope="module")
def out(store: EmbeddedStore) -> str:
    return "".join(as_sssom(store, "1"))


def rows(text: str) -> list[dict[str, str]]:
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    return list(csv.DictReader(io.StringIO(body), delimiter="\t"))


def test_every_link_goes_out_with_its_grounds(out: str, store: EmbeddedStore):
    known, told = links(store), rows(out)
    assert len(told) == len(known) > 800
    assert sum(row["predicate_modifier"] == "Not" for row in told) == sum(
        one.refused for one in known
    )
    assert list(told[0]) == list(COLUMNS)
    for row in told:
        assert expand(row["mapping_justification"]) in JUSTIFICATIONS
        needed = (
            "subject_id",
            "predicate_id",
            "mapping_date",
            "author_label",
            "comment",
            "confidence",
        )
        assert all(row[name] for name in needed), row
        assert bool(row["object_id"]) != (row["object_type"] == "rdfs literal"), row


def test_a_reader_of_the_standard_reads_them(out: str, tmp_path: Path):
    """`sssom-pydantic` knows no literal mappings yet, so the codes of ISO and M49 are left out for it."""
    file = tmp_path / "links.sssom.tsv"
    file.write_text(
        "".join(line for line in out.splitlines(keepends=True) if "\trdfs literal\t" not in line)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mappings, _, about, errors = sssom_pydantic.read(file, return_errors=True)
    assert errors == []
    assert len(mappings) == sum(bool(row["object_id"]) for row in rows(out))
    (graz,) = [m for m in mappings if m.subject.curie == "city:at-graz" and m.object.prefix == "wd"]
    assert (graz.predicate.curie, graz.justification.curie) == (
        "skos:exactMatch",
        "semapv:CompositeMatching",
    )
    assert str(about.id) == "https://w3id.org/hrcities/data/links"


def test_what_goes_out_of_one_graph_comes_into_another_as_proposals(
    world: EmbeddedStore, tmp_path: Path
):
    """Into the graph that it came from, nothing is new."""
    file = tmp_path / "world.sssom.tsv"
    file.write_text("".join(as_sssom(world, "1")))
    found = proposals(file, world)
    known = {(one.ours, one.theirs) for one in links(world)}
    pairs = {(expand(one.ours), one.theirs) for one in found.proposals}
    assert pairs == known
    assert [one.linkset for one in found.proposals] == ["zz-gazetteer", "zz-gazetteer"]
    assert ["not " in one.compared for one in found.proposals].count(True) == 1


def read(body: str, world: EmbeddedStore, folder: Path) -> Imported:
    file = folder / "theirs.sssom.tsv"
    file.write_text(HEAD + COLUMN + body)
    return proposals(file, world)


def test_a_mapping_the_other_way_round_is_turned(world: EmbeddedStore, tmp_path: Path):
    body = "atlas:7\tskos:broadMatch\t\tcity:zz-millbrook\tMillbrook\tsemapv:LexicalMatching\t0.8\n"
    (one,) = read(body, world, tmp_path).proposals
    assert (one.ours, one.predicate, one.theirs) == (
        "city:zz-millbrook",
        "skos:narrowMatch",
        "https://atlas.example/7",
    )
    assert one.judgement == ""


def test_what_is_not_ours_is_passed_over_and_counted(world: EmbeddedStore, tmp_path: Path):
    body = (
        "atlas:7\tskos:exactMatch\t\tatlas:8\tx\tsemapv:LexicalMatching\t0.8\n"
        "city:zz-atlantis\tskos:exactMatch\t\tatlas:8\tx\tsemapv:LexicalMatching\t0.8\n"
        "city:zz-millbrook\tskos:exactMatch\t\tcity:zz-harbourton\tx\tsemapv:LexicalMatching\t0.8\n"
        "city:zz-millbrook\trdfs:seeAlso\t\tatlas:8\tx\tsemapv:LexicalMatching\t0.8\n"
        "city:zz-millbrook\tskos:notation\t\t\tMB\tsemapv:LexicalMatching\t0.8\n"
    )
    found = read(body, world, tmp_path)
    assert found.proposals == []
    assert found.passed_over == {
        "neither is a thing of this graph": 2,
        "both are things of this graph": 1,
        "the predicate rdfs:seeAlso is no match": 1,
        "a mapping to a text, which is no thing": 1,
    }


def one_row(
    subject: str, predicate: str, theirs: str, justification: str = "semapv:LexicalMatching"
) -> str:
    return f"{HEAD}{COLUMN}{subject}\t{predicate}\t\t{theirs}\t\t{justification}\t1\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "subject_id\tobject_id\n", "line 5: it has no column 'predicate_id'"),
        ("#curie_map: [\n" + COLUMN, "the metadata on top are no YAML"),
        ("#curie_map: x\n" + COLUMN, "curie_map is no list"),
        (
            one_row("city:zz-millbrook", "skos:exactMatch", "nobody:1"),
            "line 6: the prefix of 'nobody:1' is not declared",
        ),
        (
            one_row("city:zz-millbrook", "skos:exactMatch", "atlas:1", "semapv:Stemming"),
            "'semapv:Stemming' is no justification",
        ),
        (one_row("city:zz-millbrook", "", "atlas:1"), "it has no predicate_id"),
        (one_row("city:zz-millbrook", "skos:exactMatch", "atlas:> <x"), "makes no IRI"),
        (one_row("city:" + "z" * 140_000, "skos:exactMatch", "atlas:1"), "this row is no TSV"),
    ],
    ids=["column", "yaml", "map", "prefix", "justification", "predicate", "iri", "long"],
)
def test_what_is_no_sssom_says_where(text: str, sentence: str, world_house: House, tmp_path: Path):
    file = tmp_path / "bad.sssom.tsv"
    file.write_text(text)
    book = tmp_path / "judgements.csv"
    done = CliRunner().invoke(
        main,
        [
            "--house",
            str(world_house.root),
            "link",
            "--from-sssom",
            str(file),
            "--judgements",
            str(book),
        ],
    )
    assert done.exit_code == 2, done.output
    assert sentence in done.stderr
    assert not book.exists()


def test_the_commands_bring_it_out_and_in_once(world_house: House, tmp_path: Path):
    def kg(*words: str) -> tuple[str, str]:
        done = CliRunner().invoke(main, ["--house", str(world_house.root), "link", *words])
        assert done.exit_code == 0, done.output
        return done.stdout, done.stderr

    text, _ = kg("--sssom")
    assert f"skos: {PREFIXES['skos']}" in text
    file, book = tmp_path / "theirs.sssom.tsv", tmp_path / "judgements.csv"
    row = "city:zz-millbrook\tskos:exactMatch\t\tatlas:1\tMillbrook\tsemapv:LexicalMatching\t0.8\n"
    file.write_text(HEAD + COLUMN + row + row)
    _, said = kg("--from-sssom", str(file), "--judgements", str(book))
    assert "2 mappings of things of this graph, 1 of them new" in said
    before = book.read_bytes()
    _, said = kg("--from-sssom", str(file), "--judgements", str(book))
    assert "0 of them new" in said
    assert book.read_bytes() == before
