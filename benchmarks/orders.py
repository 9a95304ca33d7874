"""Orders checked: findings for an order of 50 lines, and 100,000 orders held against a changed catalogue.

One rule: what is compared was measured in one run, lap beside lap, and of each thing its median is told. The peer is
bare arithmetic with numpy over the same lines: number × list price − discount − sold price.

    make bench-orders            # or: .venv/bin/python benchmarks/orders.py --quick
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time

import numpy as np
from rounds import Contestant, Laps, over_all, side_by_side

from handrail.order import samples
from handrail.order.catalogue import Catalogue
from handrail.order.columns import Tables, columns_of
from handrail.order.findings import check
from handrail.order.many import Settled, otherwise, unclear_orders
from handrail.order.pricing import priced
from handrail.order.purchase import Address, Buyer, Invoice, Line, Order, Verified
from handrail.order.wire import decode_findings, decode_order, encoded

TODAY = date(2026, 11, 26)
BUYER = Buyer(name="Altona Media", kind="small", countries=frozenset({"DE"}))
NUMBERS = {"SUB-EDIT": (1, 3), "WS-KICKOFF": (1,), "WS-SEO": (1, 2, 4), "TR-ADMIN": (1, 2), "AU-SETUP": (1,)}
ORDERS, LINES_AT_MOST = 100_000, 9


def catalogue(products: int = 500) -> Catalogue:
    """The sample catalogue, its products again and again under other SKUs."""
    sample = samples.catalogue()
    sold = [sample.products[sku] for sku in NUMBERS]
    many = [replace(sold[at % len(sold)], sku=f"{sold[at % len(sold)].sku}-{at}") for at in range(products)]
    return replace(sample, products={one.sku: one for one in many} | dict(sample.products))


def order(number: int, lines: int, found: Catalogue, chance: random.Random) -> Order:
    """One in twenty lines has a discount that somebody has to approve."""
    skus = list(found.products)[:500]
    ordered_on = TODAY - timedelta(days=chance.randrange(300))
    return Order(
        number=f"PO-{number}",
        customer="Altona Media",
        currency="EUR",
        ordered_on=ordered_on,
        lines=tuple(_line(at + 1, chance.choice(skus), found, ordered_on, chance) for at in range(lines)),
        country="DE",
        territory="Europe",
        territory_check_on=TODAY,
        invoice=Invoice(
            name="Ada Berg",
            email="invoices@altona.example",
            address=Address(country="DE", city="Hamburg"),
            verified=Verified(at=_NOW, by="Fay Morgan"),
        ),
    )


_NOW = datetime(2026, 11, 20, tzinfo=UTC)


def _line(number: int, sku: str, found: Catalogue, on: date, chance: random.Random) -> Line:
    percent = Decimal(12) if chance.random() < 0.05 else Decimal(chance.choice((0, 0, 2, 5)))
    quantity = Decimal(chance.choice(NUMBERS[sku.rpartition("-")[0]]))
    line = Line(number=number, sku=sku, quantity=quantity, discount_percent=percent)
    return priced(line, found.products[sku], "EUR", on)


def changed(found: Catalogue) -> Catalogue:
    """One product in a hundred is dearer, and one in a hundred is retired."""
    products = dict(found.products)
    for at, (sku, one) in enumerate(found.products.items()):
        if at % 100 == 7:
            prices = tuple(replace(price, amount=price.amount + 100) for price in one.prices)
            products[sku] = replace(one, prices=prices)
        elif at % 100 == 57:
            products[sku] = replace(one, retired_on=TODAY)
    return replace(found, version=found.version + 1, products=products)


def of_fifty_lines(rounds: int) -> dict[str, Laps]:
    """With no more wrong in it than an order has, and with something wrong on each line."""
    found, chance = catalogue(), random.Random(1)
    usual = order(1, 50, found, chance)
    wrong = replace(usual, lines=tuple(replace(one, sold_price=Decimal(1), consume_by=None) for one in usual.lines))
    contestants = [
        over_all(name, lambda asked=asked: check(asked, found, BUYER, on=TODAY), 1)  # type: ignore[misc]
        for name, asked in (("50 lines, as orders are", usual), ("50 lines, all of them wrong", wrong))
    ]
    return dict(side_by_side(contestants, rounds))


class Many:
    """Orders as they are stored: their text, and that of what was found with each."""

    def __init__(self, count: int) -> None:
        chance, self.catalogue = random.Random(2), catalogue()
        made = [order(at, chance.randint(1, LINES_AT_MOST), self.catalogue, chance) for at in range(count)]
        self.texts = [encoded(one) for one in made]
        self.found = [encoded(check(one, self.catalogue, BUYER, on=one.ordered_on)) for one in made]
        self.other, self.lines = changed(self.catalogue), sum(len(one.lines) for one in made)
        self.tables = Tables(self.other)
        self.columns = columns_of(made, [one.ordered_on for one in made], self.tables)
        self.count = count

    def bare(self) -> object:
        """Number × list price − discount − sold price, over ready columns."""
        of = self.columns
        return np.abs(of.quantity * of.price - of.discount - of.sold) > 1e-6

    def looked_over(self) -> object:
        """Every line against the other catalogue, over ready columns."""
        return unclear_orders(self.columns, self.tables, self.count)

    def read(self) -> object:
        """The orders from their text, and no more."""
        return [decode_order(text) for text in self.texts]

    def read_and_bare(self) -> object:
        """The orders from their text, and the bare arithmetic over them."""
        lines = [line for text in self.texts for line in decode_order(text).lines]
        columns = [
            np.array([getattr(line, name) for line in lines], dtype=np.float64)
            for name in ("quantity", "list_price", "discount", "sold_price")
        ]
        return np.abs(columns[0] * columns[1] - columns[2] - columns[3]) > 1e-6

    def counted(self) -> int:
        """All orders from their text: how many would be otherwise by the other catalogue."""
        return sum(bool(rules) for bit in self._bits(500) for rules in otherwise(bit, self.tables))

    def checked(self) -> int:
        """All orders from their text, each checked by all rules, with its findings in words."""
        return sum(len(check(decode_order(text), self.other, BUYER, on=TODAY)) for text in self.texts)

    def _bits(self, size: int) -> Iterator[list[Settled]]:
        for first in range(0, self.count, size):
            yield [self._settled(at) for at in range(first, min(first + size, self.count))]

    def _settled(self, at: int) -> Settled:
        asked = decode_order(self.texts[at])
        return Settled(order=asked, buyer=BUYER, on=asked.ordered_on, findings=decode_findings(self.found[at]))


def _lap(work: Callable[[], object], count: int) -> Callable[[], float]:
    def lap() -> float:
        began = process_time()
        work()
        return (process_time() - began) / count

    return lap


def of_many(count: int, rounds: int) -> tuple[Many, dict[str, Laps]]:
    many = Many(count)
    works = {
        "bare arithmetic, columns ready": many.bare,
        "looked over, columns ready": many.looked_over,
        "read, and bare arithmetic": many.read_and_bare,
        "read, and counted by rule": many.counted,
        "read, and checked with words": many.checked,
    }
    contestants = [Contestant(name=name, lap=_lap(work, many.lines)) for name, work in works.items()]
    return many, dict(side_by_side(contestants, rounds))


def main() -> int:
    parser = argparse.ArgumentParser(description="Orders checked.")
    parser.add_argument("--quick", action="store_true", help="fewer orders and rounds: a look, not a measurement")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="where the raw figures go (JSON)")
    told = parser.parse_args()
    single = of_fifty_lines(rounds=5 if told.quick else 31)
    for name, laps in single.items():
        aim = "reached" if laps.median < 1e-3 else "MISSED"
        print(f"{name:34}{laps.median * 1e6:>10,.0f} µs an order   aim 1,000 µs: {aim}")
    figures: dict[str, object] = {"50 lines, seconds": {name: laps.seconds for name, laps in single.items()}}
    for count in (1_000, 10_000) if told.quick else (10_000, ORDERS):
        many, laps = of_many(count, rounds=3 if told.quick else 5)
        print(f"\n{count:,} orders, {many.lines:,} lines; {many.counted():,} would be otherwise")
        _tell(many, laps)
        figures[f"{count} orders, seconds a line"] = {name: one.seconds for name, one in laps.items()}
    if told.figures is not None:
        told.figures.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _tell(many: Many, laps: dict[str, Laps]) -> None:
    peers = {"looked over, columns ready": "bare arithmetic, columns ready"}
    for name, one in laps.items():
        peer = laps[peers.get(name, "read, and bare arithmetic")]
        ratio = peer.times_faster_than(one)
        against = f"{ratio.median:>7.1f}× of {peers.get(name, 'read, and bare arithmetic')}" if one is not peer else ""
        whole = one.median * many.lines
        print(f"  {name:34}{one.median * 1e9:>9,.0f} ns a line{whole:>9.2f} s in all{against}")


if __name__ == "__main__":
    sys.exit(main())
