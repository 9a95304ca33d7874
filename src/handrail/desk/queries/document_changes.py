"""What changed between two versions of a document, and since somebody last looked at it.

One rule: one of the two may be the document as it is now; a version that was never kept is read from the events.
"""

from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.ledger import event_of
from handrail.desk.queries.document import Version, tree_of, versions_of
from handrail.desk.queries.opened import Opened
from handrail.handoff.document import Document, document
from handrail.handoff.document_difference import LineChange, changes_between
from handrail.handoff.history import fold

NOW = "now"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`old` and `new` are numbers of kept versions, or `now`; `parts` are the changes by part, in their order."""

    name: str
    versions: tuple[Version, ...]
    old: str
    new: str
    changes: tuple[LineChange, ...]

    @property
    def parts(self) -> tuple[tuple[str, tuple[LineChange, ...]], ...]:
        titles = dict.fromkeys(one.part for one in self.changes)
        return tuple((title, tuple(one for one in self.changes if one.part == title)) for title in titles)


def comparison_of(opened: Opened, name: str, old: str, new: str) -> Comparison | None:
    """None where there is no such version. Without names, the last two: the last one kept, and the document as it is
    now."""
    versions = versions_of(opened, name)
    numbers = [str(one.number) for one in versions]
    old = old or (numbers[-1] if numbers else NOW)
    new = new or NOW
    if any(one != NOW and one not in numbers for one in (old, new)):
        return None
    before, after = (_tree(opened, name, one) for one in (old, new))
    return Comparison(name=name, versions=versions, old=old, new=new, changes=changes_between(before, after))


def _tree(opened: Opened, name: str, which: str) -> Document:
    if which == NOW:
        return document(opened.plan, opened.state, name)
    return tree_of(models.SignedDocument.objects.get(handoff=opened.row.pk, number=int(which)))


@dataclass(frozen=True, kw_only=True)
class SinceThen:
    """`changes` since the reader last looked; `moved` where it follows another version of its runbook since."""

    changes: tuple[LineChange, ...] = ()
    moved: bool = False


def since_looked(opened: Opened, name: str, person_id: int) -> SinceThen:
    """And remembers that they look now. Two queries where nothing happened since, and one row more where it did."""
    looked = models.DocumentLook.objects.filter(person=person_id, handoff=opened.row.pk).first()
    if looked is None:
        models.DocumentLook.objects.bulk_create(
            [models.DocumentLook(person_id=person_id, handoff_id=opened.row.pk, number=opened.state.number)],
            ignore_conflicts=True,
        )
        return SinceThen()
    if looked.number >= opened.state.number:
        return SinceThen()
    models.DocumentLook.objects.filter(pk=looked.pk).update(number=opened.state.number)
    rows = models.Event.objects.filter(handoff=opened.row.pk, number__lte=looked.number).order_by("number")
    then = fold(event_of(row) for row in rows)
    if then.digest != opened.state.digest:
        return SinceThen(moved=True)
    now = document(opened.plan, opened.state, name)
    return SinceThen(changes=changes_between(document(opened.plan, then, name), now))
