"""Evidence after it was given: links are looked at, files too, and what nobody names is swept away."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from moto.server import ThreadedMotoServer

from handrail.desk import ledger, link_checks, models, scanning, uploads
from handrail.desk.queries.opened import open_handoff
from handrail.desk.reaching import Found, Reach
from handrail.desk.settings import uploads_in
from handrail.handoff import commands as c
from handrail.handoff.people import Person
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW, Company, browser_of, done
from tests.desk.outside import begin

pytestmark = pytest.mark.django_db


class Web(Reach):
    """What each look finds, one after the other."""

    def __init__(self, *found: Found) -> None:
        object.__setattr__(self, "found", list(found))

    def look(self, url: str) -> Found:
        found: list[Found] = self.found  # type: ignore[attr-defined]
        return found.pop(0)


@pytest.fixture
def company() -> Company:
    return Company()


REACHED, GONE = Found(state="reached"), Found(state="broken", says="Its server answers 404 Not Found.")


def test_link_that_fails_twice_is_told_to_whoever_owes_the_step_and_again_when_it_is_mended(company: Company) -> None:
    handoff_id = begin(company)
    add = c.AddEvidence(
        by=company.actor("paula"), step="hand-over", key="k1", item="plan", link="https://docs.example/plan"
    )
    done(ledger.record(handoff_id, add, now=NOW))
    web = Web(REACHED, GONE, GONE, GONE, REACHED)
    at, seen = NOW, []
    for _ in range(5):
        assert link_checks.check_due(at, web) == 1
        row = models.LinkCheck.objects.get()
        assert row.next_at is not None
        broken = open_handoff(handoff_id).state.evidence["hand-over"][0].broken
        seen.append((row.state, (row.next_at - at).total_seconds() / 3600, bool(broken)))
        assert link_checks.check_due(at, web) == 0
        at = row.next_at
    assert seen == [
        ("reached", 24, False), ("reached", 1, False), ("broken", 4, True), ("broken", 12, True), ("reached", 24, False)
    ]  # fmt: skip
    notice = models.Notice.objects.get(person=company.people["paula"], title__startswith="An attachment")
    assert notice.title == "An attachment is of no use: Hand over the documents"
    assert notice.why == "“Project plan”: Its server answers 404 Not Found."
    page = browser_of(company, "paula").get(reverse("step", args=[handoff_id, "hand-over"])).content.decode()
    assert "Reachable since" in page
    history = [row.kind for row in models.Event.objects.filter(handoff=handoff_id) if row.kind.startswith("Attachment")]
    assert history == ["AttachmentBroke", "AttachmentMended"]
    remove = c.RemoveEvidence(by=company.actor("paula"), step="hand-over", key="k1")
    done(ledger.record(handoff_id, remove, now=NOW))
    assert not models.LinkCheck.objects.exists()


def test_links_of_a_handoff_that_does_not_run_are_not_looked_at(company: Company) -> None:
    handoff_id = begin(company)
    add = c.AddEvidence(by=company.actor("paula"), step="hand-over", key="k1", link="https://docs.example/plan")
    done(ledger.record(handoff_id, add, now=NOW))
    done(ledger.record(handoff_id, c.Cancel(by=company.actor("olga"), reason="They left"), now=NOW))
    assert link_checks.check_due(NOW, Web()) == 0
    assert models.LinkCheck.objects.get().next_at is None


def attached(company: Company, handoff_id: int, name: str = "plan.txt") -> models.Upload:
    file = SimpleUploadedFile(name, b"The plan")
    url = reverse("step", args=[handoff_id, "hand-over"])
    assert browser_of(company, "paula").post(url, {"do": "attach", "item": "plan", "file": file}).status_code == 302
    return models.Upload.objects.get()


def scanner(tmp_path: Path, code: int, says: str) -> str:
    script = tmp_path / f"scan{code}.sh"
    script.write_text(f'#!/bin/sh\ntest -s "$1" || exit 9\necho "$1: {says}"\nexit {code}\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def test_file_is_opened_by_nobody_before_it_is_found_clean(company: Company, tmp_path: Path, settings: object) -> None:
    settings.SCAN_COMMAND = scanner(tmp_path, 2, "no database")  # type: ignore[attr-defined]
    handoff_id = begin(company)
    row = attached(company, handoff_id)
    url, browser = reverse("download", args=[handoff_id, row.key]), browser_of(company, "paula")
    assert browser.get(url).status_code == 409
    at = row.scan_at or NOW
    assert (scanning.scan_due(at), scanning.scan_due(at)) == (1, 0)
    row.refresh_from_db()
    assert (row.scan, row.scan_tries, row.scan_at) == ("waiting", 1, at + timedelta(minutes=1))
    assert row.scan_says == "It ended with 2. no database"
    settings.SCAN_COMMAND = scanner(tmp_path, 0, "OK")  # type: ignore[attr-defined]
    assert scanning.scan_due(row.scan_at or NOW) == 1
    answer = browser.get(url)
    assert b"".join(answer) == b"The plan"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_infected_file_is_told_and_never_handed_out(company: Company, tmp_path: Path, settings: object) -> None:
    settings.SCAN_COMMAND = scanner(tmp_path, 1, "Eicar-Test-Signature FOUND")  # type: ignore[attr-defined]
    handoff_id = begin(company)
    row = attached(company, handoff_id)
    assert scanning.scan_due(row.scan_at or NOW) == 1
    row.refresh_from_db()
    assert (row.scan, row.scan_says, row.scan_at) == ("infected", "Eicar-Test-Signature FOUND", None)
    browser = browser_of(company, "paula")
    refused = browser.get(reverse("download", args=[handoff_id, row.key]))
    assert (refused.status_code, "A virus was found in “plan.txt”." in refused.content.decode()) == (409, True)
    finish = ledger.record(handoff_id, c.Finish(by=company.actor("paula"), step="hand-over"), now=NOW)
    assert "Project plan is missing" in refused_words(finish)
    assert models.AuditEntry.objects.get(action="infected").says == row.scan_says
    assert models.Notice.objects.filter(why="“plan.txt”: A virus was found in it; nobody can open it.").exists()


def refused_words(outcome: ledger.Change | Refused) -> str:
    return outcome.says if isinstance(outcome, Refused) else ""


def test_what_no_event_names_is_swept_away_after_a_day(company: Company) -> None:
    handoff_id = begin(company)
    kept = attached(company, handoff_id)
    loose = uploads.keep(SimpleUploadedFile("a.txt", b"left"), handoff_id, by=Person(1, "P"), now=kept.at)
    assert isinstance(loose, models.Upload)
    assert uploads.sweep(kept.at + timedelta(hours=23)) == 0
    assert uploads.sweep(kept.at + timedelta(hours=25)) == 1
    there = [uploads.kept_files().exists(uploads.path_of(row.key)) for row in (kept, loose)]
    assert (there, list(models.Upload.objects.values_list("pk", flat=True))) == ([True, False], [kept.pk])


@pytest.fixture
def bucket() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(keys)
    try:
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")  # type: ignore[no-untyped-call]
        client.create_bucket(Bucket="handrail")
        yield f"s3://handrail/kept?endpoint_url=http://{host}:{port}"
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        server.stop()


def test_uploads_are_kept_in_a_bucket_where_one_is_named(company: Company, bucket: str, settings: object) -> None:
    settings.STORAGES = {**settings.STORAGES, "uploads": uploads_in(bucket)}  # type: ignore[attr-defined]
    assert type(storages["uploads"]).__name__ == "S3Storage"
    handoff_id = begin(company)
    row = attached(company, handoff_id)
    with uploads.opened(row) as file:
        assert file.read() == b"The plan"
    answer = browser_of(company, "paula").get(reverse("download", args=[handoff_id, row.key]))
    assert b"".join(answer) == b"The plan"
    models.Upload.objects.update(is_loose=True)
    assert uploads.sweep(row.at + timedelta(days=2)) == 1
    assert not uploads.kept_files().exists(uploads.path_of(row.key))
