"""Finding customers by the beginnings of words of their name or key, whatever their accents and capitals.

One rule: what is stored and what is looked for are folded by the same function, `folding.words_of`.
"""

from typing import TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

from handrail.desk import models
from handrail.desk.folding import words_of

AnyModel = TypeVar("AnyModel", bound=Model)

_MOST_WORDS = 8
_LAST = "\U0010ffff"


def customers_named(text: str) -> QuerySet[models.Customer]:
    """The customers of whose words some begin with each word of the text; none where the text has no word."""
    return of_customers_named(models.Customer.objects.all(), "pk", text)


def of_customers_named(rows: QuerySet[AnyModel], column: str, text: str) -> QuerySet[AnyModel]:
    """Those of the rows whose `column` is the id of such a customer."""
    found = _words_named(text)
    return rows.none() if found is None else rows.filter(**{f"{column}__in": found.values("customer")})


def few_named(text: str, most: int) -> list[int] | None:
    """The ids of the customers of that name, where they are at most so many: it is quicker to go from few of many than
    to find them in some other order."""
    found = _words_named(text)
    if found is None:
        return []
    # A customer may have several words that begin so: of twice as many words hardly fewer are customers.
    taken = list(found.values_list("customer", flat=True)[: 2 * most + 1])
    ids = list(dict.fromkeys(taken))
    return ids if len(taken) <= 2 * most and len(ids) <= most else None


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


def _begins_with(word: str) -> Q:
    """In the form that each database answers from its index."""
    if connection.vendor == "sqlite":
        return Q(word__gte=word, word__lt=word + _LAST)
    return Q(word__startswith=word)
