"""Screenshots of the main pages, on a desk and on a phone, in both colour schemes: `python -m tests.browser.screens`.

They are written into screenshots/, which git ignores. A folder given instead of that is used as it is; words after it
are parts of the names of the pages that are wanted, as `explore`.
"""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from server import create_app
from tests.browser.test_craft import PAGES
from tests.browser.test_explore import PAGES as EXPLORE

WAYS = {
    "desk": (1200, "light"),
    "desk-dark": (1200, "dark"),
    "phone": (400, "light"),
    "phone-dark": (400, "dark"),
}


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nobody reads it."""


def main(folder: Path, *wanted: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("Chromium is not installed: apt-get install chromium")
    every = PAGES | EXPLORE
    pages = {name: path for name, path in every.items() if any(it in name for it in wanted or [""])}
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for way, (width, scheme) in WAYS.items():
                page = browser.new_page(
                    viewport={"width": width, "height": 900}, color_scheme=scheme
                )
                for name, path in pages.items():
                    page.goto(f"http://127.0.0.1:{server.server_port}{path}")
                    file = folder / f"{name.replace(' ', '-')}-{way}.png"
                    page.screenshot(path=file, full_page=True)
                page.close()
            browser.close()
    finally:
        server.shutdown()
        app.extensions["desk"].close()
    print(f"{len(WAYS) * len(pages)} screenshots in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"), *sys.argv[2:])
