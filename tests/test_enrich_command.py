"""`kg enrich`: settings, files, and one endpoint's failure that is no other's."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg.build import build
from kg.cli import main
from kg.enriching.findings import items
from kg.enriching.settings import endpoints
from kg.house import House
from kg.linking.links import links
from kg.namespaces import BASE
from kg.store import EmbeddedStore
from tests import endpoints as on_loopback
from tests.endpoints import Loopback, serving
from tests.test_enriching import WD, answering, wikidata_shaped

__all__ = ["answering", "wikidata_shaped"]  # fixtures


def kg(house: House, *words: str) -> Result:
    return CliRunner().invoke(main, ["--house", str(house.root), "enrich", *words])


def test_two_endpoints_one_of_them_failing(
    answering: Loopback, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What the failing one had said before is still in its file; the house is as it was."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    before = house.digest()
    version = build(house).version
    fields = "".join(
        f'[{{name}}.fields.{one.name}]\npredicate = "{one.predicate}"\nkind = "{one.kind}"\ncompare = "{one.compare}"\n'
        for one in endpoints()["wikidata"].fields
    )
    with serving(on_loopback.a_page) as failing:
        config, out = tmp_path / "mine.toml", tmp_path / "out"
        config.write_text(
            "".join(
                f'[{name}]\nendpoint = "{address}"\nlicence = "CC0"\nspace = "{WD}"\npause = 0\n'
                + fields.replace("{name}", name)
                for name, address in (("good", answering.address), ("bad", failing.address))
            )
        )
        out.mkdir()
        (out / "bad.trig").write_text("# as it was\n")
        done = kg(house, "--config", str(config), "--out", str(out))
    assert done.exit_code == 2
    assert "bad: it sent a web page instead of an answer." in done.stderr
    assert "3 values disagree with ours" in done.stderr
    assert (out / "bad.trig").read_text() == "# as it was\n"
    graph = list(ox.parse((out / "good.trig").read_bytes(), format=ox.RdfFormat.TRIG))
    assert {quad.graph_name.value for quad in graph} == {f"{BASE}enrichment/good"}
    with (out / "conflicts.csv").open(encoding="utf-8") as table:
        assert [row["thing"] for row in csv.DictReader(table)] == ["city:at-graz"] + [
            "city:de-nuremberg"
        ] * 2
    assert (house.digest(), build(house).version) == (before, version)


HEAD = '[x]\nendpoint = "http://a/"\nlicence = "c"\nspace = "http://a/"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[x", "this is no TOML"),
        ("x = 1", "[x] is no table"),
        ('[x]\nlicence = "CC0"', "[x] lacks 'endpoint'"),
        (HEAD.replace("http://a/", "file:///etc/x") + 'fields.a.kind = "text"', "begins with http"),
        (HEAD + 'fields.a = { predicate = "http://a/", kind = "colour" }', "choose from number"),
        (
            HEAD + 'batch = 0\nfields.a = { predicate = "http://a/", kind = "text" }',
            "from 1 to 500",
        ),
    ],
)
def test_settings_that_cannot_be_used_say_why(text: str, says: str, house: House, tmp_path: Path):
    config = tmp_path / "mine.toml"
    config.write_text(text)
    done = kg(house, "--config", str(config), "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert says in done.stderr


def test_the_endpoints_are_listed(house: House):
    done = kg(house, "--list")
    assert done.exit_code == 0
    assert "https://query.wikidata.org/sparql" in done.stdout
    assert "No endpoint is called 'x'" in kg(house, "x").stderr


def test_every_own_setting_asks_about_things_that_are_linked(store: EmbeddedStore):
    known = {one.theirs for one in links(store) if not one.refused}
    for one in endpoints().values():
        assert set(items(store, one)) <= known
        assert len(items(store, one)) > 40
