"""Pages about contributions, as somebody meets them who hears them or has no mouse."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.conftest import HTML, TESTS

WRONG = (TESTS / "shapes" / "Thing" / "class-is-defined.ttl").read_text()
RIGHT = (
    "<https://w3id.org/hrcities/city/at-graz> <http://www.w3.org/2004/02/skos/core#note> 'x'@en ."
)


class Read(HTMLParser):
    """What stands on a page: headings, names of fields, anchors, and what can be reached by keyboard, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.fields: list[str] = []
        self.labels: set[str] = set()
        self.links: list[str] = []
        self.said_by: list[str] = []
        self.focusable: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if of.get("id"):
            self.ids.append(of["id"] or "")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labels.add(of.get("for") or "")
        if tag in ("input", "select", "textarea") and of.get("type") != "hidden":
            self.fields.append(of.get("id") or "")
        if tag == "a":
            self.links.append(of.get("href") or "")
        self.said_by += (of.get("aria-labelledby") or of.get("aria-describedby") or "").split()
        if of.get("role") in ("alert", "status"):
            self.focusable.append("report")
        if tag == "textarea":
            self.focusable.append("form")


def pages(client: FlaskClient) -> dict[str, str]:
    def checked(text: str) -> str:
        return client.post("/validate", data={"text": text}, headers=HTML).text

    return {
        "contribute": client.get("/contribute", headers=HTML).text,
        "the form": client.get("/validate", headers=HTML).text,
        "nothing": checked(" "),
        "unread": checked("city:a"),
        "wrong": checked(WRONG),
        "right": checked(RIGHT),
        "a shape": client.get("/shape/Act-place-is-known.html", headers=HTML).text,
        "a class": client.get("/shape/Act.html", headers=HTML).text,
        "advice": client.get("/advice/syntax", headers=HTML).text,
    }


@pytest.fixture(scope="module")
def read(client: FlaskClient) -> dict[str, Read]:
    return {name: Read(page) for name, page in pages(client).items()}


def test_headings_go_down_one_level_at_a_time(read: dict[str, Read]):
    for name, page in read.items():
        assert page.headings[0] == 1, name
        assert page.headings.count(1) == 1, name
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), (name, page.headings)


def test_every_field_has_a_label_and_every_reference_an_end(read: dict[str, Read]):
    for name, page in read.items():
        assert len(page.ids) == len(set(page.ids)), name
        assert set(page.fields) <= page.labels, name
        ends = [link[1:] for link in page.links if link.startswith("#")] + page.said_by
        assert set(ends) <= set(page.ids), name


def test_the_report_comes_before_everything_else(read: dict[str, Read]):
    for name in ("nothing", "unread", "wrong", "right"):
        assert read[name].focusable == ["report", "form"], name
    assert [link for link in read["wrong"].links if link.startswith("#")][1] == "#F1"
