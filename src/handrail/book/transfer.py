"""The life of a transfer: from a draft over the receivers' answers to the flip, and back.

One rule: nothing moves that its receiver has not accepted, and every refusal says what is missing.

    draft ── ask ──▶ with the receivers ── move ──▶ moving ──▶ moved ── return ──▶ moved, with lines returned
      └─────────────── cancel ────┴─────▶ cancelled

A line: proposed ── asked ──▶ accepted ──▶ moved ──▶ taken back or returned; a refused one is proposed anew.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from handrail.handoff.refusal import Refused

State = Literal["draft", "asked", "moving", "moved", "cancelled"]
LineState = Literal["proposed", "asked", "accepted", "refused", "moved", "failed", "undone", "returned", "dropped"]
OPEN_LINES: frozenset[LineState] = frozenset({"proposed", "asked", "accepted", "refused", "failed"})

# Why a receiver refuses an account: one of these, and a note.
REFUSALS = ("checklist incomplete", "too much work already", "skills, region or language do not fit", "something else")


@dataclass(frozen=True, kw_only=True)
class Line:
    id: int
    name: str
    state: LineState
    receiver: int | None
    pool: int | None = None


def cannot_change(state: State) -> Refused | None:
    """Why accounts and receivers stay as they are."""
    if state in {"draft", "asked"}:
        return None
    return Refused(code="state", says=f"This transfer is {_WORDS[state]}: what it moves to whom is settled.")


def cannot_ask(state: State, lines: Iterable[Line]) -> Refused | None:
    """Why the receivers are not asked yet."""
    if (refused := cannot_change(state)) is not None:
        return refused
    wanted = [line for line in lines if line.state in OPEN_LINES]
    if not wanted:
        return Refused(code="empty", says="There is no account in this transfer yet.")
    nobody = [line.name for line in wanted if line.receiver is None and line.pool is None]
    if nobody:
        return Refused(
            code="nobody", says=f"Nobody gets {_listed(nobody)} yet. Propose owners, or choose them by hand."
        )
    return None


def cannot_answer(line: LineState) -> Refused | None:
    if line in {"asked", "accepted", "refused"}:
        return None
    return Refused(code="state", says=f"This account is {_LINE_WORDS[line]}: there is nothing to answer.")


def cannot_move(state: State, lines: Iterable[Line]) -> Refused | None:
    """Why nothing is moved. Accounts that are not accepted are left where they are; what could not be moved, or was
    left when somebody cancelled it, is moved later."""
    if state not in {"asked", "moving", "moved"}:
        says = "The receivers have not been asked yet." if state == "draft" else f"This transfer is {_WORDS[state]}."
        return Refused(code="state", says=says)
    if any(line.state in {"accepted", "failed"} for line in lines):
        return None
    if state == "moved":
        return Refused(code="state", says="This transfer is done: there is nothing left to move.")
    return Refused(code="not-accepted", says="No account has been accepted by its receiver yet.")


def cannot_undo(lines: Collection[Line]) -> Refused | None:
    if any(line.state == "moved" for line in lines):
        return None
    return Refused(code="not-moved", says="Nothing of this has moved, or all of it has been taken back.")


def _listed(names: list[str], most: int = 3) -> str:
    shown = names[:most]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


_WORDS: dict[State, str] = {
    "draft": "being prepared",
    "asked": "with the receivers",
    "moving": "under way",
    "moved": "done",
    "cancelled": "cancelled",
}
_LINE_WORDS: dict[LineState, str] = {
    "proposed": "not with a receiver yet",
    "asked": "with its receiver",
    "accepted": "accepted",
    "refused": "refused",
    "moved": "moved already",
    "failed": "one that could not be moved",
    "undone": "taken back",
    "returned": "returned",
    "dropped": "left out",
}
