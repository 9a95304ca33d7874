"""Orders as they are stored on PostgreSQL, all of them checked again as a worker does it: `make bench-orders`.

One rule: it is set beside reading the same orders and the bare arithmetic with numpy over their lines; in one run.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))

from orders import BUYER, LINES_AT_MOST, catalogue, changed, order  # noqa: E402 - the root comes first

from handrail.order.findings import check  # noqa: E402
from handrail.order.wire import decode_order, encoded  # noqa: E402

_SERVER = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
_WRITTEN = 20  # one order in so many is written still
_ORDERS_A_CUSTOMER = 5
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description="Stored orders checked again.")
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000], help="how many orders")
    told = parser.parse_args()
    from tests.postgres import new_server

    with tempfile.TemporaryDirectory(prefix="handrail-orders-") as folder, new_server(_SERVER) as server:
        os.environ |= {"HANDRAIL_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "handrail.desk.settings"}
        os.environ["DATABASE_URL"] = server.address
        from handrail.command_line import preparing

        preparing.set_up_django()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for line in _measured(told.sizes):
            print(line, flush=True)
    return 0


def _measured(sizes: list[int]) -> Iterator[str]:
    from handrail.desk import catalogue as catalogues
    from handrail.desk import models

    by = models.Person.objects.create(email="olga@example.com", name="Olga Lind", is_operations=True)
    first, loaded = catalogue(), 0
    version = catalogues.publish(first, by=by, now=NOW - timedelta(days=300))
    for size in sorted(sizes):
        _load(loaded, size, first, version)
        loaded = size
        catalogues.publish(changed(first), by=by, now=NOW)
        bare, lines = _bare()
        seconds, says = _rechecked(by)
        yield (
            f"{size:,} orders, {lines:,} lines: checked again in {seconds:.1f} s ({seconds / size * 1e6:,.0f} µs an "
            f"order); read, and bare arithmetic, in {bare:.1f} s; {seconds / bare:.1f}×. {says}"
        )


def _load(start: int, size: int, found: Any, version: Any) -> None:
    from handrail.desk import models

    chance = random.Random(start)
    for at in range(start, size, 5_000):
        numbers = range(at, min(at + 5_000, size))
        customers = models.Customer.objects.bulk_create(
            models.Customer(key=f"A{number}", name=f"Account {number}")
            for number in numbers
            if number % _ORDERS_A_CUSTOMER == 0
        )
        models.Order.objects.bulk_create(
            _row(number, customers[(number - at) // _ORDERS_A_CUSTOMER], found, version, chance) for number in numbers
        )


def _row(number: int, customer: Any, found: Any, version: Any, chance: random.Random) -> Any:
    from handrail.desk import models

    made = order(number, chance.randint(1, LINES_AT_MOST), found, chance)
    findings = check(made, found, replace(BUYER, name=customer.name), on=made.ordered_on)
    state = models.Order.State.DRAFT if number % _WRITTEN == 0 else models.Order.State.SIGNED
    return models.Order(
        number=made.number,
        customer=customer,
        content=encoded(made),
        state=state,
        catalogue=version,
        findings=encoded(findings),
        currency=made.currency,
        ordered_on=made.ordered_on,
        checked_at=datetime(made.ordered_on.year, made.ordered_on.month, made.ordered_on.day, tzinfo=UTC),
    )


def _bare() -> tuple[float, int]:
    """The orders read in bits of the same size, and number × list price − discount − sold price of their lines."""
    from handrail.desk import models
    from handrail.desk.long_work.rechecking import AT_ONCE

    began, after, lines = time.perf_counter(), 0, 0
    while True:
        rows = list(models.Order.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "content")[:AT_ONCE])
        read = [line for _, text in rows for line in decode_order(text).lines]
        number, price, discount, sold = (
            np.array([getattr(line, name) for line in read], dtype=np.float64)
            for name in ("quantity", "list_price", "discount", "sold_price")
        )
        assert not np.any(np.abs(number * price - discount - sold) > 1e-6)
        lines += len(read)
        if len(rows) < AT_ONCE:
            return time.perf_counter() - began, lines
        after = rows[-1][0]


def _rechecked(by: Any) -> tuple[float, str]:
    from handrail.desk.long_work import rechecking
    from handrail.desk.long_work.working import work_off

    work = rechecking.begin(by=by, now=NOW)
    began = time.perf_counter()
    work_off(NOW)
    seconds = time.perf_counter() - began
    work.refresh_from_db()
    return seconds, work.says


if __name__ == "__main__":
    sys.exit(main())
