"""What people rule on: approvals, acceptance and disagreement about it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Approved:
    """`is_complete` is False where others must approve too before the step is done; `roles` are those of the roles that
    are asked for which this was."""

    step: str
    note: str = ""
    is_complete: bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """The work was sent back; `reopened` are the steps to do again, with `fresh` evidence."""

    step: str
    reason: str
    reopened: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """`sha256` is the digest of the handover document that the receiver accepted."""

    step: str
    sha256: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AcceptanceRefused:
    """The receiver did not accept; `reopened` are the steps to do again, with `fresh` evidence."""

    step: str
    reason: str
    note: str = ""
    reopened: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, kw_only=True)
class SilenceTaken:
    """Nobody answered in time, and the runbook says what that means; `reopened` are the steps to do again."""

    step: str
    answer: str
    reopened: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Disagreed:
    """Who gave does not accept that the receiver refused: the holder of the role `to` decides."""

    step: str
    reason: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Climbed:
    """Nobody decided on a disagreement in time: the holder of the next role does."""

    step: str
    to: str


@dataclass(frozen=True, kw_only=True)
class RefusalUpheld:
    """The refusal stands."""

    step: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalOverruled:
    """The handover counts as accepted, and `restored` as done as before the refusal; `sha256` is the digest of the
    document as it then was."""

    step: str
    sha256: str
    restored: tuple[str, ...] = ()
    note: str = ""
