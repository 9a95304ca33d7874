"""Take the pictures of the documentation: `make pictures`.

A demo company in a folder that is thrown away imports its accounts and starts a few handoffs; a headless Chromium then
looks at the pages that the documentation shows.
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
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
CUSTOMERS = ("Cedar Falls Water", "Ashgrove Power & Light", "Marlow Bay Utilities", "Juniper County Treasurer")
SEATS = {"pm": "paula", "im": "ivan", "lead": "lena"}
# name, who looks, at what, how high
VIEWS = (
    ("my-work", "paula.reyes", "/", 900),
    ("handoff", "paula.reyes", "/handoffs/1/", 1000),
    ("decision", "lena.fischer", "/handoffs/1/decisions/support/", 900),
    ("document", "lena.fischer", "/handoffs/1/document/", 1100),
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="handrail-pictures-") as folder:
        os.environ["HANDRAIL_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "handrail.desk.settings"
        make_handoffs()
        with serving() as address:
            take(address)


def make_handoffs() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from handrail.desk import demo, models, starting
    from handrail.desk.people import actor_of, person_of

    demo.make_company()
    accounts = ROOT / "src" / "handrail" / "desk" / "demo_data" / "accounts.csv"
    command = [sys.executable, "-m", "handrail.command_line", "import", "customers", str(accounts)]
    subprocess.run(command, check=False, capture_output=True)
    people = {row.email.split(".")[0]: row for row in models.Person.objects.all()}
    seats = {role: person_of(people[who]) for role, who in SEATS.items()}
    customers = models.Customer.objects.filter(name__in=CUSTOMERS).select_related("owner").order_by("key")
    version = starting.current_version("transition-to-client-services")
    assert version is not None, "the demo ships it"
    starting.begin(customers, version, seats, actor_of(people["olga"], timezone.now()), timezone.now())


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server of its own, at a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "handrail.command_line", "serve", "--demo", "--port", str(port)]
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
    from playwright.sync_api import sync_playwright

    from handrail.desk.demo import PASSWORD
    from tests import chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.require(), args=chromium.launch_flags())
        for name, who, path, height in VIEWS:
            page = browser.new_context(base_url=address, viewport={"width": 1280, "height": height}).new_page()
            page.goto("/account/login/")
            page.locator("input[name=login]").fill(f"{who}@example.com")
            page.locator("input[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.goto(path)
            page.screenshot(path=PICTURES / f"{name}.png")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
