"""Finding customers by the beginnings of words of their name or key, whatever their accents and capitals.

One rule: what is stored and what is looked for are folded by the same function, `words_of`.
"""

from django.db import connection
from django.db.models import Q, QuerySet

from handrail.desk import models
from handrail.desk.likeness import folded_words

_LONGEST_WORD = 60
_MOST_WORDS = 8
_LAST = "\U0010ffff"


def words_of(*texts: str) -> tuple[str, ...]:
    """The words of the texts, folded, each once: `Électricité de Lyon-Sud` is electricite, de, lyon, sud."""
    return tuple(dict.fromkeys(word[:_LONGEST_WORD] for word in folded_words(" ".join(texts))))


def customers_named(text: str) -> QuerySet[models.Customer]:
    """The customers of whose words some begin with each word of the text; none where the text has no word."""
    words = words_of(text)[:_MOST_WORDS]
    found = models.Customer.objects.all() if words else models.Customer.objects.none()
    for word in words:
        found = found.filter(pk__in=models.CustomerWord.objects.filter(_begins_with(word)).values("customer"))
    return found


def _begins_with(word: str) -> Q:
    """In the form that each database answers from its index."""
    if connection.vendor == "sqlite":
        return Q(word__gte=word, word__lt=word + _LAST)
    return Q(word__startswith=word)
