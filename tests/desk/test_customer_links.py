"""The links of customers: who makes them, what is seen under them, and that nothing else ever is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import customer_links, ledger, models
from handrail.desk.discretion import discreet
from handrail.desk.queries.customer_links import link_lines
from handrail.desk.queries.customer_part import StageOfCustomer, customer_part
from handrail.desk.queries.opened import open_handoff, seats
from handrail.desk.web.customer_links import MOST_A_MINUTE
from handrail.handoff import commands as c
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW, Company, browser_of, done
from tests.desk.kinds import begin, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Iterator[Company]:
    cache.clear()  # the looks that other tests counted
    yield Company()
    cache.clear()


def a_token(company: Company, handoff_id: int, label: str = "Dana Fox", days: str = "30") -> str:
    row = models.Handoff.objects.get(pk=handoff_id)
    made = customer_links.make(row, label, days, company.people["paula"], now=timezone.now())
    assert isinstance(made, str), made
    return made


def part_of(token: str, **headers: str) -> tuple[int, str]:
    answer = Client(headers=headers or None).get(reverse("customer-part", args=[token]))
    return answer.status_code, answer.content.decode()


def test_link_is_made_by_who_holds_a_role_and_shown_once(company: Company) -> None:
    handoff_id = company.start()
    url, browser = reverse("customer-links", args=[handoff_id]), browser_of(company, "paula")
    made = browser.post(url, {"label": " Dana  Fox ", "days": "7"})
    (token,) = re.findall(r'value="http://testserver/c/([\w-]{43})/"', made.content.decode())
    link = models.CustomerLink.objects.get()
    paula, days = company.people["paula"], link.ends_at - link.made_at
    assert (link.label, link.made_by, days) == ("Dana Fox", paula, timedelta(days=7))
    assert (made.headers["Cache-Control"], token in browser.get(url).content.decode()) == (
        "max-age=0, no-cache, no-store, must-revalidate, private",
        False,
    )
    told = models.AuditEntry.objects.get(about="customer link")
    assert (told.by, told.action, told.name) == (paula, "made", "Dana Fox, for Cedar Falls Water")
    kept = [list(model.objects.values_list()) for model in (models.CustomerLink, models.AuditEntry)]
    assert token not in str(kept)


def test_what_is_wrong_with_a_link_is_said_at_its_field_with_what_was_typed(company: Company) -> None:
    handoff_id = company.start()
    url, browser = reverse("customer-links", args=[handoff_id]), browser_of(company, "olga")
    for days in ("0", "366", "-1", "many", "", "٣"):
        answer = browser.post(url, {"label": " ", "days": days})
        assert (answer.status_code, answer.context["errors"]) == (
            422,
            {
                "label": "Say for whom the link is, such as the name of the contact.",
                "days": "A link ends after 1 to 365 days. Write a whole number.",
            },
        )
        assert f'name="days" value="{days}"' in answer.content.decode()
    assert not models.CustomerLink.objects.exists()


def test_link_is_neither_made_nor_revoked_by_others(company: Company) -> None:
    handoff_id = company.start()
    a_token(company, handoff_id)
    link = models.CustomerLink.objects.get()
    other = company.start("Harbor County")
    tom, olga = browser_of(company, "tom"), browser_of(company, "olga")
    statuses = [
        tom.get(reverse("customer-links", args=[handoff_id])).status_code,
        tom.post(reverse("customer-links", args=[handoff_id]), {"label": "X", "days": "3"}).status_code,
        tom.post(reverse("customer-link-revoke", args=[handoff_id, link.pk])).status_code,
        olga.post(reverse("customer-link-revoke", args=[other, link.pk])).status_code,
    ]
    link.refresh_from_db()
    assert (statuses, link.revoked_at, models.CustomerLink.objects.count()) == ([403, 403, 403, 404], None, 1)


def test_no_link_is_made_for_a_handoff_that_does_not_run(company: Company) -> None:
    handoff_id = company.start()
    done(ledger.record(handoff_id, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    answer = browser_of(company, "olga").post(
        reverse("customer-links", args=[handoff_id]), {"label": "Dana Fox", "days": "30"}
    )
    says = "This handoff does not run any more: there is nothing for its customer to follow."
    assert (answer.status_code, answer.context["refused"]) == (409, Refused(code="over", says=says))


def test_customer_sees_their_part_without_signing_in_and_leaves_no_trace_behind(company: Company) -> None:
    token = a_token(company, company.start())
    with CaptureQueriesContext(connection) as counted:
        answer = Client().get(reverse("customer-part", args=[token]))
    page = answer.content.decode()
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert not any("django_session" in one["sql"] or "auth" in one["sql"].split() for one in counted)
    headers = {name: answer.headers.get(name) for name in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control")}
    assert headers == {
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    }
    for word in ("Cedar Falls Water", "Transition to Client Services", "Paula Reyes", "Ivan Petrov", "Project Manager"):
        assert word in page
    steps = company.version.source.split("steps:", 1)[1]
    titles = set(re.findall(r"^    title: (.+)$", steps, re.MULTILINE))
    emails = set(models.Person.objects.values_list("email", flat=True))
    inside = {"5000", "Northgate", "Lena Fischer", "Olga Lind", "/handoffs/", "<script", *titles, *emails}
    assert len(titles) > 10
    assert {word for word in inside if word in page} == set()


def test_wrong_ended_revoked_and_cancelled_are_answered_alike(company: Company) -> None:
    handoff_id = company.start()
    ended, revoked = a_token(company, handoff_id, "Ended"), a_token(company, handoff_id, "Revoked")
    cancelled = a_token(company, company.start("Harbor County"), "Cancelled")
    other = models.CustomerLink.objects.get(label="Cancelled").handoff_id
    models.CustomerLink.objects.filter(label="Ended").update(ends_at=timezone.now())
    link = models.CustomerLink.objects.get(label="Revoked")
    assert part_of(revoked)[0] == 200
    answer = browser_of(company, "paula").post(reverse("customer-link-revoke", args=[handoff_id, link.pk]), follow=True)
    says = "The link of Revoked is not valid any more. If that was a mistake, make a new one."
    assert [str(message) for message in answer.context["messages"]] == [says]
    done(ledger.record(other, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    answers = {part_of(token) for token in ("nonsense", "x" * 43, ended, revoked, cancelled)}
    ((status, page),) = answers
    assert status == 404
    assert "This link is not valid any more." in page
    assert "Ask whoever sent it to you." in page
    told = models.AuditEntry.objects.filter(about="customer link", action="turned away")
    assert sorted(told.values_list("by_name", flat=True)) == ["Cancelled", "Ended", "Revoked"]


def test_each_look_is_told_with_the_network_it_came_from(company: Company) -> None:
    handoff_id = company.start()
    token = a_token(company, handoff_id)
    url = reverse("customer-part", args=[token])
    Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Browser\t1"}).get(url)
    Client(REMOTE_ADDR="2001:db8:7:8::9", headers={"user-agent": "x" * 500}).get(url)
    Client().head(url)
    assert Client().post(url).status_code == 405
    told = models.AuditEntry.objects.filter(action="seen").order_by("pk")
    assert [(row.by_id, row.by_name, row.says) for row in told] == [
        (None, "Dana Fox", "From 203.0.113.0/24, with Browser 1"),
        (None, "Dana Fox", f"From 2001:db8:7::/48, with {'x' * 200}"),
    ]
    (line,) = link_lines(handoff_id, timezone.now())
    assert (line.label, line.state, line.seen, line.seen_at) == ("Dana Fox", "open", 2, told[1].at)
    page = browser_of(company, "olga").get(reverse("customer-links", args=[handoff_id])).content.decode()
    assert f"key={line.key}" in page


def test_links_take_as_many_queries_for_many_as_for_one(company: Company) -> None:
    handoff_id = company.start()

    def queries() -> int:
        a_token(company, handoff_id)
        with CaptureQueriesContext(connection) as counted:
            link_lines(handoff_id, timezone.now())
        return len(counted)

    assert [queries() for _ in range(3)] == [2, 2, 2]


def test_who_looks_too_often_waits(company: Company) -> None:
    token = a_token(company, company.start())
    statuses = [part_of("guess")[0] for _ in range(MOST_A_MINUTE - 1)] + [part_of(token)[0], part_of(token)[0]]
    assert statuses == [404] * (MOST_A_MINUTE - 1) + [200, 429]


def test_part_tells_stages_as_done_now_next_and_later(company: Company) -> None:
    opened = open_handoff(company.start())
    part = customer_part(opened, "Dana Fox", NOW)
    assert part.stages == (
        StageOfCustomer(title="Decide", look="now"),
        StageOfCustomer(title="Prepare", look="now"),
        StageOfCustomer(title="Go live", look="next"),
        StageOfCustomer(title="Transition", look="later"),
        StageOfCustomer(title="Client services", look="later"),
    )
    assert part.people == (("Project Manager", "Paula Reyes"), ("Implementation Manager", "Ivan Petrov"))
    assert (part.milestones, part.meetings, part.is_over, part.is_on_hold) == ((), (), False, False)


def test_part_of_a_handoff_that_is_over_is_complete(company: Company) -> None:
    version_of()
    handoff_id = begin(company)
    opened = open_handoff(handoff_id)
    steps = opened.state.steps
    done_one = replace(next(iter(steps.values())), state="done")
    over = replace(
        opened,
        state=replace(opened.state, end="accepted", ended_at=NOW, steps={**steps, "documents": done_one}),
        row=models.Handoff.objects.select_related("customer").get(pk=handoff_id),
    )
    over.row.status = models.Handoff.Status.OVER
    part = customer_part(over, "Dana Fox", NOW)
    assert (part.is_over, part.stages) == (True, (StageOfCustomer(title="Collect", look="done"),))


def test_part_has_the_meetings_that_the_contact_is_asked_to(company: Company) -> None:
    version_of()
    handoff_id = begin(company)
    by = company.actor("carla")
    asked = (("Dana Fox (client)", "Paula Reyes"), ("Paula Reyes", "Ivan Petrov"), ("dana  fox",))
    for number, who in enumerate(asked):
        plan = c.PlanMeeting(
            by=by, step="meet", key=f"m{number}", meets_at=NOW + timedelta(days=9 - number), attendees=who
        )
        done(ledger.record(handoff_id, plan, now=NOW))
    part = customer_part(open_handoff(handoff_id), "Dana Fox", NOW)
    assert part.meetings == ("Tuesday 8 December 2026, 10:00", "Thursday 10 December 2026, 10:00")
    assert (part.zone, customer_part(open_handoff(handoff_id), "Eve Low", NOW).meetings) == ("America/New York", ())
    # This runbook puts nobody before the customer: those who answer for what is open.
    assert part.people == tuple(
        (seat.title, seat.name) for seat in seats(open_handoff(handoff_id)) if seat.role in {"pm", "csm"}
    )


def test_token_is_not_in_the_log() -> None:
    assert discreet("Not Found: /c/Zm9vYmFyYmF6/") == "Not Found: /c/***/"
    assert discreet("Not Found: /u/1f-9c41d0e5a7b86f1203dd/") == "Not Found: /u/***/"
