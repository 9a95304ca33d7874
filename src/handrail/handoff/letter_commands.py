"""What a person can do with the message of a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handrail.handoff.people import Actor


@dataclass(frozen=True, kw_only=True)
class Send:
    """Send the message of a step, as it stands or edited; `wordings` are subject and body in further languages. Names
    may stand in braces, as in the runbook."""

    by: Actor
    step: str
    subject: str = ""
    body: str = ""
    wordings: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Let a message not send itself for now."""

    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class GoOn:
    """Let a paused message send itself again."""

    by: Actor
    step: str


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Do not send a message to this customer."""

    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Let a message say something else to this customer: by language, subject and body."""

    by: Actor
    step: str
    wordings: Mapping[str, tuple[str, str]]
