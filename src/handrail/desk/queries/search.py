"""Finding customers by the beginnings of words of their name or key, whatever their accents and capitals.

One rule: what is stored and what is looked for are folded by the same function, `folding.words_of`.
"""

from typing import NamedTuple, TypeVar

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from handrail.desk import models
from handrail.desk.folding import folded_words, words_of

AnyModel = TypeVar("AnyModel", bound=Model)

_MOST_WORDS = 8
_LAST = "\U0010ffff"


def customers_named(text: str) -> QuerySet[models.Customer]:
    """The customers of whose words some begin with each word of the text; none where the text has no word."""
    return of_customers_named(models.Customer.objects.all(), "pk", text)


def of_customers_named(rows: QuerySet[AnyModel], column: str, text: str) -> QuerySet[AnyModel]:
    """Those of the rows whose `column` is the id of such a customer."""
    named = is_named(column, text)
    return rows.none() if named is None else rows.filter(named)


def is_named(column: str, text: str) -> Q | None:
    """That `column` is the id of such a customer; None where the text has no word."""
    found = _words_named(text)
    return None if found is None else Q(**{f"{column}__in": found.values("customer")})


def of_some_named(rows: QuerySet[AnyModel], column: str, text: str, most: int) -> QuerySet[AnyModel]:
    """Of those the rows of so many customers, whoever they are: enough to tell that there are many rows."""
    found = _words_named(text)
    return rows.none() if found is None else rows.filter(**{f"{column}__in": found.values("customer")[:most]})


def walked_through(rows: QuerySet[AnyModel], column: str, text: str) -> QuerySet[AnyModel]:
    """The same, for rows of which the first are taken in an order that an index has: so many have the name that it is
    looked up once, and the rows are gone through until enough have it. Asked for as it is above, PostgreSQL looks into
    the words of each."""
    asked = is_seen_to_be_named(column, text)
    return rows.none() if asked is None else rows.filter(asked)


def is_seen_to_be_named(column: str, text: str) -> Q | None:
    """`is_named` as it is asked of row after row; None where the text has no word."""
    named = is_named(column, text)
    if named is None or connection.vendor == "sqlite":  # which looks it up once in any case
        return named
    return Q(Coalesce(ExpressionWrapper(named, BooleanField()), Value(False)))


class Met(NamedTuple):
    """Customers of a name in some order: their ids. Where these are not as many as were asked for, how many there are
    in all, and how many of them have a name that begins so, neither counted beyond what was asked."""

    ids: list[int]
    in_all: int = 0
    beginning: int = 0


def first_named(text: str, column: str, sign: str, count: int, *, looked_at: int, most: int) -> Met:
    """The first so many in the order of a column that an index has, where they are among the first `looked_at` of all
    customers in that order. One query, of which what is counted is not asked where they are."""
    found = _words_named(text)
    if found is None:
        return Met([])
    order = models.Customer.objects.order_by(f"{sign}{column}", f"{sign}id")
    parts = (
        order.values("id", column)[:looked_at],
        found.values("customer"),
        found.values("customer").distinct()[:most],
        beginning_with(text).order_by().values("id")[:most],
    )
    (first, words, in_all, beginning), given = zip(*(one.query.sql_with_params() for one in parts), strict=True)
    down, name = " DESC" if sign else "", connection.ops.quote_name(column)
    met = f"SELECT id FROM ({first}) AS first WHERE id IN ({words}) ORDER BY {name}{down}, id{down} LIMIT {count}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH met AS ({met}) SELECT id, 0, 0 FROM met UNION ALL "
            f"SELECT 0, (SELECT COUNT(*) FROM ({in_all}) AS one), (SELECT COUNT(*) FROM ({beginning}) AS one) "
            f"WHERE (SELECT COUNT(*) FROM met) < {count}",
            [value for some in given for value in some],
        )
        rows = cursor.fetchall()
    counted = next(((in_all, beginning) for pk, in_all, beginning in rows if not pk), (0, 0))
    return Met([pk for pk, _, _ in rows if pk], *counted)


def beginning_with(text: str) -> QuerySet[models.Customer]:
    """The customers whose whole name begins with the words, which stand together in the order of names."""
    return models.Customer.objects.filter(_begins_with(" ".join(folded_words(text)), "sort_name"))


def few_named(text: str, most: int) -> list[int] | None:
    """The ids of the customers of that name, where they are at most so many: it is quicker to go from few of many than
    to find them in some other order."""
    found = _words_named(text)
    if found is None:
        return []
    # A customer may have several words that begin so: of twice as many words hardly fewer are customers. Where there
    # are more, none is read but that there are.
    named = found.values("customer")  # which an index has
    (words, given), (beyond, _) = (one.query.sql_with_params() for one in (named, named[2 * most : 2 * most + 1]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH beyond AS ({beyond}), words (customer) AS ({words}) "
            "SELECT 0 FROM beyond UNION ALL SELECT customer FROM words WHERE NOT EXISTS (SELECT 1 FROM beyond)",
            [*given, *given],
        )
        ids = list(dict.fromkeys(pk for (pk,) in cursor.fetchall()))
    return None if len(ids) > most or 0 in ids else ids


def _words_named(text: str) -> QuerySet[models.CustomerWord] | None:
    """The words that begin with one of those of the text, of customers who have words for all of them; None where the
    text has none."""
    words = words_of(text)[:_MOST_WORDS]
    if not words:
        return None
    # The longest narrows most: the others are looked for among what has it.
    first, *others = sorted(words, key=len, reverse=True)
    found = models.CustomerWord.objects.filter(_begins_with(first))
    for word in others:
        found = found.filter(customer__in=models.CustomerWord.objects.filter(_begins_with(word)).values("customer"))
    return found


def _begins_with(word: str, column: str = "word") -> Q:
    """In the form that each database answers from its index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": word, f"{column}__lt": word + _LAST})
    return Q(**{f"{column}__startswith": word})
