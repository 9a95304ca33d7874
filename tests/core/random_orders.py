"""Orders, as anybody might write them: sensible ones from the sample catalogue, and whatever a file can carry."""

from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from handrail.order.purchase import Line, StatedTier

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
