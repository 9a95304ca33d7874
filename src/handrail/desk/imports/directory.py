"""The people whom an owner column may name. One rule: an owner is found by e-mail address and by nothing else; where
there is none of that address, the nearest is offered, never taken."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handrail.desk.imports.problem import listed, quoted


@dataclass(frozen=True, kw_only=True)
class Entry:
    id: int
    email: str
    name: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class NotFound:
    """Why no owner is taken from the text, and what would be one."""

    code: str
    says: str
    mend: str


_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_IN_BRACKETS = re.compile(r".*<([^<>]+)>")
_MOST_GUESSES = 200


@dataclass(kw_only=True)
class Directory:
    """Looks each text up once: a file names few owners many times."""

    by_email: Mapping[str, Entry]
    by_name: Mapping[str, list[Entry]]
    _found: dict[str, int | NotFound] = field(default_factory=dict)

    def find(self, written: str) -> int | NotFound:
        if written not in self._found:
            self._found[written] = self._look_up(written)
        return self._found[written]

    def email_of(self, person: int | None) -> str:
        return next((one.email for one in self.by_email.values() if one.id == person), "")

    def _look_up(self, written: str) -> int | NotFound:
        named = _IN_BRACKETS.fullmatch(written)
        email = (named[1] if named else written).strip().lower()
        entry = self.by_email.get(email)
        if entry is None:
            return self._unknown(written, email)
        if not entry.is_active:
            return NotFound(
                code="inactive-owner",
                says=f"{entry.name} ({entry.email}) no longer works here.",
                mend="Name somebody who does.",
            )
        return entry.id

    def _unknown(self, written: str, email: str) -> NotFound:
        if not _EMAIL.fullmatch(email):
            same = [one for one in self.by_name.get(written.casefold(), []) if one.is_active]
            mend = (
                f"Write {listed((one.email for one in same), 'or')}."
                if same
                else f"Write an e-mail address{self._such_as(email)}."
            )
            return NotFound(code="not-an-address", says=f"{quoted(written)} is not an e-mail address.", mend=mend)
        nearest = self._nearest(email)
        mend = (
            f"Did you mean {listed(nearest, 'or')}?"
            if nearest
            else "Correct the address, or have an administrator add the person."
        )
        return NotFound(code="unknown-owner", says=f"Nobody here has the address {quoted(email)}.", mend=mend)

    def _such_as(self, text: str) -> str:
        nearest = self._nearest(text)
        return f", such as {listed(nearest, 'or')}" if nearest else ""

    def _nearest(self, text: str) -> list[str]:
        """Comparing costs time for each person, so that a file full of strangers gets no guesses after a while."""
        if len(self._found) > _MOST_GUESSES:
            return []
        active = [email for email, one in self.by_email.items() if one.is_active]
        return difflib.get_close_matches(text[:254], active, n=1, cutoff=0.75)


def directory(entries: Iterable[Entry]) -> Directory:
    by_email: dict[str, Entry] = {}
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_email[entry.email.lower()] = entry
        by_name.setdefault(entry.name.casefold(), []).append(entry)
    return Directory(by_email=by_email, by_name=by_name)
