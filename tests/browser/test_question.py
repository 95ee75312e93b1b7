"""What somebody does with one question, in a browser, with scripts and without."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

ACTORS = "/queries/actors-by-right-and-group"
STATUS = "/queries/status-of-places"
WRONG = """PREFIX city: <https://w3id.org/hrcities/city/>
PREFIX hrc: <https://w3id.org/hrcities/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

city:at-graz
    a hrc:city ;
    skos:note "A note."@en ;
.
"""

both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def ask(page) -> list[tuple[str, str]]:
    """Send the form; what the address then says."""
    with page.expect_navigation():
        page.get_by_role("button", name="Ask", exact=True).click()
    return parse_qsl(urlsplit(page.url).query)


def choose(page, name: str, value: str, scripts: bool) -> None:
    """Choose a value as a person does: by typing and the arrow keys, or in the list that is there without scripts."""
    if not scripts:
        page.locator(f"#p-{name}").select_option(label=value)
        return
    field = page.get_by_label(name.capitalize(), exact=True)
    field.fill(value)
    page.get_by_role("option", name=value, exact=True).wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.get_by_role("button", name=f"Remove {value}").wait_for()


@both
def test_a_question_is_asked_with_two_parameters(opened, scripts: bool):
    page = opened(ACTORS, scripts)
    choose(page, "right", "right to housing", scripts)
    choose(page, "group", "homeless people", scripts)
    assert ask(page) == [("right", "right:housing"), ("group", "group:homeless-people")]
    assert page.locator("tbody tr").count() > 0
    for row in page.locator("tbody tr").all():
        assert "right to housing" in row.inner_text()
        assert "homeless people" in row.inner_text()
    assert re.search(r"\d+ actors, 1 right and 1 group meet", page.locator(".answer").inner_text())


def test_a_second_value_joins_the_first_and_can_be_taken_away(opened):
    page = opened("/queries/acts-of-a-place?place=city:at-graz")
    choose(page, "place", "Vienna", scripts=True)
    assert ask(page) == [("place", "city:at-graz"), ("place", "city:at-vienna")]
    page.get_by_role("button", name="Remove Graz").click()
    assert ask(page) == [("place", "city:at-vienna")]


def test_a_long_list_is_looked_up_while_one_types(opened):
    page = opened("/queries/facts-on-one-weak-source")
    field = page.get_by_label("Thing", exact=True)
    field.fill("toledo ordinance")
    option = page.get_by_role("option").first
    option.wait_for()
    assert "Toledo" in option.inner_text()
    option.click()
    assert field.input_value().startswith("act:us-toledo")


@both
def test_views_are_switched(opened, scripts: bool):
    page = opened(STATUS, scripts)
    rows = page.locator("tbody tr").count()
    assert page.locator("main figure svg").count() == 0
    for view in ("Map", "Timeline", "Chart"):
        page.get_by_role("navigation", name="Views").get_by_role("link", name=view).click()
        page.wait_for_url(f"**?view={view.lower()}")
        assert page.locator("main figure svg").is_visible()
        assert page.locator('[aria-current="page"]', has_text=view).count() == 1
        assert page.locator("tbody tr").count() == rows
    page.go_back()
    page.wait_for_url("**?view=timeline")


@both
def test_evidence_is_followed_to_its_source(opened, scripts: bool):
    page = opened("/queries/cedaw-acts-that-name-more", scripts)
    proof = page.locator("details.why").first
    proof.locator("summary").click()
    quote = proof.locator("q").first.inner_text()
    source = proof.locator("li").first.get_by_role("link").first
    title = source.inner_text()
    source.click()
    page.wait_for_url("**/source/**")
    assert title in page.locator("h1").inner_text()
    assert len(quote) > 5


def test_a_citation_is_copied(opened):
    page = opened("/queries/acts-of-a-place")
    page.get_by_text("Cite it").click()
    sentence = page.locator("#citation").inner_text()
    page.locator("#cite").get_by_role("button", name="Copy").first.click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == sentence
    assert "version" in sentence


def test_a_citation_is_there_without_scripts(opened):
    page = opened("/queries/acts-of-a-place", scripts=False)
    page.get_by_text("Cite it").click()
    sentence = page.locator("#citation").inner_text()
    with page.expect_download() as taken:
        page.get_by_role("link", name="BibTeX").click()
    version = re.search(r"version ([0-9a-f]{16})", sentence)[1]
    assert version in taken.value.path().read_text()


def test_a_bad_file_is_contributed_and_mended(opened, tmp_path: Path):
    """Without scripts; with them and by keyboard in test_keyboard.py."""
    file = tmp_path / "graz.ttl"
    file.write_text(WRONG)
    page = opened("/contribute", scripts=False)
    page.goto("/validate")
    page.get_by_label("Or choose a file").set_input_files(file)
    page.get_by_role("button", name="Check").click()
    report = page.get_by_role("alert")
    report.wait_for()
    assert "1 to mend" in report.inner_text()
    assert "line 6" in page.locator("main").inner_text()
    file.write_text(WRONG.replace("    a hrc:city ;\n", ""))
    page.get_by_label("Or choose a file").set_input_files(file)
    page.get_by_role("button", name="Check").click()
    verdict = page.get_by_role("status").first
    verdict.wait_for()
    assert re.search("nothing to mend|can be published", verdict.inner_text())


def test_an_empty_answer_leads_to_one_with_rows(opened):
    page = opened("/queries/acts-of-a-place?place=city:ba-tuzla", scripts=False)
    page.locator("ul.near a").first.click()
    assert page.locator("tbody tr").count() > 0


def test_pages_of_an_answer_are_turned(opened):
    page = opened("/queries/follow-up-of-acts", scripts=False)
    first = page.locator("tbody tr").first.inner_text()
    page.get_by_role("link", name="Next").click()
    assert page.locator("tbody tr").first.inner_text() != first
    page.get_by_role("link", name="Previous").click()
    assert page.locator("tbody tr").first.inner_text() == first


def test_the_first_key_leads_past_the_heading(opened):
    page = opened("/queries/acts-of-a-place")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
