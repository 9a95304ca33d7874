"""An order on its way through its validation, through the real ledger."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from handrail.desk import models
from handrail.desk.orders.following import follow_due
from handrail.desk.orders.sending import cannot_send
from handrail.handoff.refusal import Refused
from handrail.order.wire import decode_order
from tests.desk.company import done, refused
from tests.desk.selling import NOW, OUTSIDE, RETIRED, Shop, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_clean_order_is_validated_with_one_action_sent_and_invoiced(shop: Shop) -> None:  # S4.3, S4.19
    row = shop.submitted(shop.order())
    assert (row.state, row.trigger, row.follows_at) == ("validation", "shut", None)
    owed = models.Work.objects.filter(handoff=row.handoff_id, sort="step").order_by("name")
    assert list(owed.values_list("name", "person__name")) == [("shut-invoicing", "Fay Morgan"), ("validate", "Carla Santos")]
    missing = shop.send(row)
    assert missing is not None
    assert [one.says for one in missing.mistakes] == [
        "“Validate the order” is not done yet: it is for the Customer Success Manager (Carla Santos)."
    ]
    shop.approve(row, "carla", "validate")
    assert (row.state, row.follows_at) == ("approved", NOW)
    assert follow_due(NOW) == 1
    assert shop.send(row) is None
    shop.signed_by_customer(row)
    assert (row.state, row.trigger) == ("signed", "shut")
    assert refused(shop.finish(row, "fay", "release-invoicing")).says == "“Open the invoice trigger” is not open yet."
    done(shop.finish(row, "fay", "shut-invoicing"))
    done(shop.finish(row, "fay", "release-invoicing"))
    row.refresh_from_db()
    assert (row.trigger, row.trigger_at) == ("open", NOW)
    assert list(row.versions.values_list("number", "by_name", "sent_at", "changes", "asks")) == [(1, "Sam Keller", NOW, [], [])]
