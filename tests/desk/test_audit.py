"""The audit: what is told, in whose name, that nothing of it is ever changed, and how it is read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.command_line import company as command_line
from handrail.desk import audit, ledger, models, runbooks
from handrail.desk.imports import remembered
from handrail.desk.imports.opened import receive
from handrail.desk.imports.report import of_json
from handrail.desk.long_work.working import work_off
from handrail.desk.people import person_of
from handrail.desk.queries.audit import SORTS, Wanted, all_lines, audit_page, place
from handrail.desk.watching import WATCHED
from handrail.handoff import commands as c
from tests.desk.company import NOW, RUNBOOK, Company, browser_of, done

pytestmark = pytest.mark.django_db

PASSWORD = "seven quiet otters"


@pytest.fixture
def company() -> Iterator[Company]:
    cache.clear()  # the attempts to sign in that other tests made
    yield Company()
    cache.clear()


Told = tuple[str, str, str, str, dict[str, list[str]]]


class Since:
    """What was told since: who, did what, about what, which, and what was before and after."""

    def __init__(self) -> None:
        self._last = models.AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def told(self) -> list[Told]:
        rows = models.AuditEntry.objects.filter(pk__gt=self._last).order_by("pk")
        return [(row.by_name, row.action, row.about, row.name, row.changes) for row in rows]


def test_changes_are_what_is_not_as_it_was() -> None:
    before, after = {"name": "Tom", "title": "", "team": "Sales"}, {"name": "Tom", "title": "Lead", "zone": "UTC"}
    assert audit.changes(before, after) == {"title": ["", "Lead"], "team": ["Sales", ""], "zone": ["", "UTC"]}


def test_person_made_and_changed_on_the_page_is_told_without_the_password(company: Company) -> None:
    browser, since = browser_of(company, "adam"), Since()
    sent = {"name": "Nora Berg", "email": "nora@example.com", "team": company.people["tom"].team_id}
    browser.post(reverse("person-new"), {**sent, "password": PASSWORD})
    nora = models.Person.objects.get(email="nora@example.com")
    changed = {**sent, "team": "", "is_operations": "on"}
    browser.post(reverse("person-edit", args=[nora.pk]), changed)
    browser.post(reverse("person-edit", args=[nora.pk]), {**changed, "password": PASSWORD + "!"})
    team = company.people["tom"].team
    assert since.told() == [
        (
            "Adam Ford",
            "made",
            "person",
            "Nora Berg",
            {
                "E-mail address": ["", "nora@example.com"],
                "Name": ["", "Nora Berg"],
                "Team": ["", str(team)],
                "Password": ["", "changed"],
            },
        ),
        ("Adam Ford", "changed", "person", "Nora Berg", {"Team": [str(team), ""], "CS Operations": ["no", "yes"]}),
        ("Adam Ford", "changed", "person", "Nora Berg", {"Password": ["", "changed"]}),
    ]
    kept = " ".join(str(row) for row in models.AuditEntry.objects.values_list())
    nora.refresh_from_db()
    assert (PASSWORD in kept, nora.password in kept) == (False, False)


def test_rows_of_the_company_tell_of_themselves_whoever_writes_them(company: Company) -> None:
    tom, carla = company.people["tom"], company.people["carla"]
    since = Since()
    with audit.acting(lambda: audit.COMMAND_LINE):
        team = models.Team.objects.create(key="north", name="North")
        models.Team.objects.filter(pk=team.pk).update(name="North and east", lead=tom)
        models.Person.objects.filter(pk__in=[tom.pk, carla.pk]).update(capacity=F("pk") - F("pk") + 4, region="Lisbon")
        calendar = models.Calendar.objects.create(
            key="lisbon", name="Lisbon", zone="Europe/Lisbon", weekdays=[0, 1], opens="09:00", closes="17:00"
        )
        calendar.opens, calendar.periods = time(8, 30), {"4": [["09:00", "12:30"], ["13:30", "15:00"]]}
        calendar.save()
        closed = models.ClosingDay.objects.create(calendar=calendar, day=date(2027, 5, 3), name="Works outing")
        closed.delete()
        models.Absence.objects.create(person=tom, first_day=date(2027, 1, 4), last_day=date(2027, 1, 8), delegate=carla)
        models.Absence.objects.filter(person=tom).update(ended_at=NOW)
    assert since.told() == [
        ("The command line", *told)
        for told in (
            ("made", "team", "North", {"Key": ["", "north"], "Name": ["", "North"]}),
            ("changed", "team", "North and east", {"Name": ["North", "North and east"], "Lead": ["", "Tom Okafor"]}),
            *(
                ("changed", "person", name, {"Region": ["Americas", "Lisbon"], "Capacity": ["25", "4"]})
                for name in sorted(("Tom Okafor", "Carla Santos"), key=lambda one: _pk(company, one))
            ),
            (
                "made",
                "calendar",
                "Lisbon",
                {
                    "Key": ["", "lisbon"],
                    "Name": ["", "Lisbon"],
                    "Zone": ["", "Europe/Lisbon"],
                    "Weekdays": ["", "Mon, Tue"],
                    "Opens": ["", "09:00"],
                    "Closes": ["", "17:00"],
                },
            ),
            (
                "changed",
                "calendar",
                "Lisbon",
                {"Opens": ["09:00", "08:30"], "Periods": ["", "Fri 09:00–12:30, 13:30–15:00"]},
            ),
            (
                "made",
                "closing day",
                "2027-05-03 of Lisbon",
                {"Calendar": ["", "Lisbon"], "Day": ["", "2027-05-03"], "Name": ["", "Works outing"]},
            ),
            ("deleted", "closing day", "2027-05-03 of Lisbon", {}),
            (
                "made",
                "absence",
                "Tom Okafor, 2027-01-04 to 2027-01-08",
                {"First day": ["", "2027-01-04"], "Last day": ["", "2027-01-08"], "Delegate": ["", "Carla Santos"]},
            ),
            (
                "ended",
                "absence",
                "Tom Okafor, 2027-01-04 to 2027-01-08",
                {"Ended at": ["", "2026-12-01 15:00:00+00:00"]},
            ),
        )
    ]


def _pk(company: Company, name: str) -> int:
    return next(row.pk for row in company.people.values() if row.name == name)


def test_what_does_not_come_about_is_not_told(company: Company) -> None:
    tom, since = company.people["tom"], Since()
    with suppress(ZeroDivisionError), transaction.atomic():
        tom.title = "Director"
        tom.save()
        raise ZeroDivisionError
    tom.refresh_from_db()
    tom.save()  # as it was
    tom.save(update_fields=["last_login"])
    assert (tom.title == "Director", since.told()) == (False, [])


def test_every_sort_of_row_that_is_watched_can_be_filtered_for() -> None:
    assert {watch.about for watch in WATCHED.values()} <= set(SORTS)


def test_roles_of_handoffs_are_told_with_who_had_them(company: Company) -> None:
    handoff_id, since = company.start(), Since()
    browser_of(company, "olga").post(
        reverse("fill-role", args=[handoff_id, "pm"]), {"person": company.people["tom"].pk}
    )
    by = company.actor("olga")
    sara = person_of(company.people["sara"])
    lend = c.FillRole(by=by, role="pm", person=sara, until=date(2026, 12, 2))
    done(ledger.record(handoff_id, lend, now=NOW))
    done(ledger.record(handoff_id, c.Wake(), now=NOW + timedelta(days=3)))
    done(ledger.record(handoff_id, c.FillRole(by=by, role="pm", person=None), now=NOW + timedelta(days=3)))
    title = "Project Manager"
    assert since.told() == [
        ("Olga Lind", "filled", "role", "Cedar Falls Water", {title: ["Paula Reyes", "Tom Okafor"]}),
        ("Olga Lind", "filled", "role", "Cedar Falls Water", {title: ["Tom Okafor", "Sara Nilsson"]}),
        ("Handrail", "returned", "role", "Cedar Falls Water", {title: ["Sara Nilsson", "Tom Okafor"]}),
        ("Olga Lind", "emptied", "role", "Cedar Falls Water", {title: ["Tom Okafor", ""]}),
    ]
    before = Since()
    done(ledger.record(handoff_id, c.GiveFacts(by=by, values={"mrr": "6000"}), now=NOW + timedelta(days=3)))
    assert before.told() == []


def test_publishing_and_moving_are_told_from_the_command_line_too(company: Company, tmp_path: object) -> None:
    (path,) = (one for one in runbooks.shipped() if one.stem == RUNBOOK)
    newer = path.read_text(encoding="utf-8").replace('version: "1.2"', 'version: "1.3"')
    handoff_id, since = company.start(), Since()
    with audit.acting(lambda: audit.COMMAND_LINE):
        version = runbooks.publish(newer, path.name)
        assert isinstance(version, models.RunbookVersion)
        assert runbooks.publish(newer, path.name) == version  # the same again changes nothing
    move = c.ChangeVersion(by=company.actor("olga"), reason="The new one is better")
    done(ledger.change_version(handoff_id, version, move, now=NOW))
    runbooks.publish(path.read_text(encoding="utf-8"), path.name, by=company.people["adam"])
    title = "Transition to Client Services"
    assert since.told() == [
        ("The command line", "published", "runbook", title, {"Current version": ["1.2", "1.3"]}),
        ("Olga Lind", "moved", "handoff", "Cedar Falls Water", {"Version": ["1.2", "1.3"]}),
        ("Adam Ford", "published", "runbook", title, {"Current version": ["1.3", "1.2"]}),
    ]
    said = dict(models.AuditEntry.objects.filter(about__in=["runbook", "handoff"]).values_list("pk", "says"))
    assert f"SHA-256 of the text: {version.digest}" in said.values()
    assert "The new one is better" in said.values()


def test_account_from_the_command_line_is_told(
    company: Company, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    since = Since()
    assert (
        command_line.add_person(
            "kim@example.com", "Kim Rao", title="", team="sales", operations=False, administrator=True
        )
        == 0
    )
    assert [told[:4] for told in since.told()] == [("The command line", "made", "person", "Kim Rao")]
    assert capsys.readouterr().out == "Kim Rao can sign in as kim@example.com.\n"


def test_what_columns_mean_is_told(company: Company) -> None:
    since, olga = Since(), company.people["olga"]
    for mapped in (("key", "mrr"), ("key", "mrr"), ("key", "")):
        remembered.remember(("Id", "MRR"), RUNBOOK, mapped, olga)
    name = f"Files of {RUNBOOK}"
    assert since.told() == [
        ("Olga Lind", "changed", "columns", name, {"Id": ["", "key"], "MRR": ["", "mrr"]}),
        ("Olga Lind", "changed", "columns", name, {"MRR": ["mrr", ""]}),
    ]


def test_import_is_told_once_with_what_came_of_it(company: Company) -> None:
    received = receive(b"Account id,Name\nA-1,Acme\n", "accounts.csv", "", None)
    assert isinstance(received, models.Import)
    since, browser = Since(), browser_of(company, "olga")
    for _ in range(2):
        browser.post(reverse("import-apply", args=[received.pk]))
    work_off(timezone.now)
    assert since.told() == [
        ("Olga Lind", "began", "long work", "Import of accounts.csv", {}),
        ("Olga Lind", "applied", "import", "accounts.csv", {}),
    ]
    told = models.AuditEntry.objects.get(about="import")
    received.refresh_from_db()
    assert (told.key, told.says) == (str(received.pk), of_json(received.report).says)


def test_signing_in_is_told_whether_it_works_or_not(company: Company) -> None:
    tom = company.people["tom"]
    tom.set_password(PASSWORD)
    tom.save()
    since, url = Since(), reverse("account_login")
    sent = {"login": "Tom.Okafor@example.com", "password": PASSWORD}
    Client().post(url, sent)
    for _ in range(6):
        Client().post(url, {**sent, "password": "a wrong guess"})
    name = "tom.okafor@example.com"
    failed: Told = ("Somebody not signed in", "failed", "sign-in", name, {})
    assert since.told() == [
        ("Tom Okafor", "signed in", "sign-in", name, {}),
        *[failed] * 5,
        ("Somebody not signed in", "locked out", "sign-in", name, {}),
    ]
    rows = models.AuditEntry.objects.filter(about="sign-in")
    assert set(rows.values_list("says", flat=True)) == {"From 127.0.0.0/24."}
    assert "guess" not in " ".join(str(row) for row in models.AuditEntry.objects.values_list())


UNCHANGEABLE = ("desk_auditentry", "desk_event")


@pytest.mark.parametrize("table", UNCHANGEABLE)
def test_what_was_told_is_never_changed_and_never_removed(company: Company, table: str) -> None:
    company.start()
    model: Any = models.AuditEntry if table == "desk_auditentry" else models.Event
    row = model.objects.order_by("pk").first()
    assert row is not None
    row.by_name = "Somebody else"
    before = list(model.objects.order_by("pk").values())

    def execute(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    attempts: list[Callable[[], object]] = [
        row.save,
        row.delete,
        lambda: model.objects.update(by_name="Somebody else"),
        lambda: model.objects.all().delete(),
        lambda: model.objects.bulk_update([row], ["by_name"]),
        lambda: execute(f"UPDATE {table} SET by_name = ''"),
        lambda: execute(f"DELETE FROM {table}"),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="is never changed and never removed"), transaction.atomic():
            attempt()
    assert list(model.objects.order_by("pk").values()) == before


def test_the_database_watches_after_all_migrations() -> None:
    """A migration that makes one of the tables anew takes its triggers away, and has to bring them back."""
    sqlite = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    postgresql = """
        SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"""
    with connection.cursor() as cursor:
        cursor.execute(sqlite if connection.vendor == "sqlite" else postgresql)
        found = set(cursor.fetchall())
    acts = ("_at_update", "_at_delete") if connection.vendor == "sqlite" else ("",)
    assert found == {(table, f"{table}_is_kept{act}") for table in UNCHANGEABLE for act in acts}


def an_entry(number: int, **fields: object) -> models.AuditEntry:
    at = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=number // 2)
    told = {"at": at, "about": "team", "name": f"Entry {number}", "action": "changed", "by_name": "Adam Ford", **fields}
    return models.AuditEntry(**told)


def test_pages_follow_one_another_with_nothing_twice_and_nothing_left_out(company: Company) -> None:
    models.AuditEntry.objects.bulk_create(an_entry(number, about="team", key="north") for number in range(7))
    wanted, after, seen = Wanted(about="team", key="north"), None, []
    while True:
        page = audit_page(wanted, after, 3)
        seen.append([line.name for line in page.lines])
        if page.after is None:
            break
        after = place(str(page.after))
    assert seen == [["Entry 6", "Entry 5", "Entry 4"], ["Entry 3", "Entry 2", "Entry 1"], ["Entry 0"]]
    assert [line.name for line in all_lines(wanted)] == [name for page in seen for name in page]


def test_filters_narrow_by_sort_person_and_days(company: Company) -> None:
    adam = company.people["adam"]
    models.AuditEntry.objects.bulk_create(
        [
            an_entry(0, name="early"),
            an_entry(48, name="middle", by=adam),
            an_entry(95, name="late of the day", about="calendar"),
            an_entry(96, name="next day", by=adam),
        ]
    )

    def names(query: str) -> list[str]:
        answer = browser_of(company, "olga").get(f"{reverse('audit')}?{query}")
        return [line.name for line, _ in answer.context["rows"]]

    assert names("from=2027-01-02&to=2027-01-02") == ["late of the day", "middle"]
    assert names(f"person={adam.pk}&from=2027-01-01") == ["next day", "middle"]
    assert names("about=calendar&from=2027-01-01") == ["late of the day"]
    assert names("from=2027-01-01&to=2027-01-01&person=x&about=nothing&after=never") == ["early"]
    assert names("from=2030-01-01") == []


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(about="team"),
        Wanted(about="team", key="north"),
        Wanted(person=1),
        Wanted(about="team", person=1),
        Wanted(about="team", key="north", person=1),
        Wanted(first_day=date(2027, 1, 1), last_day=date(2027, 1, 2)),
    ],
)
def test_no_filter_sorts_or_reads_through_the_audit(wanted: Wanted) -> None:
    from handrail.desk.queries.audit import _rows

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which would read through a table as small as this one
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    told = _rows(wanted, place("20270101T000000000000-5")).explain()
    assert "audit_by_" in told
    assert not any(word in told for word in ("TEMP B-TREE", "Sort", "Seq Scan"))


def test_page_takes_as_many_queries_for_many_as_for_one(company: Company) -> None:
    browser = browser_of(company, "adam")

    def queries(number: int) -> int:
        models.AuditEntry.objects.bulk_create(an_entry(one, about="role", key="1") for one in range(number))
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(f"{reverse('audit')}?about=role").status_code == 200
        return len(counted)

    assert queries(1) == queries(30)


def test_page_links_what_can_be_seen_and_says_what_changed(company: Company) -> None:
    handoff_id = company.start()
    done(ledger.record(handoff_id, c.FillRole(by=company.actor("olga"), role="pm", person=None), now=NOW))
    tom = company.people["tom"]
    tom.title = "<b>Director</b>"
    tom.save()
    page = browser_of(company, "olga").get(reverse("audit"))
    links = {line.about: url for line, url in page.context["rows"]}
    assert (links["role"], links["person"]) == (f"/handoffs/{handoff_id}/", "")
    assert "&lt;b&gt;Director&lt;/b&gt;" in page.content.decode()
    page = browser_of(company, "adam").get(f"{reverse('audit')}?about=person&key={tom.pk}")
    assert [url for _, url in page.context["rows"]] == [f"/people/{tom.pk}/"] * 3  # made, given a manager, changed


def test_empty_audit_says_what_it_is_for(company: Company) -> None:
    page = browser_of(company, "adam").get(f"{reverse('audit')}?about=departure").content.decode()
    assert "No entry is like that" in page


def test_file_of_the_audit_is_harmless_and_tells_of_itself(company: Company) -> None:
    models.AuditEntry.objects.bulk_create(
        [an_entry(1, name="=HYPERLINK(1)", key="north", changes={"Name": ["", "+1"]})]
    )
    answer = browser_of(company, "olga").get(f"{reverse('audit-csv')}?about=team&key=north")
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
    assert list(csv.reader(StringIO(text))) == [
        ["When (UTC)", "Who", "Did", "What", "Key", "Which", "Changes", "More"],
        ["2027-01-01T00:00:00Z", "Adam Ford", "changed", "team", "north", "'=HYPERLINK(1)", "Name: – → +1", ""],
    ]
    b"".join(browser_of(company, "paula").get(f"{reverse('handoffs-csv')}?late=yes").streaming_content)  # type: ignore[attr-defined]
    browser_of(company, "olga").head(reverse("audit-csv"))  # takes nothing
    rows = models.AuditEntry.objects.filter(about="export").order_by("pk")
    assert list(rows.values_list("by_name", "action", "name", "says")) == [
        ("Olga Lind", "exported", "audit.csv", "about: team, key: north"),
        ("Paula Reyes", "exported", "handoffs.csv", "late: yes"),
    ]


def test_runbook_leads_to_its_changes_for_those_who_may_read_them(company: Company) -> None:
    url = f"/audit/?about=runbook&amp;key={RUNBOOK}"
    pages = {who: browser_of(company, who).get(f"/runbooks/{RUNBOOK}/").content.decode() for who in ("olga", "paula")}
    assert {who: url in page for who, page in pages.items()} == {"olga": True, "paula": False}


def test_administrator_reads_the_audit_and_gives_no_links(company: Company) -> None:
    models.Person.objects.filter(pk=company.people["adam"].pk).update(is_operations=False)
    browser, handoff_id = browser_of(company, "adam"), company.start()
    statuses = [
        browser.get(url).status_code for url in (reverse("audit"), reverse("customer-links", args=[handoff_id]))
    ]
    assert statuses == [200, 403]


def test_audit_is_only_read(company: Company) -> None:
    browser = browser_of(company, "adam")
    answers = [
        browser.generic(method, reverse(name)).status_code
        for name in ("audit", "audit-csv")
        for method in ("POST", "PUT", "PATCH", "DELETE")
    ]
    assert set(answers) == {405}
