"""A version of a runbook as the document that it replaces: every rule, role, step and date in words.

One rule: nothing is worked out here; it is what the runbook says, with the titles of things in place of their names.

    lines      what the page is made of       declared   facts, roles, times, messages, forms
    tables     decision tables                steps      steps, but for how they turn out: turns
    checked    what the checks found, and what the company lacks

Beside the document, each a page of its own:

    flow       the steps drawn; lettering breaks its words     raci       who does what
    coverage   what a table covers, drawn                      published  the versions and how much each changed
    used       who runs on it, and what it names               trial      what would follow from some facts
"""

from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.lacking import lacking
from handrail.desk.queries.runbook.checked import CheckedView, checked_view
from handrail.desk.queries.runbook.declared import (
    FormView,
    contacts_line,
    derived_line,
    fact_line,
    form_view,
    happening_line,
    message_line,
    milestone_line,
    role_line,
    session_line,
    window_line,
)
from handrail.desk.queries.runbook.handed import DocumentView, document_view, promise_line
from handrail.desk.queries.runbook.lines import Line, the_role
from handrail.desk.queries.runbook.steps import StageView, stage_views
from handrail.desk.queries.runbook.tables import DecisionView, decision_view
from handrail.desk.runbooks import runbook_of
from handrail.runbook.model import Change, Runbook
from handrail.runbook.words import condition_words, listed

__all__ = ["RunbookView", "runbook_view"]


@dataclass(frozen=True, kw_only=True)
class RunbookView:
    """`ends` as (name, when, says); `phases` is a sentence, empty where a project has no phases."""

    title: str
    version: str
    about: str
    says: str
    digest: str
    calendar: str
    checked: CheckedView
    history: tuple[Change, ...]
    notes: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]
    facts: tuple[Line, ...]
    derived: tuple[Line, ...]
    roles: tuple[Line, ...]
    contacts: tuple[Line, ...]
    promises: tuple[Line, ...]
    documents: tuple[DocumentView, ...]
    decisions: tuple[DecisionView, ...]
    forms: tuple[FormView, ...]
    sessions: tuple[Line, ...]
    windows: tuple[Line, ...]
    messages: tuple[Line, ...]
    events: tuple[Line, ...]
    stages: tuple[StageView, ...]
    milestones: tuple[Line, ...]
    ends: tuple[tuple[str, str, str], ...]
    phases: str

    @property
    def steps(self) -> int:
        return sum(len(stage.steps) for stage in self.stages)


def runbook_view(row: models.RunbookVersion) -> RunbookView:
    """The row with its calendar."""
    teams = dict(models.Team.objects.values_list("key", "name"))
    book = runbook_of(row)
    return RunbookView(
        title=book.title,
        version=book.version,
        about=book.about,
        says=book.says,
        digest=book.digest,
        calendar=f"{row.calendar.name}, {row.calendar.zone}",
        checked=checked_view(row, book, lacking(row)),
        history=book.history,
        notes=book.notes,
        terms=tuple(book.terms.items()),
        facts=tuple(fact_line(book, fact) for fact in book.facts.values()),
        derived=tuple(derived_line(book, one) for one in book.derived.values()),
        roles=tuple(role_line(book, role, teams) for role in book.roles.values()),
        contacts=tuple(contacts_line(book, one) for one in book.contacts.values()),
        promises=tuple(promise_line(book, one) for one in book.promises.values()),
        documents=tuple(document_view(book, one) for one in book.documents.values()),
        decisions=tuple(decision_view(book, decision) for decision in book.decisions.values()),
        forms=tuple(form_view(book, form) for form in book.forms.values()),
        sessions=tuple(session_line(session) for session in book.sessions.values()),
        windows=tuple(window_line(window) for window in book.windows.values()),
        messages=tuple(message_line(book, message) for message in book.messages.values()),
        events=tuple(happening_line(book, happening) for happening in book.events.values()),
        stages=tuple(stage_views(book)),
        milestones=tuple(milestone_line(book, milestone) for milestone in book.milestones.values()),
        ends=tuple((end.name, condition_words(book, end.when), end.says) for end in book.ends),
        phases=_phases(book),
    )


def _phases(runbook: Runbook) -> str:
    if runbook.phases is None:
        return ""
    says = "A project may go through this runbook in phases, each a handoff of its own."
    front = listed([the_role(runbook, role) for role in runbook.phases.front])
    return f"{says} The same person holds the seat of {front} in every running phase." if front else says
