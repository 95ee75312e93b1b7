"""A real browser on a real server: Debian's Chromium, headless, with and without JavaScript.

Each test fails if a page asks anything of another site, or if a script of a page breaks.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SERIOUS = ("serious", "critical")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one process: one browser, one server."""
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Opened = Callable[..., playwright.Page]


@pytest.fixture
def opened(browser: playwright.Browser, site: str) -> Iterator[Opened]:
    """Opens a path of the site in a window of its own: `scripts`, `width`, `dark`."""
    faults: list[str] = []
    contexts = []

    def open_path(
        path: str, scripts: bool = True, width: int = 1200, dark: bool = False
    ) -> playwright.Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("request", lambda sent: faults.append(sent.url) if not ours(sent.url) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    def ours(url: str) -> bool:
        return url.startswith((site + "/", "data:", "about:"))

    yield open_path
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """What axe-core finds on a page that is a serious or a critical violation, one line each."""
    package = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    source = files(package).joinpath("axe.min.js").read_text(encoding="utf-8")

    def look(page: playwright.Page, only: object = STANDARDS) -> list[str]:
        page.evaluate(
            source + "\n;undefined"
        )  # the protocol's evaluation stands outside the page's policy
        result = page.evaluate(
            "only => axe.run({ runOnly: only, resultTypes: ['violations'] })", only
        )
        assert result["passes"], "axe looked at nothing"
        return [
            f"{fault['id']}: {node['html'][:160]}: {node['failureSummary']}"
            for fault in result["violations"]
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]

    return look
