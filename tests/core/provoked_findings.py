"""Orders that each rule has something to say of, and what it says: `line: words → remedy`, “order” for the whole."""

# ruff: noqa: E501
from dataclasses import replace
from datetime import date
from decimal import Decimal

from handrail.order.purchase import Address, Buyer, Line, Order, StatedTier, StatementOfWork
from tests.core.sound_order import BUYER, NEW, changed, line, order

D = Decimal
WORK = StatementOfWork(text="Move ten years of archives.", author="Piet Visser", specialist="Stella Byrne")
TIERS = order().lines[1].tiers
KICKOFF = line(4, "WS-KICKOFF")
PROVOKED: dict[str, list[tuple[Order, Buyer, list[str]]]] = {
    "unknown-sku": [
        (
            order(replace(line(1, "SUB-EDIT"), sku="SUB-EDITS")),
            BUYER,
            ["1: The catalogue has no SKU “SUB-EDITS”. → Choose a product of the catalogue."],
        ),
        (
            order(replace(line(1, "SUB-EDIT"), sku="")),
            BUYER,
            ["1: It has no SKU. → Choose a product of the catalogue."],
        ),
    ],
    "retired-sku": [
        (
            order(line(1, "WS-PRINT")),
            BUYER,
            ["1: WS-PRINT is not sold any more since 1 January 2026. → Sell WS-KICKOFF (Kick-off workshop) instead."],
        ),
        # A draft does not keep what is retired meanwhile.
        (
            order(line(1, "WS-PRINT"), ordered_on=date(2025, 12, 30)),
            BUYER,
            ["1: WS-PRINT is not sold any more since 1 January 2026. → Sell WS-KICKOFF (Kick-off workshop) instead."],
        ),
    ],
    "edited-description": [
        (
            changed(3, description="Half a day on being found, and lunch."),
            BUYER,
            [
                "3: Its description is not the catalogue’s: the description of a product cannot be edited on an order. → Take the catalogue’s; what is particular to this customer belongs into the statement of work."
            ],
        ),
    ],
    "number-not-sold": [
        (
            order(line(1, "WS-SEO", "3")),
            BUYER,
            ["1: WS-SEO is not sold in a number of 3. → Sell 1, 2 or 4."],
        ),
        (
            order(line(1, "WS-KICKOFF", "0.5")),
            BUYER,
            ["1: WS-KICKOFF is not sold in a number of 0.5. → Sell 1."],
        ),
    ],
    "price-not-listed": [
        (
            order(line(1, "SUB-EDIT", list_price=D(11000), sold_price=D(11000))),
            BUYER,
            [
                "1: Its list price of 11,000.00 EUR is not the catalogue’s, which is 12,000.00 EUR. → Take the list price of 12,000.00 EUR; what is agreed beside it is a discount."
            ],
        ),
    ],
    "currency-not-sold": [
        (
            order(currency="GBP"),
            BUYER,
            ["order: The catalogue has no prices in “GBP”. → Write the order in EUR, USD or JPY."],
        ),
    ],
    "no-list-price": [
        (
            order(ordered_on=date(2024, 12, 31)),
            BUYER,
            [
                f"{number}: {sku} has no list price in EUR on 31 December 2024. → Choose another currency or product, or have it approved as it is."
                for number, sku in ((1, "SUB-EDIT"), (3, "WS-SEO"))
            ],
        ),
    ],
    "no-lines": [
        (
            replace(order(), lines=()),
            BUYER,
            ["order: It has no lines: nothing is sold with it. → Put on it what is sold."],
        ),
    ],
    "numbered-twice": [
        (
            order(line(1, "SUB-EDIT"), line(1, "WS-SEO")),
            BUYER,
            ["1: Two lines have the number 1. → Give each line a number of its own."],
        ),
    ],
    "not-a-number": [
        (
            changed(1, quantity=D("NaN"), discount=D("-Infinity"), sold_price=D("1E+12")),
            BUYER,
            [
                "1: Its number is NaN, which nothing can be worked out with. → Write a number.",
                "1: Its discount is -Infinity, which nothing can be worked out with. → Write a number.",
                "1: Its sold price is 1E+12, which nothing can be worked out with. → Write a number.",
            ],
        ),
        (
            changed(1, quantity=D(10) ** 11, list_price=D(10)),
            BUYER,
            ["1: Its list amount is too large to be worked out. → Write a number."],
        ),
    ],
    "no-number": [
        (
            changed(1, quantity=D(0)),
            BUYER,
            ["1: It is for a number of 0. → Write how many, or take the line off the order."],
        ),
    ],
    "amount-missing": [
        (
            order(Line(number=1, sku="SUB-EDIT")),
            BUYER,
            [
                "1: It has no list price. → Write it, or have it worked out from the catalogue.",
                "1: It says no discount, not even nought. → Write it, or have it worked out from the catalogue.",
                "1: It has no sold price. → Write it, or have it worked out from the catalogue.",
            ],
        ),
    ],
    "does-not-add-up": [
        (
            changed(1, sold_price=D("11999.99")),
            BUYER,
            [
                "1: 12,000.00 EUR less a discount of 0.00 EUR is 12,000.00 EUR, not 11,999.99 EUR. → Write a sold price of 12,000.00 EUR, or another discount."
            ],
        ),
        (
            changed(2, sold_price=D(21001)),
            BUYER,
            [
                "2: 21,000.00 EUR less a discount of 0.00 EUR is 21,000.00 EUR, not 21,001.00 EUR. → Write a sold price of 21,000.00 EUR, or another discount."
            ],
        ),
    ],
    "percent-differs": [
        (
            changed(1, discount_percent=D("3.5"), discount=D(400), sold_price=D(11600)),
            BUYER,
            [
                "1: A discount of 3.5 % is not 400.00 EUR of 12,000.00 EUR. → Write one of them and have the other worked out."
            ],
        ),
    ],
    "not-payable": [
        (
            changed(1, discount_percent=None, discount=D("0.005"), sold_price=D("11999.995")),
            BUYER,
            [
                f"1: Its {words} has more places than the currency. → Round it to the currency’s smallest unit, half away from zero."
                for words in ("discount of 0.005 EUR", "sold price of 11,999.995 EUR")
            ],
        ),
    ],
    "at-no-price": [
        (
            changed(3, included=True),
            BUYER,
            ["3: It says “included” instead of a price. → Write a price, or have it approved as it is."],
        ),
        (
            changed(3, discount_percent=D(100), discount=D(1900), sold_price=D(0)),
            BUYER,
            ["3: It is sold for nothing. → Write a price, or have it approved as it is."],
        ),
    ],
    "negative-discount": [
        (
            changed(1, discount_percent=D(-5), discount=D(-600), sold_price=D(12600)),
            BUYER,
            ["1: Its discount is -600: it makes the line dearer. → Write a discount of nought or more."],
        ),
    ],
    "discount-above-price": [
        (
            changed(1, discount_percent=D(110), discount=D(13200), sold_price=D(-1200)),
            BUYER,
            ["1: Its discount is 110 %. → Write a discount of 100 % at most."],
        ),
        (
            changed(1, discount_percent=None, discount=D(13200), sold_price=D(-1200)),
            BUYER,
            [
                "1: Its discount of 13,200.00 EUR is more than its list amount of 12,000.00 EUR. → Write a discount of 100 % at most."
            ],
        ),
    ],
    "discount-above-level": [
        (
            changed(1, discount_percent=D("20"), discount=D(2400), sold_price=D(9600)),
            BUYER,
            [
                "1: A discount of 20 % is approved by the Sales Director: rule 7 of “Who approves a discount”. → Ask the Sales Director, or give less."
            ],
        ),
        # A lower list price is no way past the level.
        (
            changed(1, list_price=D(8000), sold_price=D(8000)),
            BUYER,
            [
                "1: A discount of 33.3334 % is approved by the Managing Director: rule 8 of “Who approves a discount”. → Ask the Managing Director, or give less."
            ],
        ),
    ],
    "two-prices": [
        (
            order(line(1, "WS-SEO", "1"), line(2, "WS-SEO", "2", sold_price=D(1800))),
            BUYER,
            ["2: WS-SEO is sold at another price on line 1. → Sell it at one price, or have it approved as it is."],
        ),
    ],
    "threshold-missing": [
        (
            changed(2, tiers=TIERS[:2]),
            BUYER,
            ["2: The price above 100,000 is not stated. → State the thresholds of the catalogue."],
        ),
        (
            changed(2, tiers=()),
            BUYER,
            ["2: The price above 0, 10,000, 100,000 is not stated. → State the thresholds of the catalogue."],
        ),
    ],
    "threshold-not-a-number": [
        (
            changed(2, tiers=(replace(TIERS[0], price=D("NaN")), *TIERS[1:])),
            BUYER,
            [
                "2: The price above 0 is NaN, which nothing can be worked out with. → State the thresholds of the catalogue."
            ],
        ),
        (
            changed(2, tiers=TIERS[1:]),
            BUYER,
            [
                "2: The thresholds that it states leave units without a price, or come to more than can be counted. → State them from 0 on."
            ],
        ),
    ],
    "threshold-differs": [
        (
            changed(2, tiers=(TIERS[0], StatedTier(above=10_000, price=D("0.8")), *TIERS[2:]), pricing="volume"),
            BUYER,
            [
                "2: Its thresholds count as volume, and in the catalogue as graduated. → Count them as graduated.",
                "2: The price above 10,000 is 0.80 EUR, and in the catalogue 0.90 EUR. → State 0.90 EUR; what is agreed beside it is a discount.",
            ],
        ),
        (
            changed(1, tiers=(StatedTier(above=0, price=D(12000)),)),
            BUYER,
            [
                "1: The catalogue has no thresholds for SUB-EDIT. → State the thresholds of the catalogue; what is agreed beside them is a discount."
            ],
        ),
    ],
    "consume-by-missing": [
        (
            changed(3, consume_by=None),
            BUYER,
            [
                "3: A workshop has a date to be consumed by, and this one has none. → Write a date; the catalogue has 25 May 2027."
            ],
        ),
    ],
    "consume-by-past": [
        (
            changed(3, consume_by=date(2026, 11, 25)),
            BUYER,
            ["3: The date to be consumed by, 25 November 2026, is past. → Write a later day."],
        ),
        (
            replace(changed(3, consume_by=date(2026, 12, 31)), starts_on=date(2027, 1, 1)),
            BUYER,
            ["3: It is to be consumed by 31 December 2026, before it starts on 1 January 2027. → Write a later day."],
        ),
    ],
    "consume-by-beyond": [
        (
            changed(3, consume_by=date(2027, 6, 1)),
            BUYER,
            [
                "3: WS-SEO is called for within 180 days, until 25 May 2027; this says 1 June 2027. → Write 25 May 2027 or an earlier day."
            ],
        ),
    ],
    "consultation": [
        (
            order(line(1, "OS-DAY")),
            BUYER,
            [
                "1: Customer Success is consulted before OS-DAY goes to the customer. → Customer Success answers before the order goes to the customer."
            ],
        ),
    ],
    "invoiced-before-delivery": [
        (
            order(),
            BUYER,
            ["3: WS-SEO is invoiced before it is delivered. → Nothing has to be done; tell the customer."],
        ),
    ],
    "pack-missing": [
        (
            order(*order().lines, KICKOFF, new_customer=True),
            NEW,
            [
                "order: A new customer gets TR-ADMIN (Administrator training) with its starter pack. → Put TR-ADMIN on the order."
            ],
        ),
    ],
    "pack-not-due": [
        (
            order(replace(KICKOFF, from_pack=True)),
            BUYER,
            [
                "4: It is of the starter pack, and the customer is not new. → Take the line off, or sell it as any other."
            ],
        ),
        (
            order(replace(KICKOFF, from_pack=True), new_customer=True),
            replace(NEW, has_pack=True),
            [
                "4: It is of the starter pack, and the customer has had its starter pack already. → Take the line off, or sell it as any other."
            ],
        ),
    ],
    "new-customer-differs": [
        (
            order(new_customer=True),
            BUYER,
            ["order: The order says that the customer is new; it has an earlier order. → Correct what the order says."],
        ),
        (
            order(),
            NEW,
            [
                "order: This is the customer’s first order, and the order does not say so. → Correct what the order says."
            ],
        ),
    ],
    "customer-kind-missing": [
        (
            order(customer_kind="", new_customer=True),
            replace(NEW, kind=""),
            [
                "order: Nobody has said which kind of customer it is, and the starter pack goes by it. → Choose small, mid-size, enterprise."
            ],
        ),
        (
            order(customer_kind="huge", new_customer=True),
            replace(NEW, kind=""),
            [
                "order: “huge” is no kind of customer, and the starter pack goes by it. → Choose small, mid-size, enterprise."
            ],
        ),
    ],
    "territory-missing": [
        (
            order(territory=""),
            BUYER,
            [
                "order: It does not say where the customer may use what it buys. → Choose Worldwide, Europe, North America, Latin America, Middle East and Africa, Asia-Pacific."
            ],
        ),
    ],
    "territory-unknown": [
        (
            order(territory="The moon"),
            BUYER,
            [
                "order: “The moon” is not in the list of territories. → Choose Worldwide, Europe, North America, Latin America, Middle East and Africa, Asia-Pacific."
            ],
        ),
    ],
    "territory-elsewhere": [
        (
            order(territory="North America", country="AT"),
            BUYER,
            [
                "order: The territory “North America” holds none of the customer’s countries: AT, DE. → Choose Worldwide or Europe, or have it approved."
            ],
        ),
    ],
    "territory-not-followed-up": [
        (
            order(territory_check_on=None),
            BUYER,
            ["order: No day is set on which the use in the territory is looked at again. → Set a day."],
        ),
    ],
    "free-text": [
        (
            order(remarks="As promised on the phone."),
            BUYER,
            [
                "order: It has free text outside the statement of work. → Take it away, or have pre-sales write it into the statement of work."
            ],
        ),
    ],
    "work-empty": [
        (
            order(work=replace(WORK, text=" ")),
            BUYER,
            ["order: Its statement of work says nothing. → Write it, or take it off the order."],
        ),
    ],
    "work-unsigned": [
        (
            order(work=replace(WORK, author="", specialist=" ")),
            BUYER,
            [
                "order: Nobody of pre-sales is named as the author of its statement of work. → Name who wrote it, and with which specialist.",
                "order: No specialist is named with its statement of work. → Name who wrote it, and with which specialist.",
            ],
        ),
    ],
    "language-not-written": [
        (
            order(language="nl"),
            BUYER,
            ["order: The catalogue is not written in “nl”. → Write the order in one of en, de, fr, es."],
        ),
    ],
    "invoice-missing": [
        (
            order(invoice=replace(order().invoice, email=" ", address=Address(country="DE"))),
            BUYER,
            ["order: The invoice contact has no e-mail and no address. → Write who is invoiced, and where."],
        ),
    ],
    "invoice-unverified": [
        (
            order(invoice=replace(order().invoice, verified=None)),
            BUYER,
            [
                "order: Nobody has verified the invoice contact and address. → Have them verified before the order goes to the customer."
            ],
        ),
    ],
}
