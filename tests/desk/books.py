"""A book that changes hands, to test with: a transfer of Carla's accounts to Dev, with what hangs on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handrail.desk import models, runbooks
from handrail.desk.queries.in_transfer import RUNBOOK
from tests.desk.company import NOW, Company

# What is known of an account: enough for every question of the LMS.
KNOWN = {
    "active_users": "120",
    "inactive_users": "4",
    "terminated_users": "2",
    "paid_seats": "100",
    "cred_soft": "no",
    "learning": "no",
    "health": "good",
    "contact_email": "ana@example.org",
    "billing_email": "bills@example.org",
    "last_reply": "2026-11-30",
}


def follow(name: str = RUNBOOK) -> models.RunbookVersion:
    """The shipped runbook of an account in a transfer, as the company follows it."""
    (path,) = (one for one in runbooks.shipped() if one.stem == name)
    version = runbooks.publish(path.read_text(encoding="utf-8"), path.name)
    assert isinstance(version, models.RunbookVersion)
    return version


def transfer_of(company: Company, *names: str, to: str = "dev") -> models.Transfer:
    """Prepared by Lena, who leads a team; each account is Carla's."""
    models.Team.objects.filter(key="client-services").update(lead=company.people["lena"])
    models.Person.objects.filter(pk=company.people["carla"].pk).update(
        team=models.Team.objects.get(key="client-services")
    )
    transfer = models.Transfer.objects.create(
        title="Carla’s book",
        reason=models.Transfer.Reason.LEAVE,
        giver=company.people["carla"],
        effective_date=date(2027, 1, 11),
        by=company.people["lena"],
        by_name="Lena Fischer",
    )
    for name in names:
        customer = models.Customer.objects.filter(name=name).first() or company.customer(name)
        models.TransferLine.objects.create(
            transfer=transfer, customer=customer, giver=company.people["carla"], receiver=company.people[to]
        )
    return transfer


def line_of(transfer: models.Transfer, name: str) -> models.TransferLine:
    return models.TransferLine.objects.get(transfer=transfer, customer__name=name)


def record(customer: str, sort: str, title: str, owner: models.Person | None, **more: object) -> models.CrmRecord:
    values = {"key": f"{sort}-{title}", "title": title, "owner": owner, "source": "crm.csv, row 2", "changed_at": NOW}
    on = models.Customer.objects.get(name=customer)
    return models.CrmRecord.objects.create(sort=sort, customer=on, **values, **more)


def money(text: str) -> Decimal:
    return Decimal(text)
