"""What a transfer needs next, in words: the one thing that its page puts first.

One rule: it is told from the state and from counts of lines alone, so that a list could say it too.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from handrail.book.transfer import State

Act = Literal["choose", "propose", "ask", "wait", "choose again", "move", "watch", "look", "nothing"]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Of the lines that are not left out: those with nobody to get them, and so many in each state."""

    lines: int = 0
    without: int = 0
    proposed: int = 0
    asked: int = 0
    accepted: int = 0
    refused: int = 0
    moved: int = 0
    failed: int = 0


@dataclass(frozen=True, kw_only=True)
class Next:
    does: Act
    says: str
    why: str = ""


def next_act(state: State, counts: Counts, *, effective: date, today: date) -> Next:
    match state:
        case "draft":
            return _of_draft(counts)
        case "asked":
            return _of_asked(counts, effective, today)
        case "moving":
            return Next(does="watch", says="The accounts are moving.", why="Each one moves whole, or not at all.")
        case "moved":
            return _of_moved(counts)
        case "cancelled":
            return Next(does="nothing", says="This transfer was cancelled. Nothing of it moves.")


def _of_draft(counts: Counts) -> Next:
    if not counts.lines:
        return Next(does="choose", says="Choose the accounts.", why="A whole book, by filter, or from a spreadsheet.")
    if counts.without:
        says = f"{_accounts(counts.without)} {_has(counts.without)} nobody to get {_them(counts.without)}."
        return Next(does="propose", says=says, why="Let owners be proposed, or choose them by hand.")
    return Next(does="ask", says="Every account has somebody to get it.", why="Ask them; nothing moves before.")


def _of_asked(counts: Counts, effective: date, today: date) -> Next:
    if counts.refused or counts.without:
        says = f"{_accounts(counts.refused)} {_was(counts.refused)} refused."
        if not counts.refused:
            says = f"{_accounts(counts.without)} {_has(counts.without)} nobody to get {_them(counts.without)}."
        return Next(does="choose again", says=says, why="Choose somebody else, or leave them out.")
    if counts.proposed:
        says = f"{_accounts(counts.proposed)} {_was(counts.proposed)} not asked for yet."
        return Next(does="ask", says=says, why="Ask whoever gets them; what was accepted stays accepted.")
    if counts.asked:
        return Next(does="wait", says=f"{_accounts(counts.asked)} {_wait(counts.asked)} for an answer.")
    if effective > today:
        return Next(does="wait", says="All is accepted.", why="It moves on its effective date, or earlier by hand.")
    return Next(does="move", says="All is accepted, and the day has come.", why="What is accepted moves.")


def _of_moved(counts: Counts) -> Next:
    if counts.failed:
        return Next(does="look", says=f"{_accounts(counts.failed)} could not be moved.", why="Each says why.")
    if not counts.moved:
        why = "Each account is with whom it was before, except where something newer contradicts it."
        return Next(does="nothing", says="All of it has been taken back.", why=why)
    return Next(does="nothing", says="All that was accepted has moved.", why="It can be taken back, whole or in parts.")


def _accounts(count: int) -> str:
    return "One account" if count == 1 else f"{count:,} accounts"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"
