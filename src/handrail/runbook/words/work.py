"""What is done in a step, in words: how many meetings, what is checked, what another system is told."""

from collections.abc import Mapping
from dataclasses import replace

from handrail.runbook.model import Quota, Ref, Runbook, Write
from handrail.runbook.words.conditions import condition_words, ref_title
from handrail.runbook.words.times import anchor_words

_CHECKS: Mapping[str, str] = {
    "document-complete": "whether the handover document is complete",
    "roles-filled": "whether every role is filled",
    "evidence-complete": "whether all evidence is there",
}


USUAL_MINUTES = 60


def minutes_words(minutes: int | None) -> str:
    """`15 minutes`, `1 hour`, `1 hour 30 minutes`; where nothing is said, of a usual meeting."""
    hours, rest = divmod(USUAL_MINUTES if minutes is None else minutes, 60)
    said = [(hours, "hour"), (rest, "minute")]
    return " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in said if number)


def quota_words(runbook: Runbook, quota: Quota | None) -> str:
    """`at least 4 meetings before Go-live`, `meetings until “Evaluate” is done`."""
    quota = quota or Quota()
    if quota.until is not None:
        until = condition_words(runbook, quota.until)
        counted = quota_words(runbook, replace(quota, until=None))
        return f"meetings until {until}" if quota.at_least == 0 else f"{counted}, and more until {until}"
    if isinstance(quota.at_least, Ref):
        said = f"as many meetings as “{ref_title(runbook, quota.at_least)}” says"
    else:
        said = "one meeting" if quota.at_least == 1 else f"at least {quota.at_least} meetings"
    return f"{said} before {anchor_words(runbook, quota.before)}" if quota.before else said


def checker_words(name: str | None) -> str:
    """`whether every role is filled`; "" for no checker."""
    return _CHECKS.get(name or "", name or "")


def write_words(runbook: Runbook, write: Write) -> str:
    """What is to stand in the field."""
    if write.ref is not None:
        return ref_title(runbook, write.ref)
    return f"“{write.text}”" if write.text else "an empty text"
