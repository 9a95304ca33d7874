"""The browser itself: it opens a page, runs its script and looks it over for accessibility, all without a network."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAGE = """<!doctype html><html lang="en"><head><title>Handrail</title></head>
<body><main><h1>Handrail</h1><p id="said"></p></main>
<script>document.getElementById("said").textContent = "ready";</script></body></html>"""


def test_browser_opens_a_page_and_runs_its_script(page: Page) -> None:
    page.set_content(PAGE)
    assert page.inner_text("#said") == "ready"


def test_axe_finds_what_a_page_lacks(page: Page) -> None:
    page.set_content(PAGE.replace(' lang="en"', ""))
    assert [found["id"] for found in Axe().run(page).response["violations"]] == ["html-has-lang"]


def test_axe_finds_nothing_in_an_accessible_page(page: Page) -> None:
    page.set_content(PAGE)
    assert Axe().run(page).response["violations"] == []
