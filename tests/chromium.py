"""The Chromium that the journeys drive: `python tests/chromium.py` makes sure that there is one and prints its path.

Its one rule: a browser that the system already has comes first; only when there is none is one installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")

MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

HOW_TO_GET_ONE = (
    "No Chromium was found for the browser journeys, and none could be installed. Install Chromium or Google Chrome "
    "with the system's package manager, or set HANDRAIL_CHROMIUM to the path of its program."
)


class ChromiumMissing(Exception):
    """There is no Chromium, and none could be installed; the message says what to do."""


def launch_flags() -> list[str]:
    """What Chromium is started with: no contact with anyone but the page's own server."""
    flags = [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    # Chromium refuses to run its sandbox as root.
    return [*flags, "--no-sandbox"] if _is_root() else flags


def find() -> Path | None:
    """The Chromium named by HANDRAIL_CHROMIUM, the system's, or the one Playwright downloaded, in this order."""
    named = os.environ.get("HANDRAIL_CHROMIUM")
    if named:
        return _existing(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    for path in MAC_APPLICATIONS:
        if found_here := _existing(path):
            return found_here
    return _downloaded_by_playwright()


def require() -> Path:
    """The Chromium to drive, installed first where there is none."""
    return find() or _install() or _give_up()


def _install() -> Path | None:
    if _is_root() and shutil.which("apt-get"):
        _run(["apt-get", "update", "-q"])
        _run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"])
    if not find():
        _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return find()


def _give_up() -> Path:
    raise ChromiumMissing(HOW_TO_GET_ONE)


def _run(command: list[str]) -> None:
    """Run an installer with its output on stderr; whether it worked is seen by looking for the browser again."""
    subprocess.run(command, stdout=sys.stderr, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def _downloaded_by_playwright() -> Path | None:
    from playwright.sync_api import sync_playwright  # only here: starting it costs half a second

    with sync_playwright() as playwright:
        return _existing(playwright.chromium.executable_path)


def _existing(path: str) -> Path | None:
    return Path(path) if Path(path).is_file() else None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    try:
        print(require())
    except ChromiumMissing as missing:
        sys.exit(str(missing))
