"""Killed at any moment while mail comes in, the desk loses none and tells nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from handrail.desk import models
from handrail.desk.rebuild import rebuild
from tests.core.mails import mail
from tests.desk.company import Company
from tests.desk.imap_server import mail_server
from tests.desk.kinds import version_of
from tests.desk.test_post import ANA, answering, written_to
from tests.journey.installation import Installation
from tests.journey.killing import dying_in
from tests.thorough import step


@pytest.fixture(autouse=True)
def reachable_database(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_worker_killed_after_any_statement_takes_each_mail_in_once(installation: Installation) -> None:
    with installation.opened(), mail_server() as server:
        installation.environment["HANDRAIL_IMAP"] = server.address
        company = Company()
        version_of()
        [delivery] = written_to(company, ANA)
        server.put(answering(delivery, mail()), mail("In-Reply-To:", "Message-ID: <2@x>"))
        died, each = 0, step(on_sqlite=1, on_postgresql=3)
        with dying_in(installation) as dies:
            while dies("receive", each * died + 1):
                died += 1
                models.Mailbox.objects.update(next_at=timezone.now())  # the lease of who died is over
        kept = models.Mail.objects.order_by("state").values_list("state", "handoff")
        assert list(kept) == [("taken", delivery.handoff_id), ("unclaimed", None)]
        assert models.Event.objects.filter(kind="Replied").count() == 1
        assert models.Notice.objects.filter(sort="answer").count() == 1
        assert models.Mailbox.objects.get().last_uid == 102
        assert died * each >= 10
        assert rebuild().mended == []
