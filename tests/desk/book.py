"""A book of business to test transfers with: Paula's accounts, and all that hangs on them.

Built on the office of `test_leaving`: Paula is a project manager, Emma and Ivan may take over, Adam administers.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from handrail.desk import models, ownership
from handrail.desk.long_work.working import work_off
from tests.desk.company import NOW
from tests.desk.test_leaving import Office

TODAY = NOW.date()


class Book(Office):
    """`book.account("One")` is Paula's; `book.ten(one)` puts things of the CRM on it."""

    def account(self, name: str, owner: str | None = "paula") -> models.Customer:
        row = models.Customer.objects.create(key=name.upper(), name=name, owner=self.people[owner] if owner else None)
        occasion = ownership.Occasion(source="a test", by=None, now=NOW)
        ownership.keep({row.pk: row.owner_id}, occasion)
        return row

    def owned(self, name: str, **people: str) -> tuple[models.Customer, int]:
        """An account of Paula's with a handoff that runs."""
        handoff_id = self.start(name, **people)
        row = models.Customer.objects.get(key=name.upper())
        row.owner = self.people["paula"]
        row.save()
        ownership.keep({row.pk: row.owner_id}, ownership.Occasion(source="a test", by=None, now=NOW))
        return row, handoff_id

    def put(self, sort: str, key: str, on: models.Customer | None, owner: str | None = "paula", **more: Any) -> Any:
        whose = self.people[owner] if owner else None
        return models.CrmRecord.objects.create(sort=sort, key=key, title=key, customer=on, owner=whose, **more)

    def ten(self, on: models.Customer) -> None:
        """Ten things: what moves, what stays with somebody else, and what is long over."""
        name = on.name
        sale = self.put("opportunity", f"{name} sale", on, amount=Decimal("1000.10"), stage="Proposal")
        models.Credit.objects.create(record=sale, person=self.paula, since=date(2026, 3, 1), source="a test")
        won: dict[str, Any] = {"is_open": False, "closed_on": date(2026, 11, 20), "opened_on": date(2026, 5, 1)}
        self.put("opportunity", f"{name} won", on, amount=Decimal("20.05"), **won)
        old: dict[str, Any] = {"is_open": False, "closed_on": date(2025, 1, 20)}
        self.put("opportunity", f"{name} old", on, amount=Decimal("3"), **old)
        self.put("case", f"{name} case", on)
        self.put("case", f"{name} closed case", on, is_open=False)
        self.put("task", f"{name} task", on, owner="emma")
        self.put("sequence", f"{name} sequence", on)
        self.put("pending", f"{name} pending", on)

    def transfer(self, *lines: dict[str, Any], **more: Any) -> models.Transfer:
        """Asked, with lines accepted by Emma; `{"customer": row}` is one."""
        about: dict[str, Any] = {"title": "Paula’s book", "reason": "leave", "giver": self.paula, "by": self.adam}
        row = models.Transfer.objects.create(
            **{**about, "by_name": self.adam.name, "effective_date": TODAY, "state": "asked", "at": NOW, **more}
        )
        for line in lines:
            usual: dict[str, Any] = {"giver": self.paula, "receiver": self.people["emma"], "state": "accepted"}
            models.TransferLine.objects.create(transfer=row, **{**usual, **line})
        return row

    def work_off(self) -> None:
        work_off(NOW)
