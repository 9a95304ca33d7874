"""Files of orders: what their rows are, everything that is wrong with them, and what stays when they come again."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.order import samples
from handrail.order.file.columns import COLUMNS, guess
from handrail.order.file.document import FileRow, read_document
from handrail.order.file.merging import merged
from handrail.order.file.reading import Filed, orders_of
from handrail.order.pack import with_pack
from handrail.order.purchase import Buyer

CATALOGUE = samples.catalogue()
TODAY = date(2026, 12, 1)
HEAD = {"number": "X-1", "customer_key": "A1", "currency": "EUR", "sku": "SUB-EDIT", "quantity": "1"}


def filed(*rows: dict[str, str]) -> Filed:
    names = {name for row in rows for name in row}
    given_rows = [FileRow(where=f"row {at}", cells=row) for at, row in enumerate(rows, start=2)]
    return orders_of(given_rows, names, CATALOGUE, TODAY)


def told(found: Filed) -> list[tuple[str, str, str]]:
    return [(one.where, one.column, f"{one.says} {one.mend}") for one in found.problems]


def test_columns_are_known_by_their_names() -> None:
    found = guess(["PO Number", "Account ID", "currency", "sku", "Qty", "Discount (%)", "Colour", "SKU"])
    names = ("number", "customer_key", "currency", "sku", "quantity", "discount_percent")
    assert found.places == {name: at for at, name in enumerate(names)}
    assert found.ignored == ("Colour",)
    assert found.twice == ("SKU",)
    assert found.missing == ()
    assert [one.title for one in guess(["Order", "SKU"]).missing] == ["Currency", "Quantity", "Customer"]


def test_every_title_and_name_of_a_column_is_known() -> None:
    for titles in ([one.title for one in COLUMNS], [one.name for one in COLUMNS]):
        assert list(guess(titles).places) == [one.name for one in COLUMNS]


def test_rows_of_one_number_are_one_order_with_what_follows() -> None:
    found = filed(
        {**HEAD, "discount_percent": "10", "ordered_on": "01.11.2026", "territory": "Europe"},
        {"number": "X-1", "sku": "WS-SEO", "quantity": "2", "sold_price": "1,700.00"},
        {"number": "X-1", "sku": "OS-DAY", "quantity": "1", "sold_price": "included"},
    )
    assert found.problems == ()
    (one,) = found.orders
    assert (one.customer_key, one.order.ordered_on, one.order.territory) == ("A1", date(2026, 11, 1), "Europe")
    assert [(line.sku, line.discount, line.sold_price, line.included) for line in one.order.lines] == [
        ("SUB-EDIT", Decimal(1200), Decimal(10800), False),
        ("WS-SEO", Decimal(200), Decimal(1700), False),
        ("OS-DAY", Decimal(1600), Decimal(0), True),
    ]


def test_what_is_written_stays_even_where_it_is_wrong() -> None:
    row = {**HEAD, "list_price": "11000", "discount_percent": "10", "discount": "5", "sold_price": "1"}
    (one,) = filed(row).orders
    line = one.order.lines[0]
    assert (line.list_price, line.discount_percent, line.discount, line.sold_price) == tuple(
        map(Decimal, (11000, 10, 5, 1))
    )


def test_everything_that_is_wrong_is_told_at_once_and_its_order_waits() -> None:
    found = filed(
        {**HEAD, "discount": "1.234", "ordered_on": "03/04/2026", "new_customer": "perhaps"},
        {**HEAD, "currency": "USD", "quantity": "", "sku": "", "sold_price": "1.005"},
        {"number": "", "sku": "SUB-EDIT", "quantity": "1"},
        {**HEAD, "number": "X-2", "currency": "EURO"},
        {**HEAD, "number": "X-3"},
    )
    assert [one.order.number for one in found.orders] == ["X-3"]
    assert [(one.order.order.number, one.problems) for one in found.waiting] == [("X-1", 7), ("X-2", 1)]
    assert sorted(told(found)) == sorted(
        [
            ("row 2", "Discount", "“1.234” can be 1234 or 1.234. Write 1234 or 1.2340."),
            ("row 2", "Ordered on", "“03/04/2026” can be 2026-04-03 or 2026-03-04. Write it like 2026-12-01."),
            ("row 2", "New customer", "“perhaps” is neither yes nor no. Write yes or no."),
            ("row 3", "Currency", "It is “USD” here and “EUR” on row 2. An order has one; leave the other rows empty."),
            ("row 3", "SKU", "The SKU is missing. Write it as in the catalogue."),
            ("row 3", "Quantity", "The quantity is missing. Write how many."),
            ("row 3", "Sold price", "“1.005” can be 1005 or 1.005. Write 1005 or 1.0050."),
            ("row 4", "Order", "The number of the order is missing. Write it."),
            ("row 5", "Currency", "“EURO” is the code of no currency. Write EUR, USD, JPY…"),
        ]
    )


def test_order_has_at_most_five_hundred_lines() -> None:
    found = filed(*[HEAD] * 501)
    assert told(found) == [
        ("row 2", "Order", "The order has 501 lines; it has 500 at most. Make several orders of it.")
    ]
    assert len(filed(*[HEAD] * 500).orders[0].order.lines) == 500


def test_json_numbers_are_exact() -> None:
    line = '{"sku": "PV-1K", "quantity": 1.234, "discount": 0.10}'
    content = (
        f'{{"orders": [{{"number": 7, "customer": "A", "currency": "EUR", "new_customer": true, "lines": [{line}]}}]}}'
    )
    document = read_document(content.encode(), 100)
    assert document.problems == []
    (one,) = orders_of(document.rows, document.names, CATALOGUE, TODAY).orders
    assert (one.order.number, one.order.new_customer) == ("7", True)
    assert (one.order.lines[0].quantity, one.order.lines[0].discount) == (Decimal("1.234"), Decimal("0.10"))
    line = '{"sku": "PV-1K", "quantity": 1.5e3}'
    again = read_document(f'[{{"number": "7", "customer": "A", "currency": "EUR", "lines": [{line}]}}]'.encode(), 100)
    assert orders_of(again.rows, again.names, CATALOGUE, TODAY).orders[0].order.lines[0].quantity == 1500


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[" * 100_000, "The file has lists within lists without end."),
        (b"\xff{", "The file is not UTF-8 text."),
        (b"{", "The file is not JSON: line 1, column 2."),
        (b'{"a": 1, "a": 2}', "An object has “a” twice: nobody knows which counts."),
        (b'[{"number": NaN}]', "The file has NaN where a number should be."),
        (b"{}", "The file has no list of orders."),
        (b"[" + b",".join([b"{}"] * 12) + b"]", "The file has more than 10 lines, the most that is read at once."),
    ],
)
def test_json_that_is_none_is_said(content: bytes, says: str) -> None:
    found = read_document(content, 10)
    assert (found.rows, [one.says for one in found.problems]) == ([], [says])


def test_json_of_another_shape_is_told_where() -> None:
    order = {"number": "X", "lines": [{"sku": ["A"], "colour": "red"}, 5], "invoice_name": {}, "sku": "outside"}
    found = read_document(json.dumps([order, "no order"]).encode(), 10)
    assert [(one.where, one.column, one.says) for one in found.problems] == [
        ("order 1", "Invoice contact", "It is a list or an object, and no value."),
        ("order 1, line 1", "SKU", "It is a list or an object, and no value."),
        ("order 2", "", "It is no object with the fields of an order."),
    ]
    assert list(found.ignored) == ["sku", "colour"]
    assert [row.fault for row in found.rows] == ["", "It is no object with the fields of a line."]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*(one.name for one in COLUMNS), "lines", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.lists(JSON, max_size=3))
def test_whatever_json_holds_is_read_or_told(orders: list[Any]) -> None:
    document = read_document(json.dumps({"orders": orders}).encode(), 100)
    found = orders_of(document.rows, document.names, CATALOGUE, TODAY)
    assert all(one.says and one.mend for one in (*document.problems, *found.problems))


def test_file_that_comes_again_changes_nothing_and_keeps_what_it_does_not_say() -> None:
    row = {**HEAD, "new_customer": "yes", "customer_kind": "small", "invoice_name": "Anna"}
    (first,) = filed(row).orders
    was = with_pack(merged(first, None, "Altona Media"), CATALOGUE, Buyer(name="Altona Media", is_new=True))
    assert [line.sku for line in was.lines] == ["SUB-EDIT", "WS-KICKOFF", "TR-ADMIN"]
    assert merged(first, was, "Altona Media") == was
    said_here = replace(was, territory="Europe", starts_on=TODAY, remarks="kept")
    assert merged(first, said_here, "Altona Media") == said_here
    (undated,) = filed({**row, "ordered_on": ""}).orders
    assert merged(undated, replace(was, ordered_on=date(2026, 1, 1)), "Altona Media").ordered_on == date(2026, 1, 1)
    (other,) = filed({**row, "quantity": "2", "invoice_name": ""}).orders
    changed = merged(other, said_here, "Altona Media")
    assert (changed.lines[0].quantity, changed.invoice.name, changed.territory) == (Decimal(2), "", "Europe")
