"""Asks desks that serve, and says how long their answers took.

One rule: companies and pages take turns, and each round begins with another page, so that whatever else the machine
does falls on all of them alike. What is measured is from the request to the last byte of the answer, on a connection
that stays open.
"""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

PASSWORD = "handrail-demo-2026"
UNCOUNTED = 30  # rounds: every process has met every runbook


class WrongAnswer(Exception):
    """A page was not answered with 200; the message says which, and with what."""


@dataclass(kw_only=True)
class Asked:
    """A company that is asked: at which port, by whom, for which addresses of each page; and how long it took, in
    milliseconds, and the most bytes of a page before they are compressed."""

    port: int
    visitors: Sequence[str]
    addresses: Mapping[str, Sequence[str]]
    times: dict[str, list[float]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


def ask(companies: Sequence[Asked]) -> None:
    signed_in = [[Visitor(one.port, email) for email in one.visitors] for one in companies]
    pages = list(companies[0].addresses)
    for turn in range(len(companies[0].addresses[pages[0]])):
        for name in _from(pages, turn):
            for company, visitors in zip(companies, signed_in, strict=True):
                seconds, size = visitors[turn % len(visitors)].ask(company.addresses[name][turn])
                if turn >= UNCOUNTED:
                    company.times.setdefault(name, []).append(seconds * 1000)
                    company.sizes[name] = max(company.sizes.get(name, 0), size)


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
        headers = {
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
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
