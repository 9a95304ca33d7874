"""The report of long work on handoffs: how many came out in which way, and for which reasons.

One rule: it is kept up bit by bit, so that nobody has to count what many rows say.
"""

from collections.abc import Iterable, Mapping

from handrail.desk.long_work.sort import Json

MOST_REASONS = 30


def counted(report: Json, states: Iterable[str], further: Mapping[str, int] | None = None) -> Json:
    counts = dict(counts_of(report))
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    for state, number in (further or {}).items():
        counts[state] = counts.get(state, 0) + number
    return {**report, "counts": counts}


def reasoned(report: Json, reason: str) -> Json:
    """With one more of the reason; beyond the first thirty, those that came late are counted together."""
    reasons = dict(report.get("reasons", {}))
    key = reason if reason in reasons or len(reasons) < MOST_REASONS else OTHERS
    reasons[key] = reasons.get(key, 0) + 1
    return {**report, "reasons": reasons}


OTHERS = "Other reasons, each told with its handoff."


def counts_of(report: Json) -> dict[str, int]:
    found: dict[str, int] = report.get("counts", {})
    return found


# What is told after how many were changed, in this order.
_ALSO = {"unchanged": "as they were", "refused": "refused", "failed": "failed"}


def told(report: Json, did: str) -> str:
    """`Put on hold: 38. Refused: 2.`"""
    counts = counts_of(report)
    parts = [f"{did}: {counts.get('changed', 0):,}."]
    parts += [f"{words.capitalize()}: {counts[state]:,}." for state, words in _ALSO.items() if counts.get(state)]
    return " ".join(parts)
