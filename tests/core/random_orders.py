"""Orders, as anybody might write them: sensible ones from the sample catalogue, and whatever a file can carry."""

from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from handrail.order import samples
from handrail.order.purchase import Buyer, Line, Order, StatedTier, StatementOfWork

# Cheap ones: what they find, they find soon.
ORDERS = settings(max_examples=60, deadline=None)
CURRENCIES = ("EUR", "USD", "JPY", "KWD", "CLF")

currencies = st.sampled_from(CURRENCIES)
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
prices = st.decimals(0, 100_000, places=3)
numbers = st.integers(0, 5000).map(Decimal) | st.decimals(0, 100, places=2)
percents = st.integers(0, 100).map(Decimal) | st.decimals(0, 100, places=3)
steps = st.lists(st.integers(1, 5000), max_size=3, unique=True).map(lambda above: (0, *sorted(above)))


@st.composite
def thresholds(draw: st.DrawFn) -> tuple[StatedTier, ...]:
    return tuple(StatedTier(above=above, price=draw(prices)) for above in draw(steps))


@st.composite
def lines(draw: st.DrawFn, number: int = 1) -> Line:
    """With some of its amounts written, and not always those that belong together."""
    return Line(
        number=number,
        sku="ANY",
        quantity=draw(numbers),
        discount_percent=draw(st.none() | percents),
        discount=draw(st.none() | prices),
        sold_price=draw(st.none() | prices),
        included=draw(st.booleans()),
        pricing=draw(st.sampled_from((None, "graduated", "volume"))),
        tiers=draw(st.just(()) | thresholds()),
        list_price=draw(prices),
    )


# Whatever JSON can carry where a number, a day or a word is expected.
anything = st.decimals() | prices | st.sampled_from(list(map(Decimal, ("1E+999", "-1E-999", "0E+50", "sNaN"))))
any_days = st.dates()
words = st.sampled_from(("", "EUR", "KWD", "de", "DE", "Europe", "enterprise", "XXX", "—")) | st.text(max_size=5)
skus = st.sampled_from((*samples.catalogue().products, "NONE", ""))
any_tiers = st.lists(st.builds(StatedTier, above=st.integers(), price=anything), max_size=3).map(tuple)
any_lines = st.builds(
    Line,
    number=st.integers(),
    sku=skus,
    quantity=anything,
    description=words,
    list_price=st.none() | anything,
    discount_percent=st.none() | anything,
    discount=st.none() | anything,
    sold_price=st.none() | anything,
    included=st.booleans(),
    pricing=st.sampled_from((None, "graduated", "volume")),
    tiers=any_tiers,
    consume_by=st.none() | any_days,
    from_pack=st.booleans(),
)


def any_orders() -> st.SearchStrategy[Order]:
    """Of anything that can be written down: no number needs to be one, no day near, no word known."""
    return st.builds(
        Order,
        number=words,
        customer=words,
        currency=words,
        ordered_on=any_days,
        lines=st.lists(any_lines, max_size=4).map(tuple),
        new_customer=st.booleans(),
        customer_kind=words,
        country=words,
        language=words,
        territory=words,
        starts_on=st.none() | any_days,
        work=st.none() | st.builds(StatementOfWork, text=words, author=words, specialist=words),
        remarks=words,
    )


def any_buyers() -> st.SearchStrategy[Buyer]:
    return st.builds(
        Buyer, name=words, is_new=st.booleans(), kind=words, countries=st.frozensets(words), has_pack=st.booleans()
    )
