"""What journeys are made with: one Chromium for the run with a fresh page for each test, and installations.

Its one rule: a page that logs an error, fails a request or breaks the content security policy fails its test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import chromium
from tests.journey.installation import Installation, new_installation, wait_until

# Playwright's own loop runs in the test's thread, so Django takes the thread for an asynchronous one. It is not.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# On a machine that has other things to do a page may take its time: that is no fault of the page.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.require()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.launch_flags())
        yield launched
        launched.close()
        # Where a loop runs, Django keeps connections of their own. Once it has ended nobody could close them, and a
        # PostgreSQL does not drop the database that one of them is open to.
        connections.close_all()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB", timezone_id="UTC")
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    opened.on("console", lambda said: complaints.append(f"console: {said.text}") if said.type == "error" else None)
    yield opened
    assert complaints == []


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with new_installation(tmp_path) as made:
        yield made


@pytest.fixture
def bare_installation(tmp_path: Path) -> Iterator[Installation]:
    """Where nothing was ever started: whoever is first has the tables to make."""
    with new_installation(tmp_path, has_tables=False) as made:
        yield made


@pytest.fixture(scope="session")
def served_once(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The data folder of a demo company that has been served once: making its tables and files takes a while. None
    where the database lies elsewhere."""
    if os.environ.get("DATABASE_URL"):
        return None
    folder = tmp_path_factory.mktemp("served")
    with new_installation(folder) as made:
        _serve(made)
    (folder / "output").unlink()
    return folder


@pytest.fixture
def serving(installation: Installation, served_once: Path | None) -> psutil.Popen:
    """`handrail serve --demo --worker`, once it answers."""
    if served_once is not None:
        shutil.copytree(served_once, installation.folder, dirs_exist_ok=True)
    return _serve(installation)


def _serve(installation: Installation) -> psutil.Popen:
    process = installation.start_serving()
    wait_until(lambda: installation.answers() or process.poll() is not None, "it answers")
    assert process.poll() is None, installation.output()
    return process
