"""Lists that people keep under a name: keeping, changing, sharing and deleting them.

One rule: what others see is told in the audit; what is one's own alone is one's own.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from handrail.desk import audit, models
from handrail.handoff.refusal import Mistake, Refused

LONGEST_NAME = 80
MOST_VIEWS = 50
PAGE = "handoffs"

Outcome = models.SavedView | Refused


def keep(owner: models.Person, name: str, query: str, *, is_shared: bool, now: datetime) -> Outcome:
    if models.SavedView.objects.filter(owner=owner, page=PAGE).count() >= MOST_VIEWS:
        return _refused("too-many", f"You have {MOST_VIEWS} views already. Delete one first.")
    view = models.SavedView(owner=owner, page=PAGE, name=name, query=query, is_shared=is_shared, at=now)
    return _saved(view, "made", {})


def change(view: models.SavedView, name: str, *, is_shared: bool) -> Outcome:
    before = _words(view) if view.is_shared else {}
    was_shared = view.is_shared
    view.name, view.is_shared = name, is_shared
    action = {(True, True): "changed", (False, True): "shared", (True, False): "unshared"}.get(
        (was_shared, is_shared), ""
    )
    return _saved(view, action, before)


def overwrite(view: models.SavedView, query: str) -> None:
    """With other filters."""
    before = _words(view)
    view.query = query
    with transaction.atomic():
        view.save(update_fields=["query"])
        _tell(view, "changed", before)


def delete(view: models.SavedView) -> None:
    before = _words(view)
    with transaction.atomic():
        _tell(view, "deleted", before)
        view.delete()


def _saved(view: models.SavedView, action: str, before: dict[str, str]) -> Outcome:
    try:
        with transaction.atomic():
            view.save()
            if view.is_shared or before:
                _write(view, action, before, _words(view) if view.is_shared else {})
    except IntegrityError:
        return _refused("taken", f"There is a view “{view.name}” already. Give this one another name.")
    return view


def _refused(code: str, says: str) -> Refused:
    return Refused(code=code, says=says, mistakes=(Mistake(field="name", says=says),))


def _tell(view: models.SavedView, action: str, before: dict[str, str]) -> None:
    if view.is_shared:
        _write(view, action, before, {} if action == "deleted" else _words(view))


def _write(view: models.SavedView, action: str, before: dict[str, str], after: dict[str, str]) -> None:
    audit.write(action=action, about="view", key=view.pk, name=view.name, changes=audit.changes(before, after))


def _words(view: models.SavedView) -> dict[str, str]:
    return {"Name": view.name, "Filters": view.query}
