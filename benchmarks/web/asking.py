"""Asks a desk that serves, and says how long its answers took.

    python -m benchmarks.web.asking --port 8000 --rounds 100     prints JSON

One rule: pages take turns, and each round begins with another one, so that whatever else the machine does falls on all
of them alike. What is measured is from the request to the last byte of the answer, on a connection that stays open.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import random
import re
import sys
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

from benchmarks.web.pages import PAGES, draw

PASSWORD = "handrail-demo-2026"


class WrongAnswer(Exception):
    """A page was not answered with 200; the message says which, and with what."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask every page of a desk, over and over.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.desk.settings")
    import django

    django.setup()
    drawn = draw(told.seed)
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    sizes: dict[str, int] = {}
    chance = random.Random(told.seed)
    visitors = list(_visitors(told.port))
    for turn in range(-2, told.rounds):  # two rounds are not counted: caches are filled
        visitor = visitors[turn % len(visitors)]
        for name in _from(list(PAGES), turn):
            address = PAGES[name](drawn, chance)
            seconds, size = visitor.ask(address)
            if turn >= 0:
                times[name].append(seconds * 1000)
                sizes[name] = max(sizes.get(name, 0), size)
    json.dump({"milliseconds": times, "bytes": sizes}, sys.stdout)
    return 0


def _from(names: list[str], turn: int) -> list[str]:
    at = turn % len(names)
    return names[at:] + names[:at]


class Visitor:
    """Somebody of CS Operations who is signed in."""

    def __init__(self, port: int, email: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        _, page, _ = self._send("GET", "/account/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "the page for signing in has a token"
        body = urlencode({"csrfmiddlewaretoken": token[1].decode(), "login": email, "password": PASSWORD})
        status, _, _ = self._send("POST", "/account/login/", body)
        if status != 302:
            raise WrongAnswer(f"{email} could not sign in: {status}.")

    def ask(self, address: str) -> tuple[float, int]:
        since = time.perf_counter()
        status, body, _ = self._send("GET", quote(address, safe="/?=&%-"))
        seconds = time.perf_counter() - since
        if status != 200:
            raise WrongAnswer(f"{address} was answered with {status}.")
        return seconds, len(body)

    def _send(self, method: str, address: str, body: str | None = None) -> tuple[int, bytes, str]:
        headers = {"Accept-Encoding": "gzip", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": "http://127.0.0.1/"}
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, content, answer.headers.get("Location", "")


def _visitors(port: int) -> Iterator[Visitor]:
    """Ten of CS Operations, where there are so many."""
    from handrail.desk.models import Person

    emails = Person.objects.filter(is_operations=True, is_active=True).order_by("pk").values_list("email", flat=True)
    for email in emails[:10]:
        yield Visitor(port, email)


if __name__ == "__main__":
    raise SystemExit(main())
