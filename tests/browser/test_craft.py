"""The craft of every kind of page: no serious fault by axe, in both colour schemes; nothing wider than a phone."""

from __future__ import annotations

PAGES = {
    "home": "/",
    "questions": "/queries",
    "table": "/queries/acts-of-a-place",
    "graph": "/queries/practices-at-an-intersection",
    "map": "/queries/status-of-places?view=map",
    "timeline": "/queries/status-of-places?view=timeline",
    "chart": "/queries/binding-acts-and-their-means?view=chart",
    "long list": "/queries/facts-on-one-weak-source",
    "empty": "/queries/acts-of-a-place?place=city:ba-tuzla",
    "values": "/queries/acts-of-a-place/values/place?q=gr",
    "frame": "/queries/acts-of-a-place/embed?view=timeline",
    "sparql": "/sparql",
    "contribute": "/contribute",
    "check": "/validate",
    "city": "/city/us-pittsburgh.html",
    "right": "/right/housing.html",
    "programs": "/api",
    "matrix": "/queries/initiation-and-kind-of-act?view=matrix",
    "ontology": "/ontology.html",
    "terms": "/ontology/terms/Act",
}


UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"
FOLDED = ("table", "empty")
DARK = ("home", "table", "map", "timeline", "chart", "matrix", "empty", "check", "city", "programs")


def test_axe_finds_no_serious_fault(opened, axe):
    page = opened("/")
    found = {}
    for name, path in PAGES.items():
        page.goto(path)
        if name in FOLDED:  # what is folded up is looked at too
            page.evaluate(UNFOLD)
        if faults := axe(page):
            found[name] = faults[:5]
    assert not found


def test_axe_finds_enough_contrast_in_the_dark(opened, axe):
    page = opened("/", dark=True)
    found = {}
    for name in DARK:
        page.goto(PAGES[name])
        if faults := axe(page, {"type": "rule", "values": ["color-contrast"]}):
            found[name] = faults[:5]
    assert not found


def test_no_page_is_wider_than_a_phone(opened):
    page = opened("/", width=400)
    wide = {}
    for name, path in PAGES.items():
        page.goto(path)
        page.evaluate(UNFOLD)
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 400:
            wide[name] = width
    assert not wide
