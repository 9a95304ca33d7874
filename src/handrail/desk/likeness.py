"""How what is known of one customer is compared with what is known of another.

One rule: values are alike where their words are; a long value is known by its beginning and its digest, so that every
database can keep an index of them.
"""

import hashlib
import json

from handrail.runbook.kinds import Written

LONGEST_WORDS = 200
_BEGINNING = 120


def words(value: Written) -> str:
    """The value in at most `LONGEST_WORDS` characters."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(text) <= LONGEST_WORDS:
        return text
    return f"{text[:_BEGINNING]}…{hashlib.sha256(text.encode()).hexdigest()}"
