"""The account transition on the desk: whom the transfer sheet names is the new CSM at once."""

from __future__ import annotations

import pytest

from handrail.desk import ledger, models, runbooks
from handrail.desk.people import person_of
from handrail.handoff import commands as c
from tests.desk.company import NOW, Company, done

pytestmark = pytest.mark.django_db


def test_new_csm_is_whom_the_transfer_sheet_names() -> None:  # S2.5, S2.20
    company = Company()
    (path,) = (one for one in runbooks.shipped() if one.stem == "account-transition")
    version = runbooks.publish(path.read_text(encoding="utf-8"), path.name)
    assert isinstance(version, models.RunbookVersion)
    customer = company.customer("Harbor Clinic")
    people = {role: person_of(company.people[name]) for role, name in (("tl", "lena"), ("csm", "carla"))}
    start = c.Start(by=company.actor("lena"), customer_id=customer.pk, customer=customer.name, facts={}, people=people)
    handoff_id = done(ledger.start(version, start, now=NOW)).handoff_id

    def new_csm_named(name: str) -> str:
        given = c.GiveFacts(by=company.actor("lena"), values={"new_csm": name})
        return done(ledger.record(handoff_id, given, now=NOW)).handoff.people["new_csm"].name

    assert new_csm_named("Dev Patel") == "Dev Patel"
    assert new_csm_named("tom.okafor@example.com") == "Tom Okafor"
