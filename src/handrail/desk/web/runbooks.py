"""The runbooks: which there are, and each version as a document, a drawing, a matrix, its tables, its past and its use.

One rule: each way of looking at a version is a page of its own, for the current version and for every earlier one.
"""

from collections.abc import Iterator, Sized
from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from handrail.desk import models
from handrail.desk.comments import Subject
from handrail.desk.company import company
from handrail.desk.lacking import lacking
from handrail.desk.permissions import reads_the_audit
from handrail.desk.queries.comments import thread_of
from handrail.desk.queries.runbook import RunbookView, runbook_view
from handrail.desk.queries.runbook.checked import checked_view
from handrail.desk.queries.runbook.coverage import coverage_view
from handrail.desk.queries.runbook.flow import flow_view
from handrail.desk.queries.runbook.published import published
from handrail.desk.queries.runbook.raci import MEANINGS, raci_view
from handrail.desk.queries.runbook.steps import StageView
from handrail.desk.queries.runbook.used import used_view
from handrail.desk.queries.runbooks import VersionLine, versions
from handrail.desk.runbooks import plan_of, version_at
from handrail.desk.web.asked import text
from handrail.desk.web.gate import me
from handrail.handoff.plan import Plan

# Of a section: its place, title, how much is in it, and the stages inside of it.
_Content = tuple[str, str, int, tuple[StageView, ...]]

# The pages of a version by their place in the address, in order.
TABS = (
    ("", "Document"),
    ("flow", "Flow"),
    ("raci", "RACI"),
    ("tables", "Tables"),
    ("versions", "Versions"),
    ("used", "Used"),
    ("problems", "Problems"),
    ("try", "Try it out"),
)


@dataclass(frozen=True, kw_only=True)
class Tab:
    title: str
    url: str
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A version of a runbook as its pages work with it; `known` are all its versions, the latest first."""

    row: models.RunbookVersion
    plan: Plan
    version: VersionLine
    known: tuple[VersionLine, ...]


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    return render(request, "runbooks/list.html", {"versions": versions()})


def opened(name: str, version_id: int | None) -> Opened:
    """The current version, or the one named. Raises `Http404`."""
    known = versions(name)
    chosen = next((one for one in known if one.id == version_id or (version_id is None and one.is_current)), None)
    if chosen is None:
        raise Http404("There is no such runbook, or no such version of it.")
    revision = company().revision
    row = version_at(chosen.id, revision)
    return Opened(row=row, plan=plan_of(row, revision), version=chosen, known=known)


def page(
    request: HttpRequest, at: Opened, here: str, version_id: int | None, more: dict[str, object], status: int = 200
) -> HttpResponse:
    context = {
        "title": at.plan.runbook.title,
        "version": at.version,
        "versions": at.known,
        "tabs": tuple(_tabs(at, here, version_id)),
        "document": address(at, "", version_id),
        "here": address(at, here, version_id),
        "reads_the_audit": reads_the_audit(request.user) is None,
        **more,
    }
    return render(request, f"runbooks/{here or 'runbook'}.html", context, status=status)


def address(at: Opened, tab: str, version_id: int | None) -> str:
    """An earlier version keeps to its own pages."""
    ending = f"-{tab}" if tab else ""
    if version_id is None:
        return reverse(f"runbook{ending}", args=[at.row.name])
    return reverse(f"runbook-version{ending}", args=[at.row.name, version_id])


def _tabs(at: Opened, here: str, version_id: int | None) -> Iterator[Tab]:
    for name, title in TABS:
        yield Tab(title=title, url=address(at, name, version_id), is_here=name == here)


@require_safe
def shown(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    at = opened(name, version_id)
    book = _book(at.row.pk, company().revision)
    # People speak of the runbook: beside the version that is current.
    thread = thread_of(Subject(runbook=name), me(request)) if at.version.is_current else None
    more = {"view": book.view, "book": book.written, "contents": book.contents, "thread": thread}
    return page(request, at, "", version_id, more)


@dataclass(frozen=True, kw_only=True)
class _Book:
    view: RunbookView
    contents: tuple[_Content, ...]
    written: SafeString


@lru_cache(maxsize=32)
def _book(version_id: int, revision: int) -> _Book:
    """What a version says, as it is at that revision of the company: the longest of all pages, and it says the same to
    everybody."""
    view = runbook_view(version_at(version_id, revision))
    written = render_to_string("runbooks/book.html", {"view": view})
    return _Book(view=view, contents=tuple(_contents(view)), written=written)


@require_safe
def flow(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    at = opened(name, version_id)
    return page(request, at, "flow", version_id, {"flow": flow_view(at.plan)})


@require_safe
def raci(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    at = opened(name, version_id)
    view = raci_view(at.plan.runbook, text(request.GET, "role"))
    return page(request, at, "raci", version_id, {"raci": view, "meanings": MEANINGS})


@require_safe
def tables(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    """What is asked of a picture is asked of the table that `table` names; the others are as they come."""
    at = opened(name, version_id)
    asked = {key: text(request.GET, key) for key in request.GET}
    views = tuple(
        coverage_view(at.plan, one, asked if asked.get("table") == one else {}) for one in at.plan.runbook.decisions
    )
    return page(request, at, "tables", version_id, {"tables": views})


@require_safe
def history(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    at = opened(name, version_id)
    notes = {change.version: change.says for change in at.plan.runbook.history}
    return page(request, at, "versions", version_id, {"published": published(at.known, notes)})


@require_safe
def used(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    at = opened(name, version_id)
    return page(request, at, "used", version_id, {"used": used_view(at.plan.runbook, at.row, at.version)})


@require_safe
def problems(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    at = opened(name, version_id)
    checked = checked_view(at.row, at.plan.runbook, lacking(at.row))
    return page(request, at, "problems", version_id, {"checked": checked})


def _contents(view: RunbookView) -> Iterator[_Content]:
    sections: tuple[tuple[str, str, Sized], ...] = (
        ("terms", "Terms", view.terms),
        ("facts", "Facts", view.facts),
        ("derived", "Derived facts", view.derived),
        ("roles", "Roles", view.roles),
        ("contacts", "Contacts", view.contacts),
        ("promises", "Promises", view.promises),
        ("decisions", "Decisions", view.decisions),
    )
    after: tuple[tuple[str, str, Sized], ...] = (
        ("milestones", "Milestones", view.milestones),
        ("sessions", "Sessions", view.sessions),
        ("windows", "Windows", view.windows),
        ("messages", "Messages", view.messages),
        ("events", "Happenings", view.events),
        ("documents", "Documents", view.documents),
        ("forms", "Forms", view.forms),
        ("ends", "How it ends", view.ends),
    )
    yield "check", "What the check says", len(view.checked.findings), ()
    if view.notes or view.history:
        yield "about", "About this version", 0, ()
    yield from ((place, title, len(things), ()) for place, title, things in sections if things)
    yield "stages", "Stages and steps", view.steps, view.stages
    yield "raci", "Who does what", 0, ()
    yield from ((place, title, len(things), ()) for place, title, things in after if things)
    if view.phases:
        yield "phases", "Phases", 0, ()
    yield "versions", "Versions", 0, ()
