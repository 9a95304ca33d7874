"""A runbook as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handrail.runbook.model.conditions import Condition
from handrail.runbook.model.contacts import Contacts
from handrail.runbook.model.documents import Layout, Promises
from handrail.runbook.model.facts import Derived, Fact
from handrail.runbook.model.forms import Form
from handrail.runbook.model.messages import Message
from handrail.runbook.model.people import Happening, Phases, Role
from handrail.runbook.model.steps import Step
from handrail.runbook.model.tables import Decision
from handrail.runbook.model.timing import Session, Window
from handrail.runbook.problem import Place


@dataclass(frozen=True, kw_only=True)
class Change:
    """One entry of the runbook's own change log."""

    version: str
    date: date
    says: str


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """Something worth telling that is reached once, when the condition first holds, and then stays reached."""

    name: str
    title: str
    when: Condition
    says: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class End:
    """A way in which the handoff is over."""

    name: str
    when: Condition
    says: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Runbook:
    """`digest` is the SHA-256 of the text it was read from: the version that a handoff is pinned to."""

    name: str
    title: str
    version: str
    about: str
    says: str = ""
    digest: str
    history: tuple[Change, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    calendar: str = ""
    facts: Mapping[str, Fact]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    roles: Mapping[str, Role]
    contacts: Mapping[str, Contacts] = field(default_factory=dict)
    promises: Mapping[str, Promises] = field(default_factory=dict)
    documents: Mapping[str, Layout] = field(default_factory=dict)
    decisions: Mapping[str, Decision]
    forms: Mapping[str, Form]
    sessions: Mapping[str, Session] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)
    events: Mapping[str, Happening] = field(default_factory=dict)
    stages: tuple[str, ...]
    steps: Mapping[str, Step]
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    ends: tuple[End, ...]
    phases: Phases | None = None
    place: Place = field(compare=False, default=Place(file=""))
