"""By keyboard alone: a question with two parameters, its views and its evidence; search and a city's story; a bad file
that is brought and mended."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.keys import enter, past_the_heading, tab_to
from tests.browser.test_question import ACTORS, WRONG


def choose(page, label: str, value: str) -> None:
    """Take a value from a field that is searched in; one more Tab leads to the next thing, not into the list."""
    tab_to(page, label)
    page.keyboard.type(value)
    page.get_by_role("option", name=value, exact=True).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=f"Remove {value}").wait_for()


def test_a_question_with_two_parameters_its_views_and_evidence(opened):
    page = opened(ACTORS)
    past_the_heading(page)
    choose(page, "Right", "right to housing")
    choose(page, "Group", "homeless people")
    enter(page, "Ask")
    page.wait_for_url(re.compile("right=right(:|%3A)housing&group=group(:|%3A)homeless-people$"))
    past_the_heading(page)
    assert page.locator("main figure svg").is_visible()
    enter(page, "Table")
    page.wait_for_url("**&view=table")
    assert page.locator("main figure svg").count() == 0
    past_the_heading(page)
    enter(page, "pieces of evidence")
    quote = page.locator("details.why[open] q").first
    assert quote.is_visible()
    source = page.locator("details.why[open] li a").first.inner_text()
    enter(page, source)
    page.wait_for_url("**/source/**")
    assert source in page.locator("h1").inner_text()


def test_a_search_and_the_story_of_a_city(opened):
    page = opened("/")
    tab_to(page, "Find a city")
    page.keyboard.type("pittsburgh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=pittsburgh")
    past_the_heading(page)
    enter(page, "Pittsburgh")
    page.wait_for_url("**/city/us-pittsburgh.html")
    past_the_heading(page)
    enter(page, "evidence 1")
    assert re.fullmatch(r"#e\d+", page.evaluate("location.hash"))
    page.keyboard.press("Tab")  # goes on from the evidence, not from where one came
    assert page.evaluate("document.activeElement.closest('li')?.id") == page.url.partition("#")[2]
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What rests on it").wait_for()


def test_a_bad_file_is_brought_and_mended(opened, tmp_path: Path):
    file = tmp_path / "graz.ttl"
    file.write_text(WRONG)
    page = opened("/validate")
    # Told long before the key is pressed: what is awaited only then, the browser may learn after the key.
    page.on("filechooser", lambda _: None)
    past_the_heading(page)
    tab_to(page, "Or choose a file")
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Space")
    asked.value.set_files(file)
    enter(page, "Check")
    report = page.get_by_role("alert")
    report.wait_for()
    assert "1 to mend" in report.inner_text()
    tab_to(page, "line 6")  # the report is where one is now
    tab_to(page, "Paste RDF")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(WRONG.replace("    a hrc:city ;\n", ""))
    enter(page, "Check")
    verdict = page.get_by_role("status").first
    verdict.wait_for()
    assert re.search("nothing to mend|can be published", verdict.inner_text())
