"""Around the questions, in a real browser: front page, search, a city's story, languages; also without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Opened = Callable[..., Any]
KINDS = [
    "/",
    "/search?q=women+ordinance",
    "/search?q=Pittsbrugh",
    "/act/us-pittsburgh-2016-cedaw.html",
    "/actor/york-human-rights-city-network.html",
    "/instrument/maputo-protocol.html",
    "/group/black-women.html",
    "/source/us-pittsburgh-new-people-2016.html",
    "/disagreement/us-pittsburgh-commissioners.html",
    "/es/event/kr-gwangju-2011-forum.html",
]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_from_the_front_page_to_the_words_of_a_source(scripts: bool, opened: Opened):
    """Search a city, narrow down, read its story, follow a statement to its evidence and on to the source."""
    page = opened("/", scripts=scripts)
    page.get_by_label("Find a city, an act, a right, a group, or words of a source").fill(
        "pittsburgh"
    )
    page.keyboard.press("Enter")
    page.get_by_role("link", name="city", exact=True).click()
    assert page.locator(".answer").inner_text().startswith("1 thing.")
    page.get_by_role("link", name="Pittsburgh", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Pittsburgh"

    story = page.locator("ol.moments > li")
    said = story.all_inner_texts()
    acts = [text for text in said if "Pittsburgh's CEDAW ordinance: passed" in text]
    assert len(acts) == 1
    assert acts[0].startswith("6 December 2016")
    assert "women's rights" in acts[0]
    later = said.index(acts[0])
    assert any("Pittsburgh's CEDAW ordinance: amended" in text for text in said[later + 1 :])
    disagreement = page.get_by_role("heading", name="Who disagrees").locator(
        "xpath=following::ul[1]"
    )
    assert {quote.inner_text() for quote in disagreement.locator("q").all()} >= {
        "15 Gender Equity Commissioners",
        "Thirteen gender-equity commissioners",
    }

    proof = story.nth(later).locator(".proofs a").first
    number = proof.inner_text()
    proof.click()
    assert page.url.endswith(f"#e{number}")
    evidence = page.locator(f"#e{number}")
    assert "December 6" in evidence.locator("q").inner_text()
    evidence.get_by_role("link").first.click()
    assert page.get_by_role("heading", name="What rests on it").is_visible()


def test_a_dot_of_the_picture_leads_to_its_words(opened: Opened):
    page = opened("/city/us-pittsburgh.html")
    dot = page.locator("svg.timeline a").first
    target = dot.get_attribute("href")
    dot.click()
    assert page.url.endswith(target)
    assert page.locator(target).is_visible()


def test_a_mistyped_name_is_found_all_the_same(opened: Opened):
    page = opened("/search?q=Pittsbrugh", scripts=False)
    assert "Nothing here has these words." in page.locator(".answer").inner_text()
    page.get_by_role("link", name="Pittsburgh", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Pittsburgh"


def test_by_keyboard_alone(opened: Opened):
    """The Tab key reaches the way past the menu first, and the search before anything of the page itself."""
    page = opened("/city/us-pittsburgh.html")
    reached: list[str] = []
    while "find" not in reached:
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent")
        )
        assert page.evaluate("!document.activeElement.closest('main')"), reached
    assert reached[0] == "Skip to the content"
    page.keyboard.type("north shore")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=north+shore")


def test_a_chosen_language_stays(opened: Opened):
    page = opened("/city/us-pittsburgh.html", scripts=False)
    page.get_by_role("link", name="Español").click()
    assert page.get_by_role("heading", name="Qué ocurrió").is_visible()
    page.get_by_role("link", name="Pittsburgh's CEDAW ordinance", exact=True).first.click()
    assert page.url.endswith("/es/act/us-pittsburgh-2016-cedaw.html")
    assert page.get_by_role("heading", name="Derechos y temas").is_visible()


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(
    path: str, opened: Opened, axe: Callable[[Any], list[str]]
):
    page = opened(path, width=400, dark=KINDS.index(path) % 2 == 1)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
