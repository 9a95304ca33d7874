"""Notices in the database and by e-mail: told once, mailed as each person wants it, dropped when nothing is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import Message

import pytest
from django.test import override_settings

from handrail.desk import jobs, ledger, models, notice_mail, notices, statements, upkeep
from handrail.desk import mail as mail_rules
from handrail.desk.company import company as company_now
from handrail.handoff import commands as c
from handrail.handoff.history import Handoff
from handrail.handoff.owed import owed
from tests.desk.company import NOW, Company, done
from tests.desk.kinds import begin, version_of
from tests.desk.postman import SMTP_BACKEND, Postman, receiving
from tests.desk.test_wake_loop import ticking

pytestmark = pytest.mark.django_db(transaction=True)

Mail = models.Notice.Mail
ADDRESS = "https://handrail.example.net"


@pytest.fixture
def postman() -> Iterator[Postman]:
    with receiving() as postman, override_settings(ADDRESS=ADDRESS):
        yield postman


@pytest.fixture
def company() -> Company:
    """Only Paula and Ivan want mail, unless a test says otherwise."""
    company = Company()
    version_of()
    others = models.Person.objects.exclude(pk__in=[company.people["paula"].pk, company.people["ivan"].pk])
    others.update(mail=models.Person.Mail.OFF)
    return company


def wants(company: Company, first_name: str, mail: str, muted: tuple[str, ...] = ()) -> None:
    models.Person.objects.filter(pk=company.people[first_name].pk).update(mail=mail, muted=list(muted))


def told(company: Company, first_name: str) -> list[tuple[str, str, str, bool]]:
    """Of each notice its sort, its title, what became of its mail, and whether it is over; the oldest first."""
    rows = models.Notice.objects.filter(person=company.people[first_name]).order_by("id")
    return [(row.sort, row.title, row.mail, row.over_at is not None) for row in rows]


def give_away(company: Company, handoff_id: int, role: str, first_name: str, now: datetime = NOW) -> ledger.Change:
    command = c.FillRole(by=company.actor("olga"), role=role, person=company.actor(first_name).person)
    return done(ledger.record(handoff_id, command, now=now))


def subject(mail: Message) -> str:
    """Long ones are sent on several lines."""
    return " ".join(str(mail["Subject"]).split())


def text_of(mail: Message, sort: str = "text/plain") -> str:
    [part] = [part for part in mail.walk() if part.get_content_type() == sort]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


PAULAS = (
    "5 things to do now: Get ready; Collect the documents; Bring the CRM up to date; Attend a presentation; "
    "Greet the team"
)
IVANS = "2 things to do now: Collect the documents: Contract; Find out: Invoice types"


def test_one_notice_for_each_at_the_start_and_none_however_often_it_is_told(company: Company) -> None:
    handoff_id = begin(company)
    assert told(company, "ivan") == [("work", IVANS, Mail.QUEUED, False)]
    [paula] = models.Notice.objects.filter(person=company.people["paula"])
    assert (paula.key, paula.about, paula.name) == (f"h{handoff_id}.e1.work", "handoff", "several")
    assert {row.person_id for row in models.Notice.objects.all()} == {
        company.people[name].pk for name in ("paula", "ivan", "carla", "lena", "dev")
    }
    history = ledger.history_of(handoff_id)
    row = models.Handoff.objects.select_related("runbook_version__calendar").get(pk=handoff_id)
    taken = statements.take(handoff_id)
    change = ledger._standing(handoff_id, taken)
    again = ledger.Change(handoff_id=row.pk, events=history, handoff=change.handoff, plan=change.plan)
    count = models.Notice.objects.count()
    notices.tell(again, Handoff(), owed(change.plan, change.handoff), set())
    assert models.Notice.objects.count() == count


def test_mail_at_once_says_what_why_by_when_and_where(company: Company, postman: Postman) -> None:
    begin(company)
    models.Notice.objects.exclude(person=company.people["ivan"]).update(mail=Mail.NONE, mail_at=None)
    assert (notice_mail.mail_due(NOW), notice_mail.mail_due(NOW)) == (1, 0)
    [(address, mail)] = postman.taken
    [row] = models.Notice.objects.filter(person=company.people["ivan"])
    assert (address, subject(mail)) == ("ivan.petrov@example.com", f"Cedar Falls Water: {IVANS}")
    assert (
        text_of(mail)
        == f"""Hello Ivan,

Cedar Falls Water

* {IVANS}
  You are the Implementation Manager. Olga Lind started the handoff of Cedar Falls Water.
  {ADDRESS}/notices/{row.pk}/

--
All your notices: {ADDRESS}/notices/
How you are told: {ADDRESS}/me/notices/

"""
    )
    assert f'<a href="{ADDRESS}/notices/{row.pk}/">Open it</a>' in text_of(mail, "text/html")
    assert (mail["Auto-Submitted"], mail["From"]) == ("auto-generated", "Handrail <handrail@example.net>")
    assert mail["Message-ID"].startswith("<handrail.notice.")
    assert (row.mail, row.mail_at, row.tries) == (Mail.SENT, None, 1)


def test_what_others_wrote_is_text_in_mail(company: Company, postman: Postman) -> None:
    models.Notice.objects.create(
        person=company.people["ivan"],
        key="k",
        sort="told",
        title="<script>alert(1)</script>\r\nBcc: everybody@example.com",
        why="<b>bold</b>",
        at=NOW,
        mail=Mail.QUEUED,
        mail_at=NOW,
    )
    notice_mail.mail_due(NOW)
    [(_, mail)] = postman.taken
    assert (subject(mail), mail["Bcc"]) == (
        "Handrail: <script>alert(1)</script> Bcc: everybody@example.com",
        None,
    )
    html = text_of(mail, "text/html")
    assert ("<script>" in html, "<b>" in html, "&lt;b&gt;bold" in html) == (False, False, True)


def own_calendar(company: Company, first_name: str) -> None:
    """Berlin; closed on Monday 7 December 2026."""
    calendar = models.Calendar.objects.create(
        key="own", name="Own", zone="Europe/Berlin", weekdays=[0, 1, 2, 3, 4], opens="08:00", closes="16:00"
    )
    models.ClosingDay.objects.create(calendar=calendar, day=date(2026, 12, 7), name="Inventory")
    person = models.Person.objects.get(pk=company.people[first_name].pk)
    person.calendar = calendar
    person.save(update_fields=["calendar"])


FRIDAY = datetime(2026, 12, 4, 20, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 8, 7, tzinfo=UTC)  # 08:00 in Berlin


def test_digest_comes_as_the_next_own_working_day_begins_and_has_what_still_matters(
    company: Company, postman: Postman
) -> None:
    own_calendar(company, "paula")
    wants(company, "paula", "daily")
    wants(company, "ivan", "off")
    first = begin(company, "Cedar Falls Water", now=FRIDAY)
    begin(company, "Elm Grove Gas", now=FRIDAY)
    lost = begin(company, "Ash Creek Power", now=FRIDAY)
    done(ledger.record(lost, c.Cancel(by=company.actor("olga"), reason="No deal"), now=FRIDAY))
    assert set(models.Notice.objects.filter(mail=Mail.QUEUED).values_list("mail_at", flat=True)) == {TUESDAY}
    assert (notice_mail.mail_due(TUESDAY - timedelta(seconds=1)), notice_mail.mail_due(TUESDAY)) == (0, 1)
    [(address, mail)] = postman.taken
    assert (address, subject(mail)) == (
        "paula.reyes@example.com",
        "Cedar Falls Water and 2 other customers: 3 things to know",
    )
    told_as = [line for line in text_of(mail).splitlines() if line.startswith("* ")]
    assert told_as == [f"* {PAULAS}", f"* {PAULAS}", "* The handoff was cancelled: No deal"]
    assert text_of(mail).index("Cedar Falls Water") < text_of(mail).index("Elm Grove Gas")
    dropped = models.Notice.objects.filter(handoff=lost, person=company.people["paula"], sort="work").get()
    assert (dropped.mail, dropped.over_at) == (Mail.DROPPED, FRIDAY)
    assert notice_mail.mail_due(TUESDAY + timedelta(days=1)) == 0
    assert models.Notice.objects.filter(handoff=first, person=company.people["paula"]).get().mail == Mail.SENT


def test_what_is_late_is_mailed_at_once_whatever_is_muted(company: Company, postman: Postman) -> None:
    wants(company, "paula", "off", ("work", "warning"))
    wants(company, "ivan", "at once", ("work",))
    begin(company)
    assert (notice_mail.mail_due(NOW), told(company, "ivan")[0][2]) == (0, Mail.NONE)
    late = NOW + timedelta(days=1)
    jobs.run_due(late)
    assert told(company, "paula")[1:] == [("breach", "Late: Get ready", Mail.QUEUED, False)]
    assert notice_mail.mail_due(late) == 2
    assert {(address, subject(mail)) for address, mail in postman.taken} == {
        ("paula.reyes@example.com", "Cedar Falls Water: Late: Get ready"),
        ("lena.fischer@example.com", "Cedar Falls Water: See to it that this is done: Get ready"),
    }


def test_what_was_done_or_passed_on_meanwhile_is_dropped_and_over(company: Company, postman: Postman) -> None:
    handoff_id = begin(company)
    give_away(company, handoff_id, "im", "dev")
    assert told(company, "ivan") == [
        ("work", IVANS, Mail.DROPPED, True),
        ("role", "You are no longer the Implementation Manager", Mail.QUEUED, False),
    ]
    assert told(company, "dev")[1][1] == IVANS
    give_away(company, handoff_id, "im", "ivan")
    assert told(company, "ivan")[1][2:] == (Mail.DROPPED, True)
    late = NOW + timedelta(days=1)
    jobs.run_due(late)
    done(ledger.record(handoff_id, c.Finish(by=company.actor("paula"), step="ready"), now=late))
    assert told(company, "paula")[1] == ("breach", "Late: Get ready", Mail.DROPPED, True)
    notice_mail.mail_due(late)
    assert [subject(mail) for address, mail in postman.taken if address.startswith("ivan")] == [
        f"Cedar Falls Water: {IVANS}"
    ]


def test_mail_waits_while_the_handoff_is_on_hold_and_what_was_seen_is_not_mailed(
    company: Company, postman: Postman
) -> None:
    handoff_id = begin(company)
    done(ledger.record(handoff_id, c.Hold(by=company.actor("paula"), reason="No budget"), now=NOW))
    assert told(company, "ivan")[0] == ("work", IVANS, Mail.QUEUED, False)
    notice_mail.mail_due(NOW)
    assert [subject(mail) for _, mail in postman.taken] == ["Cedar Falls Water: The handoff is on hold: No budget"]
    assert told(company, "ivan")[0][2] == Mail.QUEUED
    later = NOW + notice_mail.HELD_PAUSE
    done(ledger.record(handoff_id, c.Resume(by=company.actor("paula")), now=later))
    assert told(company, "ivan")[1] == ("told", "The handoff is on hold: No budget", Mail.SENT, True)
    models.Notice.objects.filter(person=company.people["ivan"], sort="told").update(seen_at=later)
    notice_mail.mail_due(later)
    assert [subject(mail) for address, mail in postman.taken[1:] if address.startswith("ivan")] == [
        f"Cedar Falls Water: {IVANS}"
    ]
    assert told(company, "ivan")[2] == ("told", "The handoff goes on", Mail.DROPPED, False)


def test_mail_whose_sender_was_lost_is_never_sent_again_by_itself(company: Company, postman: Postman) -> None:
    begin(company)
    ivans = models.Notice.objects.filter(person=company.people["ivan"])
    assert [row.pk for row in notice_mail._claimed(company.people["ivan"].pk, NOW)] == [ivans.get().pk]
    assert notice_mail._claimed(company.people["ivan"].pk, NOW) == []  # another worker finds nothing to take
    notice_mail.mail_due(NOW + mail_rules.LEASE)
    assert (ivans.get().mail, ivans.get().error) == (Mail.UNKNOWN, mail_rules.LOST)
    assert [address for address, _ in postman.taken] == ["paula.reyes@example.com"]


def test_refusal_for_now_is_tried_again_and_a_broken_connection_is_not(company: Company, postman: Postman) -> None:
    wants(company, "paula", "off")
    begin(company)
    ivans = models.Notice.objects.filter(person=company.people["ivan"])
    postman.answers = {"ivan.petrov@example.com": "450 Busy"}
    notice_mail.mail_due(NOW)
    assert (ivans.get().mail, ivans.get().mail_at, ivans.get().tries) == (Mail.QUEUED, NOW + mail_rules.PAUSES[0], 1)
    postman.answers, postman.breaks = {}, True
    assert notice_mail.mail_due(NOW + mail_rules.PAUSES[0]) == 1
    assert (ivans.get().mail, ivans.get().mail_at) == (Mail.UNKNOWN, None)
    assert notice_mail.mail_due(NOW + timedelta(days=9)) == 0


def test_worker_that_stood_still_in_between_goes_by_the_time_of_each_mail(company: Company, postman: Postman) -> None:
    begin(company)
    postman.answers = {"ivan.petrov@example.com": "450 Busy"}
    hour = timedelta(hours=1)
    assert notice_mail.mail_due(ticking(NOW, hour)) == 2
    [ivan] = models.Notice.objects.filter(person=company.people["ivan"])
    assert (ivan.mail, ivan.mail_at) == (Mail.QUEUED, NOW + 3 * hour + mail_rules.PAUSES[0])


@override_settings(EMAIL_BACKEND=SMTP_BACKEND, EMAIL_HOST="127.0.0.1", EMAIL_PORT=1)
def test_all_waits_while_the_server_is_out_of_reach(company: Company) -> None:
    begin(company)
    assert notice_mail.mail_due(NOW) == 0
    queued = models.Notice.objects.filter(mail=Mail.QUEUED)
    assert set(queued.values_list("mail_at", "tries")) == {(NOW + mail_rules.SERVER_PAUSE, 0)}


def test_delegate_is_told_too_and_who_is_away_is_mailed_when_they_are_back(company: Company, postman: Postman) -> None:
    ivan, dev = company.people["ivan"], company.people["dev"]
    wants(company, "dev", "at once")
    models.Absence.objects.create(
        person=ivan, first_day=date(2026, 11, 30), last_day=date(2026, 12, 4), delegate=dev, made_at=NOW
    )
    handoff_id = begin(company)
    [row] = models.Notice.objects.filter(person=dev, on_behalf_of=ivan)
    assert (row.title, row.key) == (IVANS, f"h{handoff_id}.e1.work.for{ivan.pk}")
    assert row.why == (
        "You act for Ivan Petrov, who was told: “You are the Implementation Manager. "
        "Olga Lind started the handoff of Cedar Falls Water.”"
    )
    back = notices.calendar_for(company_now(), ivan.pk).opening(date(2026, 12, 7))
    assert models.Notice.objects.get(person=ivan).mail_at == back
    notice_mail.mail_due(NOW)
    [devs] = [text_of(mail) for address, mail in postman.taken if address.startswith("dev")]
    assert "  For Ivan Petrov, who is away." in devs
    give_away(company, handoff_id, "im", "lena")
    assert {(one.person_id, one.over_at) for one in models.Notice.objects.filter(title=IVANS, mail__gt="")} >= {
        (ivan.pk, NOW),
        (dev.pk, NOW),
    }


def test_old_notices_are_removed_once_they_were_seen_or_are_over(company: Company) -> None:
    begin(company)
    rows = list(models.Notice.objects.order_by("id"))
    old = NOW - upkeep.NOTICES_KEPT - timedelta(days=1)
    models.Notice.objects.filter(pk__in=[row.pk for row in rows[:3]]).update(at=old)
    models.Notice.objects.filter(pk=rows[1].pk).update(seen_at=old)
    models.Notice.objects.filter(pk__in=[rows[2].pk, rows[3].pk]).update(over_at=NOW)
    assert (upkeep.remove_old_notices(NOW), upkeep.remove_old_notices(NOW)) == (2, 0)
    left = {row.pk for row in models.Notice.objects.all()}
    assert left == {row.pk for row in rows} - {rows[1].pk, rows[2].pk}
