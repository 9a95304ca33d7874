"""What a browser that was never here before fetches for a page, and what moves while it loads: JSON.

python -m benchmarks.web.viewing --port 8000
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from benchmarks.web.asking import PASSWORD
from tests import chromium

_SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
    }).observe({ type: "layout-shift", buffered: true });
"""
PLACES = {
    "My work": "/",
    "Handoffs": "/handoffs/",
    "Board": "/handoffs/?look=board",
    "Timeline": "/handoffs/?look=timeline",
    "A handoff": "/handoffs/1/",
    "A customer": "/customers/1/",
    "A runbook": "/runbooks/transition-to-client-services/",
    "Teams": "/teams/",
}


def main() -> int:
    parser = argparse.ArgumentParser(description="What first views of pages transfer.")
    parser.add_argument("--port", type=int, required=True)
    address = f"http://127.0.0.1:{parser.parse_args().port}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.desk.settings")
    from playwright.sync_api import Browser, sync_playwright

    def seen(browser: Browser, width: int, path: str) -> dict[str, float]:
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto(f"{address}/account/login/")
        page.fill("[name=login]", "paula.reyes@example.com")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit], form button[type=submit]")
        page.wait_for_load_state()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        fetched: list[float] = []
        tools.on("Network.loadingFinished", lambda one: fetched.append(one["encodedDataLength"]))
        page.add_init_script(_SHIFTS)
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        shift = page.evaluate("window.shifted")
        context.close()
        return {"bytes": sum(fetched), "shift": shift}

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.require()), args=chromium.launch_flags())
        told = {}
        for name, path in PLACES.items():
            wide, narrow = seen(browser, 1440, path), seen(browser, 390, path)
            told[name] = {"bytes": wide["bytes"], "shift": max(wide["shift"], narrow["shift"])}
        browser.close()
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
