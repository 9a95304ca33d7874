"""Files of orders at the desk: seen before anything is kept, kept once, and told what became of each order."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.desk import models
from handrail.desk.long_work import working
from handrail.order.wire import decode_order
from tests.desk.company import browser_of
from tests.desk.writing_orders import Selling

pytestmark = pytest.mark.django_db

HEAD = "Order;Customer;Currency;Ordered on;New customer;Kind of customer;Territory;SKU;Quantity;Discount %;Sold price"
ORDERS = """
X-1;Altona Media;EUR;01.11.2026;yes;small;Europe;SUB-EDIT;1;10;
X-1;;;;;;;PV-1K;25.000,5;;
X-2;Altona Media;EUR;2026-11-01;no;;Europe;WS-SEO;2;;included
X-3;Nobody Knows;USD;03/04/2026;yes;small;Europe;OS-DAY;2;;
X-4;Berg Verlag;USD;2026-11-02;;small;Worldwide;OS-DAY;2;;
"""


@pytest.fixture
def selling() -> Selling:
    made = Selling()
    made.customer("Altona Media")
    return made


def hand_in(browser: Client, content: bytes, name: str = "orders.csv") -> str:
    answer = browser.post(reverse("order-imports"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def kept(number: str) -> list[tuple[str, Decimal, Decimal | None]]:
    order = decode_order(models.Order.objects.get(number=number).content)
    return [(line.sku, line.quantity, line.sold_price) for line in order.lines]


def sorts(page: object) -> dict[str, str]:
    return {entry["one"].number: entry["one"].sort for entry in page}  # type: ignore[attr-defined]


def test_file_is_previewed_with_all_that_is_wrong_then_kept_and_comes_again(selling: Selling) -> None:
    sam = browser_of(selling, "sam")
    url = hand_in(sam, (HEAD + ORDERS).encode())
    shown = sam.get(url)
    assert sorts(shown.context["entries"]) == {"X-1": "new", "X-2": "new", "X-3": "waits", "X-4": "waits"}
    assert [(one.where, one.column, one.says) for one in shown.context["problems"]] == [
        ("line 5", "Ordered on", "“03/04/2026” can be 2026-04-03 or 2026-03-04."),
        ("line 6", "Customer", "No customer is called “Berg Verlag”."),
        ("line 5", "Customer", "No customer is called “Nobody Knows”."),
    ]
    assert models.Order.objects.count() == 0
    told = sam.get(f"{url}problems.csv").content.decode()
    assert "line 6,X-4,Customer,Berg Verlag,No customer is called “Berg Verlag”." in told
    report = sam.post(f"{url}apply/", follow=True)
    assert report.context["says"] == "Orders: 2 new, 2 waiting."
    assert kept("X-1") == [
        ("SUB-EDIT", Decimal(1), Decimal(10800)),
        ("PV-1K", Decimal("25000.5"), Decimal("25500.45")),
        ("WS-KICKOFF", Decimal(1), Decimal(1800)),
        ("TR-ADMIN", Decimal(1), Decimal(2400)),
    ]
    assert kept("X-2") == [("WS-SEO", Decimal(2), Decimal(0))]
    assert models.Order.objects.get(number="X-1").source == f"orders.csv (file {models.OrderFile.objects.get().pk})"
    sam.post(f"{url}apply/")
    assert models.Order.objects.count() == 2

    models.Order.objects.filter(number="X-2").update(state="validation")
    selling.customer("Berg Verlag")
    again = (HEAD + ORDERS.replace("25.000,5", "1").replace("WS-SEO;2", "WS-SEO;4")).encode()
    url = hand_in(sam, again)
    entries = sam.get(url).context["entries"]
    assert sorts(entries) == {"X-1": "changed", "X-2": "refused", "X-4": "new", "X-3": "waits"}
    refused = next(entry["one"].says for entry in entries if entry["one"].number == "X-2")
    assert refused.startswith("This order is in validation: what it says is settled.")
    report = sam.post(f"{url}apply/", follow=True)
    assert report.context["says"] == "Orders: 1 new, 1 changed, 1 refused, 1 waiting."
    assert (kept("X-1")[1], len(kept("X-1")), kept("X-2")[0][1]) == (
        ("PV-1K", Decimal(1), Decimal("1.20")),
        4,
        Decimal(2),
    )
    url = hand_in(sam, again.replace(b"WS-SEO;4", b"WS-SEO;2"))
    assert sorts(sam.get(url).context["entries"])["X-1"] == "same"
    assert sam.post(f"{url}apply/", follow=True).context["says"] == "Orders: 3 as they were, 1 waiting."


def test_order_of_another_customer_keeps_its_number(selling: Selling) -> None:
    sam = browser_of(selling, "sam")
    models.Order.objects.filter(pk=selling.draft(selling.customer("Berg Verlag")).pk).update(number="X-2")
    url = hand_in(sam, (HEAD + ORDERS).encode())
    entry = next(one["one"] for one in sam.get(url).context["entries"] if one["one"].number == "X-2")
    assert (entry.sort, entry.says) == (
        "refused",
        "There is an order of this number already, and it is Berg Verlag’s.",
    )


def test_workbook_and_json_are_read_alike(selling: Selling) -> None:
    sam, content = browser_of(selling, "sam"), io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Customer key", "Currency", "SKU", "Qty", "Discount"])
        sheet.write_row(1, 0, ["W-1", "ALTONA MEDIA", "EUR", "SUB-EDIT", 2, 0.1])
    sam.post(f"{hand_in(sam, content.getvalue(), 'orders.xlsx')}apply/")
    line = {"sku": "SUB-EDIT", "quantity": 2, "discount": 0.1}
    document = {"orders": [{"number": "J-1", "customer_key": "ALTONA MEDIA", "currency": "EUR", "lines": [line]}]}
    sam.post(f"{hand_in(sam, json.dumps(document).encode(), 'orders.json')}apply/")
    assert kept("W-1")[0] == kept("J-1")[0] == ("SUB-EDIT", Decimal(2), Decimal("23999.90"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "The file is a PDF document, not a table."),
        (b"PK\x03\x04 no workbook", "spreadsheet"),
        (b"a,b\n1,2\n", "There is no column “Order”. Name it so in the first row; the template shows all columns."),
        (b'{"orders": []}', "The file has no list of orders."),
        (b"Order,SKU,SKU,Quantity,Currency,Customer\n1,a,b,2,EUR,X\n", "Two columns mean the same"),
    ],
)
def test_file_that_is_none_is_refused_in_words(selling: Selling, content: bytes, says: str) -> None:
    answer = browser_of(selling, "sam").post(reverse("order-imports"), {"file": SimpleUploadedFile("x.csv", content)})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert models.OrderFile.objects.count() == 0


def test_characters_that_nothing_keeps_are_spaces(selling: Selling) -> None:
    odd = "\x00\ud800\u202e"
    line = {"sku": f"SUB-EDIT{odd}", "quantity": 1, f"x{odd}": odd, "description": f"{odd}<script>"}
    order = {"number": f"J{odd}1", "customer_key": f"{odd}ALTONA MEDIA", "currency": "EUR", "remarks": f"a{odd}\nb"}
    other = {"number": "J2", "customer": f"Who{odd}", "currency": odd, "lines": [{"sku": odd, "quantity": odd}]}
    sam = browser_of(selling, "sam")
    url = hand_in(
        sam, json.dumps([{**order, "lines": [line]}, other]).encode(), f"orders{odd}.json".replace("\ud800", "")
    )
    assert sorts(sam.get(url).context["entries"]) == {"J 1": "new", "J2": "waits"}
    sam.post(f"{url}apply/")
    assert kept("J 1") == [("SUB-EDIT", Decimal(1), Decimal(12000))]
    page = sam.get(reverse("order", args=[models.Order.objects.get().pk])).content.decode()
    assert ("&lt;script&gt;" in page, "<script>" in page) == (True, False)


def test_many_orders_are_kept_by_a_worker(selling: Selling) -> None:
    sam = browser_of(selling, "sam")
    rows = "\n".join(f"M-{at:03};Altona Media;EUR;2026-11-01;no;;Europe;SUB-EDIT;1;;" for at in range(51))
    url = hand_in(sam, f"{HEAD}\n{rows}\n".encode())
    sam.post(f"{url}apply/")
    assert models.Order.objects.count() == 0
    assert "How far it is" in sam.get(url).content.decode()
    working.work_off(timezone.now())
    assert models.Order.objects.count() == 51
    assert sam.get(url).context["says"] == "Orders: 51 new."
    assert models.LongWork.objects.get().says == "Orders: 51 new."


def test_templates_are_files_that_can_be_imported(selling: Selling) -> None:
    sam = browser_of(selling, "sam")
    for ending, says in (("csv", "names its columns"), ("xlsx", "names its columns"), ("json", "")):
        content = sam.get(reverse("order-import-template", args=[ending])).content
        answer = sam.post(reverse("order-imports"), {"file": SimpleUploadedFile("x", content)})
        assert (answer.status_code, says in answer.content.decode()) == (302 if ending == "json" else 422, True)
    assert sam.get(reverse("order-import-template", args=["exe"])).status_code == 404
