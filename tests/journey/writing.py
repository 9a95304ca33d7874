"""People who write to the desk through real HTTP, all at once, and remember what they were told.

Their one rule: what was answered with a redirect to the page it was written on is acknowledged; what got no answer may
be there or not; any other answer is a complaint.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie
from itertools import count
from typing import Literal
from urllib.parse import urlencode

from handrail.handoff import events as e
from tests.desk.company import SUMMARY
from tests.journey.installation import PATIENCE_SECONDS

_KEPT_COOKIES = ("sessionid", "csrftoken")  # the messages pile up where nobody reads the page that shows them
_FIELDS = ("ivr", "payments", "rejects", "adjustments")
_BOUNDARY = "-----written-by-a-test"
_PAUSE_SECONDS = 0.02


class Unanswered(Exception):
    """The server was not there, or went away before it answered."""


class Browser:
    """The cookies of one person, and a connection that is kept open for as long as the server lives."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def sign_in(self, email: str, password: str) -> None:
        self._ask("GET", "/account/login/", b"", {})
        status, location = self.post("/account/login/", {"login": email, "password": password})
        assert (status, location) == (302, "/"), f"{email} cannot sign in: {status} {location}"

    def post(self, path: str, fields: Mapping[str, str], file: tuple[str, bytes] | None = None) -> tuple[int, str]:
        """The status and the place of a redirect. Raises Unanswered."""
        body, media_type = _multipart(fields, file) if file else _form(fields)
        return self._ask("POST", path, body, {"Content-Type": media_type})

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        said = {**headers, "Cookie": cookies, "X-CSRFToken": self._cookies.get("csrftoken", "")}
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
            self._connection.request(method, path, body, said)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered from error
        self._keep_cookies(answer.headers.get_all("Set-Cookie") or [])
        return answer.status, answer.headers.get("Location", "")

    def _keep_cookies(self, headers: Iterable[str]) -> None:
        for header in headers:
            for name, morsel in SimpleCookie(header).items():
                if name in _KEPT_COOKIES:
                    self._cookies[name] = morsel.value


def _form(fields: Mapping[str, str]) -> tuple[bytes, str]:
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _multipart(fields: Mapping[str, str], file: tuple[str, bytes]) -> tuple[bytes, str]:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    head = f'Content-Disposition: form-data; name="file"; filename="{file[0]}"\r\nContent-Type: text/plain\r\n\r\n'
    parts.append(head.encode() + file[1])
    border = f"--{_BOUNDARY}".encode()
    body = b"".join(border + b"\r\n" + part + b"\r\n" for part in parts) + border + b"--\r\n"
    return body, f"multipart/form-data; boundary={_BOUNDARY}"


Sort = Literal["facts", "answers", "upload"]


@dataclass(frozen=True, kw_only=True)
class Write:
    """One thing that somebody wrote. `word` is in no other; the event that records it carries it too."""

    sort: Sort
    handoff_id: int
    word: str
    values: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    def path(self) -> str:
        where = "facts/" if self.sort == "facts" else f"steps/{SUMMARY}/"
        return f"/handoffs/{self.handoff_id}/{where}"

    def page(self) -> str:
        """Where its acknowledgement leads."""
        return f"/handoffs/{self.handoff_id}/" if self.sort == "facts" else self.path()

    def send(self, browser: Browser) -> tuple[int, str]:
        match self.sort:
            case "facts":
                return browser.post(self.path(), {**self.values, "source": self.word})
            case "answers":
                states = {f"is.{name}": "given" for name in self.values}
                texts = {f"f.{name}": text for name, text in self.values.items()}
                return browser.post(self.path(), {"do": "answer", **states, **texts})
            case "upload":
                fields = {"do": "attach", "title": self.word}
                return browser.post(self.path(), fields, (f"{self.word}.txt", self.content))

    def is_whole_in(self, event: e.Event) -> bool:
        """Whether the event says all of it, but for the bytes of a file."""
        match event:
            case e.FactsGiven(values=values):
                # A fact that already had this value is no news; the integrator is another one each time.
                return all(values.get(name, text) == text for name, text in self.values.items())
            case e.FormAnswered(answers=answers):
                return {name: one.value for name, one in answers.items() if one} == self.values
            case e.EvidenceAdded(upload=key):
                return self.sort == "upload" and key is not None
            case _:
                return False


def word_of(event: e.Event) -> str | None:
    """Whose write the event records; None where nobody wrote it."""
    match event:
        case e.FactsGiven(source=source):
            return source or None
        case e.FormAnswered(answers=answers):
            said = [one.value.split()[0] for one in answers.values() if one and isinstance(one.value, str)]
            return said[0] if said else None
        case e.EvidenceAdded(title=title):
            return title
        case _:
            return None


class Writer(threading.Thread):
    """One person, who writes to any of the handoffs until told to stop."""

    def __init__(self, name: str, browser: Browser, handoffs: list[int], facts: list[str], seed: int) -> None:
        super().__init__(daemon=True)
        self._word = name
        self._browser = browser
        self._handoffs = handoffs
        self._facts = facts
        self._chance = random.Random(seed)
        self._numbers = count()
        self.stopping = threading.Event()
        self.acknowledged: list[Write] = []
        self.unanswered: list[Write] = []
        self.complaints: list[str] = []

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self._write(self._next())
        except Exception as mistake:
            self.complaints.append(repr(mistake))
        finally:
            self._browser.close()

    def _write(self, write: Write) -> None:
        try:
            answer = write.send(self._browser)
        except Unanswered:
            self.unanswered.append(write)
            time.sleep(_PAUSE_SECONDS)
            return
        if answer == (302, write.page()):
            self.acknowledged.append(write)
        else:
            self.complaints.append(f"{write.word}: {answer[0]} {answer[1]}")

    def _next(self) -> Write:
        number = next(self._numbers)
        word = f"{self._word}-{number}"
        handoff_id = self._chance.choice(self._handoffs)
        sort: Sort = self._chance.choices(("facts", "answers", "upload"), (5, 4, 1))[0]
        match sort:
            case "facts":
                return Write(sort=sort, handoff_id=handoff_id, word=word, values=self._some_facts(word, number))
            case "answers":
                names = self._chance.sample(_FIELDS, 3)
                values = {name: f"{word} about {name}" for name in names}
                return Write(sort=sort, handoff_id=handoff_id, word=word, values=values)
            case "upload":
                content = f"{word}\n".encode() * self._chance.randrange(1, 20_000)
                return Write(sort=sort, handoff_id=handoff_id, word=word, content=content)

    def _some_facts(self, word: str, number: int) -> dict[str, str]:
        """The MRR takes another decision each time; a go-live in the past leaves steps late, for the worker to find."""
        go_live = date(2026, 1, 1) + timedelta(days=self._chance.randrange(700))
        values = {
            "integrator": word,
            "mrr": str(self._chance.choice((0, 10_000, 20_000)) + number),
            "go_live": go_live.isoformat(),
        }
        return {name: values[name] for name in self._facts}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the people were told, together."""

    writers: tuple[Writer, ...]

    def acknowledged(self) -> list[Write]:
        return [write for writer in self.writers for write in list(writer.acknowledged)]

    def unanswered(self) -> list[Write]:
        return [write for writer in self.writers for write in list(writer.unanswered)]

    def complaints(self) -> list[str]:
        return [says for writer in self.writers for says in list(writer.complaints)]


@contextmanager
def writing(writers: Iterable[Writer]) -> Iterator[Told]:
    """They write for as long as the context."""
    told = Told(writers=tuple(writers))
    for writer in told.writers:
        writer.start()
    try:
        yield told
    finally:
        for writer in told.writers:
            writer.stopping.set()
        for writer in told.writers:
            writer.join(PATIENCE_SECONDS)
