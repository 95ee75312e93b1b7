"""The ontology's pages hold every term, can be walked by heading and link, and grow with a class that is added."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from kg.answers import Term
from kg.build import build
from kg.house import House
from kg.namespaces import BASE, PREFIXES, TERMS
from kg.validation import Judge, read
from server import create_app
from server.ontology.terms import fitting
from tests.conftest import HTML, ROOT, TESTS
from tests.test_ontology import EVERYTHING, TERMS_OF_OURS, kinds

GUIDE = ROOT / ".github" / "CONTRIBUTING.md"


class Page(HTMLParser):
    """What a page is made of: its anchors, its links, its headings, and the texts of its picture."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.drawn: list[str] = []
        self._svg = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        said = dict(attrs)
        self._svg = self._svg or tag == "svg"
        self.ids += [said["id"]] if "id" in said else []
        self.links += [said["href"]] if "href" in said else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []

    def handle_endtag(self, tag: str) -> None:
        self._svg = self._svg and tag != "svg"

    def handle_data(self, data: str) -> None:
        self.drawn += [data.strip().replace("\xa0", " ")] if self._svg and data.strip() else []


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> Page:
    """The overview, as a browser comes to it from the ontology's name or a term's."""
    answer = client.get("/ontology", headers=HTML, follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/ontology.html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    return Page(answer.text)


@pytest.fixture(scope="module")
def parts(page: Page, client: FlaskClient) -> dict[str, str]:
    """The pages of the parts, by their addresses on the overview."""
    paths = {link.partition("#")[0] for link in page.links if link.startswith("/ontology/terms/")}
    return {path: client.get(path, headers=HTML).text for path in sorted(paths)}


def test_every_term_has_its_line_and_its_part(page: Page, parts: dict[str, str]):
    terms = {iri.removeprefix(TERMS) for iri in TERMS_OF_OURS}
    assert terms <= set(page.ids)
    on_parts = [one for text in parts.values() for one in Page(text).ids if one in terms]
    assert sorted(on_parts) == sorted(terms)
    for link in page.links:
        path, _, name = link.partition("#")
        if path in parts and name:
            assert f'id="{name}"' in parts[path], link
    act = parts["/ontology/terms/Act"]
    assert "The resolution by which the Graz city council declared Graz a human rights city." in act
    assert "Since 0.2.0: stages, events" in "".join(parts.values())
    assert '<a href="/shape/Act-belongs-to-one-place">' in act
    assert re.search(
        r'Write instead: <a href="/ontology/terms/of-several#happenedOn">happened on</a>',
        parts["/ontology/terms/retired"],
    )


def test_a_term_leads_to_the_part_in_which_it_stands(client: FlaskClient):
    answer = client.get("/ontology/terms/stage", headers=HTML)
    assert (answer.status_code, answer.location) == (303, "/ontology/terms/Act#stage")
    spanish = client.get("/es/ontology/terms/stage", headers=HTML)
    assert spanish.location == "/es/ontology/terms/Act#stage"
    assert client.get("/ontology/terms/nothing-of-ours", headers=HTML).status_code == 404


def test_the_name_of_the_ontology_still_chooses_between_a_page_and_data(client: FlaskClient):
    for accept, suffix in (("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("", "html")):
        answer = client.get("/ontology", headers={"Accept": accept} if accept else HTML)
        assert (answer.status_code, answer.location) == (303, f"/ontology.{suffix}")
    assert client.get("/ontology.ttl").mimetype == "text/turtle"


def test_the_pages_can_be_walked_by_heading_and_link(page: Page, parts: dict[str, str]):
    for one in (page, *map(Page, parts.values())):
        assert len(one.ids) == len(set(one.ids))
        inside = {link[1:] for link in one.links if link.startswith("#")}
        assert inside <= set(one.ids)
        assert one.headings[0] == 1
        assert one.headings.count(1) == 1
        steps = zip(one.headings, one.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps)
    walked = ["/ontology/terms/Act"]
    while found := re.findall(r'rel="next" href="([^"]+)"', parts[walked[-1]]):
        walked += found
    assert sorted(walked) == sorted(parts)


def test_a_text_comes_in_the_language_that_it_has():
    named = [
        Term("uri", TERMS + "Act", tag, label=label)
        for tag, label in (("en", "act"), ("fr", "acte"), ("de", "Akt"))
    ]
    texts = [Term("literal", "Un texte.", "fr"), Term("literal", "A text.", "en")]
    for language, name, said in (("fr", "acte", "Un texte."), ("es", "act", "A text.")):
        found = fitting([*named, *texts], language)
        assert [str(term) for term in found] == [name, said]


def test_the_page_lists_the_schemes_and_draws_the_main_classes(page: Page):
    schemes = {iri for iri, said in EVERYTHING.items() if "skos:ConceptScheme" in kinds(iri)}
    assert {"/" + iri.removeprefix(BASE) for iri in schemes if iri.startswith(BASE)} <= set(
        page.links
    )
    assert re.match(r"1[2-6] classes and how they are joined by \d+ properties", page.drawn[0])
    main = ("act", "actor", "place", "practice", "right", "framework", "intersectional position")
    assert set(main) <= set(page.drawn)


# Adding a class --------------------------------------------------------------------------------


def blocks(text: str) -> dict[str, str]:
    """The Turtle of a guide, by the file that the line before each block names."""
    named = r"^.*`((?:ontology|shapes|tests)/[\w./-]+\.ttl)`.*:\n\n```turtle\n([\s\S]*?)^```"
    return dict(re.findall(named, text, re.MULTILINE))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy of the house with the class that the guide adds."""
    if not GUIDE.is_file():
        pytest.skip("the guide for contributors stands in a checkout only")
    folder = tmp_path_factory.mktemp("grown")
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(TESTS / "world", folder / "data" / "world")
    for name, text in blocks(GUIDE.read_text(encoding="utf-8")).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text(encoding="utf-8") + "\n" if file.exists() else ""
        file.write_text(before + text, encoding="utf-8")
    return House(folder)


def test_the_class_of_the_guide_works_as_it_stands(grown: House):
    """Three places, four files, and each test file breaks the shape that it is named after, or none."""
    files = list(blocks(GUIDE.read_text(encoding="utf-8")))
    assert files[:2] == ["ontology/core.ttl", "shapes/Hearing.ttl"]
    assert len(files) == 4
    judge = Judge(grown, build(grown).open())
    for file in [grown.root / name for name in files[2:]]:
        found = {finding.shape for finding in judge.findings([read(file, grown)])}
        breaks = f"{PREFIXES['shape']}{file.parent.name}-{file.stem}"
        assert found == (set() if file.stem == "ok" else {breaks}), file
        assert file.read_text(encoding="utf-8").startswith("# ")


def test_a_new_class_has_its_place_on_the_page_at_once(grown: House):
    app = create_app({"HOUSE": grown.root})
    client = app.test_client()
    text = client.get("/ontology.html").text
    part = client.get("/ontology/terms/Hearing", follow_redirects=True).text
    app.extensions["desk"].close()
    assert 'id="Hearing"' in text
    assert '<a href="/shape/Hearing-is-held-by-somebody">' in part
