"""A checked contribution becomes a file, a patch and a pull request; the server writes none of them."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kg.errors import FormatLoss, Refused
from kg.handover import HandOver, hand_over, patch, wanted_path
from kg.house import House
from kg.namespaces import PREFIXES
from kg.rdf import parse
from kg.tables.columns import KINDS
from kg.turtle import formatted
from server.repository import pull_request
from tests.conftest import HTML, ROOT, problem

HEAD = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())
ACT = """
act:us-pittsburgh-2030-night-bus a hrc:Act ; rdfs:label "Pittsburgh's invented act on the night bus"@en ;
    hrc:actOf city:us-pittsburgh ; hrc:actType act-type:resolution .
evidence:us-pittsburgh-2030-night-bus-1 a hrc:Evidence ; hrc:about act:us-pittsburgh-2030-night-bus ;
    hrc:quote "a bus in every hour of the night"@en ; hrc:reading reading:stated ; hrc:seenOn "2026-11-22"^^xsd:date ;
    hrc:source source:achr-text ; hrc:supports hrc:actOf , hrc:actType .
"""
CITY = """
city:zz-harbourton a hrc:City ; rdfs:label "Harbourton"@en ; hrc:within state:us .
evidence:zz-harbourton-1 a hrc:Evidence ; hrc:about city:zz-harbourton ; hrc:quote "Harbourton, a town by the sea"@en ;
    hrc:reading reading:stated ; hrc:seenOn "2026-11-22"^^xsd:date ; hrc:source source:achr-text ;
    hrc:supports hrc:within .
"""
PITTSBURGH = "data/cities/us-pittsburgh.ttl"


def sent(client: FlaskClient, what: str, text: str, **fields: str):
    data = {"text": text, "syntax": "turtle", **fields}
    return client.post(f"/contribute/{what}", data=data)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository in which the published file of Pittsburgh lies."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    (tmp_path / PITTSBURGH).parent.mkdir(parents=True)
    shutil.copy(ROOT / PITTSBURGH, tmp_path / PITTSBURGH)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def applied(change: str, checkout: Path) -> None:
    for arguments in (["--check"], []):
        subprocess.run(
            ["git", "apply", *arguments, "-"], cwd=checkout, input=change, text=True, check=True
        )


@pytest.mark.parametrize(
    ("text", "replaces", "path"),
    [
        (HEAD + CITY, "", "data/cities/zz-harbourton.ttl"),
        (HEAD + ACT, "", PITTSBURGH),
        (
            (ROOT / PITTSBURGH).read_text().replace('"Pittsburgh"@en', '"Pittsburgh, Pa."@en'),
            "data/cities/us-pittsburgh",
            PITTSBURGH,
        ),
    ],
    ids=["a new file", "added to a published one", "a new version"],
)
def test_git_applies_the_patch_and_has_the_file(
    client: FlaskClient, checkout: Path, text: str, replaces: str, path: str
):
    file = sent(client, "file", text, replaces=replaces)
    change = sent(client, "patch", text, replaces=replaces)
    assert file.status_code == change.status_code == 200, file.text
    assert f'filename="{Path(path).name}"' in file.headers["Content-Disposition"]
    applied(change.text, checkout)
    assert (checkout / path).read_text() == file.text
    assert formatted(file.text, path) == file.text


def test_what_is_added_to_a_published_file_takes_nothing_from_it(client: FlaskClient):
    before = set(parse((ROOT / PITTSBURGH).read_bytes(), ""))
    after = set(parse(sent(client, "file", HEAD + ACT).data, ""))
    assert after - before == set(parse((HEAD + ACT).encode(), ""))
    assert before <= after


def test_the_page_hands_over_what_was_checked(client: FlaskClient, checkout: Path, house: House):
    """As a person does it: check, then press the buttons, whose hidden fields are sent as they stand."""
    version = house.digest()
    upload = {"file": (io.BytesIO((HEAD + ACT).encode()), "mine.ttl")}
    page = client.post("/validate", data=upload, headers=HTML).text
    assert "nothing to mend" in page
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'name="(\w+)"(?: size="48")? value="([^"]*)"', page)
    }
    assert fields["name"] == PITTSBURGH
    assert base64.b64decode(fields["content"]) == (HEAD + ACT).encode()
    change = client.post("/contribute/patch", data=fields).text
    applied(change, checkout)
    assert "act:us-pittsburgh-2030-night-bus" in (checkout / PITTSBURGH).read_text()
    assert house.digest() == version


def test_what_must_be_mended_is_not_handed_over(client: FlaskClient):
    wrong = HEAD + ACT.replace("city:us-pittsburgh", "city:us-pitsburgh")
    page = client.post("/validate", data={"text": wrong}, headers=HTML).text
    assert "Did you mean city:us-pittsburgh" in page
    assert "/contribute/file" not in page
    refused = sent(client, "file", wrong)
    assert refused.status_code == 400
    assert problem(refused)["detail"].startswith("To be mended first: ")


def test_what_is_too_large_to_be_sent_back_is_not_offered(client: FlaskClient):
    long = HEAD + CITY + f"#{'x' * 1000}\n" * 800
    page = client.post("/validate", data={"text": long}, headers=HTML).text
    assert "too large for this page to send back" in page
    assert "/contribute/file" not in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "data/../server/x.ttl"}, "cannot be the name of the file"),
        ({"name": "/etc/passwd"}, "cannot be the name of the file"),
        ({"name": "data/cities/Graz.ttl"}, "cannot be the name of the file"),
        ({"text": " "}, "nothing to hand over"),
        ({"content": "%%%"}, "not base64"),
        ({"replaces": "data/nowhere"}, "No published file"),
    ],
)
def test_a_hand_over_that_cannot_be_says_why(
    client: FlaskClient, fields: dict[str, str], says: str
):
    answer = client.post("/contribute/file", data={"text": HEAD + CITY, **fields})
    assert answer.status_code == 400
    assert says in problem(answer)["detail"]


def test_another_name_may_be_chosen(client: FlaskClient):
    change = sent(client, "patch", HEAD + CITY, name="data/cities/zz-harbourton-on-sea.ttl").text
    assert change.startswith("diff --git a/data/cities/zz-harbourton-on-sea.ttl b/data/cities/")
    assert "\nnew file mode 100644\n--- /dev/null\n+++ b/data/cities/" in change


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("village:gm-x a hrc:Village . source:y a hrc:Source .", "data/villages/gm-x.ttl"),
        ("act:at-graz-x a hrc:Act ; hrc:actOf city:at-graz .", "data/cities/at-graz.ttl"),
        ("practice:x a hrc:Practice ; hrc:takesPlaceIn county:y .", "data/counties/y.ttl"),
        ("actor:x a hrc:Actor . source:y a hrc:Source .", "data/actors/x.ttl"),
        ("group:x a hrc:IntersectionalPosition .", "data/positions/x.ttl"),
        ("claim:x a hrc:Claim ; hrc:madeIn source:y .", "data/claims/x.ttl"),
        ("source:b a hrc:Source . source:a a hrc:Source .", "data/sources/a.ttl"),
    ],
)
def test_a_contribution_goes_into_the_file_of_what_it_is_about(text: str, path: str):
    assert wanted_path([quad.triple for quad in parse((HEAD + text).encode(), "")]) == path


def test_published_files_would_be_called_as_they_are(house: House):
    """All but a few: links, sources that came with other things, and an event that is told with its place."""
    files = [file for file in house.files("data") if file.parent.name != "links"]
    others = [
        file
        for file in files
        if wanted_path(quad.triple for quad in parse(file.read_bytes(), ""))
        != file.relative_to(house.root).as_posix()
    ]
    assert len(others) <= len(files) / 20, others


def test_comments_at_the_head_are_kept_and_others_are_counted(house: House):
    text = f"# Read in the town hall.\n{HEAD}\n# a doubt\n{CITY}"
    ready = hand_over(parse(text.encode(), ""), text, house)
    assert ready.text.startswith("# Read in the town hall.\n\nPREFIX ")
    assert ready.comments == 1
    assert "doubt" not in ready.text


def test_what_has_no_name_cannot_be_kept(house: House):
    with pytest.raises(FormatLoss, match="blank node"):
        hand_over(parse(b"[] <a:b> <a:c> .", ""), "", house)
    with pytest.raises(Refused):
        hand_over([], "", house, named="x.ttl")


def test_a_file_without_a_last_line_end_is_patched_too(tmp_path: Path):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "x.ttl").write_text("a\nb")
    applied(patch("x.ttl", "a\nb", "a\nc\n"), tmp_path)
    assert (tmp_path / "x.ttl").read_text() == "a\nc\n"
    assert patch("x.ttl", "a\n", "a\n") == ""


def test_the_ends_of_lines_that_a_browser_makes_stay_out_of_the_text(client: FlaskClient):
    long = CITY.replace('"Harbourton"@en', '"""Harbourton\non the sea"""@en')
    text = (HEAD + long).replace("\n", "\r\n")
    assert '"Harbourton\\non the sea"@en' in sent(client, "file", text).text


REPOSITORY = "https://code.example/rights/cities"


def ready(text: str, new: bool = True) -> HandOver:
    return HandOver("data/cities/zz-harbourton.ttl", text, "", new, False, 0)


def test_a_pull_request_is_filled_in_where_an_address_can_hold_it():
    address = urlsplit(pull_request(REPOSITORY + "/", ready('a "b&c" #d')))
    assert address.path == "/rights/cities/new/main/data"
    assert parse_qs(address.query) == {
        "filename": ["cities/zz-harbourton.ttl"],
        "value": ['a "b&c" #d'],
    }
    long = urlsplit(pull_request(REPOSITORY, ready("x" * 8000)))
    assert parse_qs(long.query) == {"filename": ["cities/zz-harbourton.ttl"]}
    published = pull_request(REPOSITORY, ready("x", new=False))
    assert published == f"{REPOSITORY}/edit/main/data/cities/zz-harbourton.ttl"
    assert pull_request("", ready("x")) == ""


def test_the_page_explains_all_ways_to_contribute(client: FlaskClient):
    page = client.get("/contribute", headers=HTML).text
    for word in ("Turtle", "JSON-LD", "kg validate mine.ttl", "curl -H", "git apply", "25 words"):
        assert word in page, word
    addresses = set(re.findall(r'href="(/[^"#?]*)', page))
    assert "/contribute/schema.json" in addresses
    for address in sorted(addresses):
        if address.startswith("/static/"):
            continue
        assert client.get(address, headers=HTML, follow_redirects=True).status_code == 200, address
    assert '<a href="/contribute">' in client.get("/", headers=HTML).text


def test_templates_of_tables_are_offered(client: FlaskClient):
    page = client.get("/contribute", headers=HTML).text
    offered = set(re.findall(r'href="(/contribute/template/[^"]*)"', page))
    assert offered >= {
        f"/contribute/template/{kind}.{form}" for kind in KINDS for form in ("csv", "xlsx")
    }
    for address in offered:
        assert client.get(address).headers["Content-Disposition"].startswith("attachment")
    said = problem(client.get("/contribute/template/town.xlsx"))
    assert (said["status"], "no table for" in said["detail"]) == (404, True)
