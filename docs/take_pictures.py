"""Take the pictures of the documentation: `make pictures`.

The demo company, in a folder that is thrown away, with the handoffs that it begins with; a headless Chromium looks at
the main pages.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
RUNBOOK = "/runbooks/transition-to-client-services"
ORDER = "/orders/3"  # with a discount that goes up to the Managing Director


@dataclass(frozen=True, kw_only=True)
class View:
    """A picture: who looks at what, how high; `click` is a link that is followed first, `keys` are pressed then."""

    name: str
    who: str
    path: str
    height: int = 900
    click: str = ""
    keys: tuple[str, ...] = ()
    dark: bool = False


VIEWS = (
    View(name="my-work", who="paula.reyes", path="/"),
    View(name="my-work-dark", who="paula.reyes", path="/", dark=True),
    View(name="do-here", who="lena.fischer", path="/", keys=("j", "e")),
    View(name="find", who="olga.lind", path="/handoffs/", keys=("Control+k", "w", "a", "t")),
    View(name="handoffs", who="olga.lind", path="/handoffs/"),
    View(name="board", who="olga.lind", path="/handoffs/?look=board"),
    View(name="timeline", who="olga.lind", path="/handoffs/?look=timeline"),
    View(name="handoff", who="tom.okafor", path="/handoffs/3/", height=1000),
    View(
        name="step-beside-plan", who="lena.fischer", path="/handoffs/2/", height=1000, click="Client Services accepts"
    ),
    View(name="decision", who="lena.fischer", path="/handoffs/6/decisions/support/"),
    View(name="document", who="lena.fischer", path="/handoffs/2/document/", height=1100),
    View(name="history", who="lena.fischer", path="/handoffs/2/history/"),
    View(name="customer", who="carla.santos", path="/customers/4/", height=1000),
    View(name="side-by-side", who="carla.santos", path="/customers/4/beside/3/"),
    View(name="runbook", who="olga.lind", path=f"{RUNBOOK}/"),
    View(name="runbook-flow", who="olga.lind", path=f"{RUNBOOK}/flow/", height=1000),
    View(name="runbook-raci", who="olga.lind", path=f"{RUNBOOK}/raci/"),
    View(name="runbook-tables", who="olga.lind", path=f"{RUNBOOK}/tables/", height=1100),
    View(name="team", who="lena.fischer", path="/teams/client-services/"),
    View(name="orders", who="sam.keller", path="/orders/"),
    View(name="order", who="sam.keller", path=f"{ORDER}/"),
    View(name="order-findings", who="sam.keller", path=f"{ORDER}/findings/"),
    View(name="order-validation", who="dirk.jansen", path=f"{ORDER}/validation/", height=1000),
    View(name="bought", who="carla.santos", path="/entitlements/"),
    View(name="catalogue", who="olga.lind", path="/catalogue/manage/"),
    View(name="health", who="adam.ford", path="/health/"),
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="handrail-pictures-") as folder:
        os.environ["HANDRAIL_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "handrail.desk.settings"
        with serving() as address:
            take(address)


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server of its own, at a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "handrail.command_line", "serve", "--demo", "--worker", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not _answers(address):
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit("The desk did not come up.")
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/account/login/", timeout=5).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


def take(address: str) -> None:
    import django
    from playwright.sync_api import sync_playwright

    django.setup()
    from handrail.desk.demo import PASSWORD
    from tests import chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.require(), args=chromium.launch_flags())
        for view in VIEWS:
            context = browser.new_context(
                base_url=address,
                viewport={"width": 1280, "height": view.height},
                color_scheme="dark" if view.dark else "light",
                reduced_motion="reduce",
                timezone_id="America/New_York",
            )
            page = context.new_page()
            page.goto("/account/login/")
            page.locator("input[name=login]").fill(f"{view.who}@example.com")
            page.locator("input[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("heading", name="My work").wait_for()
            page.goto(view.path)
            page.wait_for_load_state("networkidle")
            if view.click:
                page.get_by_role("link", name=view.click, exact=True).last.click()
            for key in view.keys:
                page.keyboard.press(key)
            if view.click or view.keys:
                page.wait_for_timeout(1_000)  # what was asked for comes
            page.screenshot(path=PICTURES / f"{view.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
