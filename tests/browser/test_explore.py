"""What no table of rows can show, in a browser: with scripts, without, and by keyboard alone."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from kg.explore import VIEWS
from tests.browser.keys import tab_to

both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
PAGES = {
    "explore": "/explore",
    **{f"explore {view.name}": f"/explore/{view.name}" for view in VIEWS},
    "explore crossing": "/explore/intersections?with=group:women&with=group:migrants&table=triples",
    "explore clauses": "/explore/model?instrument=instrument:cedaw&group=group:women",
    "explore turns": "/explore/silos?part=turns&at=2011",
}


def choose(page, label: str, values: list[str], scripts: bool) -> None:
    """Choose values as a person does: by typing and the arrow keys, or in the list that is there without scripts."""
    if not scripts:
        page.get_by_label(label, exact=True).select_option(label=values)
        return
    # What the script makes of the list, so that it has run.
    field = page.get_by_role("combobox", name=label, exact=True)
    for value in values:
        field.fill(value)
        page.get_by_role("option", name=value, exact=True).wait_for()
        field.press("ArrowDown")
        field.press("Enter")
        page.get_by_role("button", name=f"Remove {value}").wait_for()


def show(page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Show", exact=True).click()


def table(page, title: str):
    """The rows of the table under a heading."""
    return page.get_by_role("region", name=title, exact=True).locator("tbody tr")


@both
def test_a_crossing_is_found_and_its_evidence_followed(opened, scripts: bool):
    page = opened("/explore", scripts)
    page.get_by_role("link", name="Where do rights, groups").click()
    choose(page, "Group", ["migrants", "women"], scripts)
    show(page)
    assert page.url.endswith("?with=group%3Amigrants&with=group%3Awomen&count=act&table=pairs")
    acts = re.search(r"women × migrants|migrants × women", page.locator(".answer").inner_text())
    assert acts
    row = table(page, "At the crossing").first
    row.locator("summary", has_text="evidence").click()
    quote = row.locator("q").first
    assert len(quote.inner_text()) > 5
    source = row.locator("li").first.get_by_role("link").first
    title = source.inner_text()
    source.click()
    page.wait_for_url("**/source/**")
    assert title in page.locator("h1").inner_text()


@both
def test_a_membership_ends_when_the_date_moves(opened, scripts: bool):
    """Ghent sat on the coalition's steering committee until 2011."""
    page = opened("/explore/silos?at=2011&ties=member", scripts)
    committee = "Steering Committee of the European Coalition of Cities against Racism"
    turned = table(page, "What began and ended in 2011").filter(has_text="Ghent")
    assert "ended" in turned.first.inner_text()
    name = turned.first.locator('[data-of="other"]').inner_text()
    assert committee.split()[0] in name
    page.get_by_label("Year", exact=True).press("ArrowRight")
    with page.expect_navigation():
        page.get_by_role("button", name="Show the year").click()
    assert "at=2012" in page.url
    assert page.locator(".answer").inner_text().startswith("At 2012:")
    page.get_by_role("link", name="A year earlier").click()
    page.wait_for_url("**at=2011**")
    for year, held in (("2011", 1), ("2012", 0)):
        page.goto(f"/explore/silos?at={year}&ties=member&part=ties")
        assert table(page, "Ties").count() > 10
        assert table(page, "Ties").filter(has_text="Ghent").filter(has_text=name).count() == held


@both
def test_a_peer_is_found_with_the_reason(opened, scripts: bool):
    page = opened("/explore/peers", scripts)
    page.get_by_label("Place", exact=True).select_option(label="Graz")
    show(page)
    assert page.locator(".answer").inner_text().startswith("Most like Graz: ")
    row = table(page, "The most alike").first
    peer = row.locator('[data-of="peer"]').inner_text()
    assert peer in page.locator(".answer").inner_text()
    reasons = [row.locator(f'[data-of="{kind}"]').inner_text() for kind in ("rights", "groups")]
    assert any(len(reason) > 3 for reason in reasons)
    row.locator("summary", has_text="evidence").click()
    assert row.locator("q").count() > 0
    south = table(page, "The most alike in Global South")
    assert south.count() > 0
    assert table(page, "How firm this is").first.locator("td").first.inner_text() == peer


@both
def test_three_acts_are_compared(opened, scripts: bool):
    names = [
        "Berkeley's CEDAW ordinance",
        "San Francisco's CEDAW ordinance",
        "Toledo's CEDAW ordinance",
    ]
    page = opened("/explore/compare", scripts)
    for at, name in enumerate(names):  # acts are too many for a list
        page.locator('[name="act"]').nth(at).fill(name)
        if scripts:
            page.get_by_role("option", name=name, exact=True).click()
    show(page)
    assert page.locator(".answer").inner_text().startswith("3 acts with ")
    sides = page.get_by_role("region", name="Side by side").locator("thead th").all_inner_texts()
    assert sides[1:4] == names
    shared = table(page, "What each has").filter(has_text="Convention on the Elimination")
    assert shared.locator('[data-of="in"]').first.inner_text() == "3"


@both
def test_a_model_resolution_is_built_and_opened(opened, scripts: bool):
    docx = pytest.importorskip("docx")
    page = opened("/explore/model", scripts)
    choose(
        page,
        "Instruments",
        ["Convention on the Elimination of All Forms of Discrimination against Women"],
        scripts,
    )
    choose(page, "Groups, grounds and positions", ["women"], scripts)
    show(page)
    quote = table(page, "The pattern of clauses").first.locator("q").first.inner_text().strip('“”"')
    with page.expect_download() as taken:
        page.get_by_role("link", name="DOCX").click()
    words = [one.text for one in docx.Document(BytesIO(taken.value.path().read_bytes())).paragraphs]
    assert words[0] == page.locator("h1").inner_text()
    assert f"“{quote}”" in words
    assert any("version" in text and "/explore/model?" in text for text in words)


def test_a_model_by_keyboard_alone(opened):
    page = opened("/explore")
    tab_to(page, "What could a resolution say")
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore/model")
    tab_to(page, "Instruments")
    page.keyboard.type("Elimination of All Forms of Discrimination against Women")
    page.locator("li[role=option]:only-child").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove Convention on the Elimination").wait_for()
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.role") == "combobox"
    )  # not lost in a list that closed
    tab_to(page, "Show")
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore/model?**cedaw**")
    tab_to(page, "Markdown")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert "# What could a resolution say" in taken.value.path().read_text()


def test_the_year_by_keyboard_alone(opened):
    page = opened("/explore/atlas?at=2015")
    tab_to(page, "Year")
    page.keyboard.press("ArrowLeft")
    assert page.locator("output").inner_text() == "2014"
    tab_to(page, "Show the year")
    page.keyboard.press("Enter")
    page.wait_for_url("**at=2014**")
    assert page.locator(".answer").inner_text().startswith("At 2014:")


def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(opened, axe):
    found = {}
    for dark in (False, True):
        page = opened("/explore", width=400, dark=dark)
        for path in list(PAGES.values())[dark::2]:
            page.goto(path)
            if faults := axe(page):
                found[path] = faults[:5]
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > 400:
                found[path] = [*found.get(path, []), f"{wide} wide"]
    assert not found
