"""A page says what it is about, to search engines in schema.org and to programs by signposts."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest
from flask.testing import FlaskClient
from rdflib.namespace import SDO

from kg.namespaces import BASE
from tests.conftest import HTML, TURTLE

# schema.org --------------------------------------------------------------------------------------


def blocks(client: FlaskClient, path: str) -> list[dict]:
    page = client.get(path, headers=HTML, follow_redirects=True).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(one) for one in found]


def words(body: object) -> set[str]:
    """The properties and types of schema.org that a block uses."""
    found: set[str] = set()
    if isinstance(body, dict):
        for name, value in body.items():
            if name == "@type":
                found |= set([value] if isinstance(value, str) else value)
            elif not name.startswith("@"):
                found.add(name)
            found |= words(value) if name != "@type" else set()
    elif isinstance(body, list):
        for one in body:
            found |= words(one)
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "Dataset"),
        ("/city/us-pittsburgh", "City"),
        ("/act/us-pittsburgh-2011-human-rights-city", "Legislation"),
        ("/actor/afsc", "Organization"),
        ("/state/us", "Country"),
        ("/event/us-washington-2018-workshop", "Event"),
        ("/source/workshop-2018-report", "CreativeWork"),
    ],
)
def test_a_page_says_what_it_is_about_in_schema_org(path: str, kind: str, client: FlaskClient):
    (body,) = blocks(client, path)
    assert body["@context"] == "https://schema.org/"
    assert kind in ([body["@type"]] if isinstance(body["@type"], str) else body["@type"])
    assert body["@id"] == BASE + path[1:]
    assert body["name"]
    assert [word for word in words(body) if word not in SDO] == []


def test_the_front_page_has_what_a_search_for_data_sets_needs(client: FlaskClient):
    (body,) = blocks(client, "/")
    assert 50 <= len(body["description"]) <= 5_000  # as Google's guide for data sets asks
    assert body["license"].startswith("https://creativecommons.org/")
    (file,) = body["distribution"]
    assert file["contentUrl"] == "http://localhost/dumps/hrcities.nq.gz"
    assert int(file["contentSize"].split()[0]) == len(client.get("/dumps/hrcities.nq.gz").data)


def test_no_text_of_the_data_can_end_the_block():
    from server.pages import data_block

    block = data_block({"name": "</script><script>alert(1)</script>&"})
    assert block.count("<") == 2
    assert json.loads(re.sub(r"<.*?>", "", block))["name"] == "</script><script>alert(1)</script>&"


# Signposting ---------------------------------------------------------------------------------------


def signposts(client: FlaskClient, path: str) -> dict[str, list[tuple[str, str]]]:
    found = defaultdict(list)
    for link in client.get(path, headers=HTML).headers.getlist("Link"):
        href, rel = re.match(r'<([^>]+)>; rel="([^"]+)"', link).groups()
        kind = re.search(r'type="([^"]+)"', link)
        found[rel].append((href, kind[1] if kind else ""))
    return found


PAGES = ["/", "/city/us-pittsburgh.html", "/queries/acts-of-a-place", "/ontology.html"]
# What the FAIR Signposting Profile asks of a landing page.
ONCE = ("cite-as", "license", "linkset")
SOME = ("type", "author", "describedby")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_signposted(path: str, client: FlaskClient):
    found = signposts(client, path)
    assert all(len(found[rel]) == 1 for rel in ONCE), found
    assert all(found[rel] for rel in SOME)
    assert ("https://schema.org/AboutPage", "") in found["type"]
    for href, kind in [*found["describedby"], *found["item"], *found["linkset"]]:
        assert kind
        led = client.get(href.removeprefix("http://localhost"))
        assert led.status_code == 200
        assert led.mimetype == kind


@pytest.mark.parametrize("path", PAGES)
def test_the_link_set_says_the_same_and_is_what_rfc_9264_asks(path: str, client: FlaskClient):
    found = signposts(client, path)
    ((address, _),) = found["linkset"]
    answer = client.get(address.removeprefix("http://localhost"))
    assert answer.mimetype == "application/linkset+json"
    assert list(answer.json) == ["linkset"]  # section 4.2: one member, whose value is an array
    page, *others = answer.json["linkset"]
    for context in (page, *others):
        assert set(map(type, context.values())) == {str, list}
        for rel, targets in context.items():
            if rel != "anchor":
                assert all(
                    isinstance(one["href"], str) and set(one) <= {"href", "type"} for one in targets
                )
    assert page["anchor"] == "http://localhost" + path
    for rel in {*ONCE, *SOME, "item"} - {"linkset"}:
        assert [(one["href"], one.get("type", "")) for one in page.get(rel, [])] == found[rel]
    backwards = {one["anchor"] for one in others}
    assert backwards == {href for rel in ("describedby", "item") for href, _ in found[rel]}
    assert client.head(address.removeprefix("http://localhost")).status_code == 200


def test_data_leads_back_to_its_page(client: FlaskClient):
    head = client.get("/city/us-pittsburgh.ttl").headers.getlist("Link")
    assert f'<{BASE}city/us-pittsburgh>; rel="cite-as"' in head
    assert any('city/us-pittsburgh.html>; rel="describes"' in one for one in head)
    assert TURTLE in ", ".join(head)
