"""What of a catalogue the runbook that validates orders does not know: an order for it could not be submitted.

One rule: these are warnings, since the runbook may be published after the catalogue.
"""

from collections.abc import Iterator

from handrail.order.catalogue import Catalogue
from handrail.order.product_checks import CatalogueProblem
from handrail.runbook.kinds import Choice
from handrail.runbook.model import Runbook
from handrail.runbook.words import listed

_TERRITORY = "territory"


def unknown_to(runbook: Runbook, catalogue: Catalogue) -> Iterator[CatalogueProblem]:
    """A runbook that takes the territory as free text knows them all."""
    fact = runbook.facts.get(_TERRITORY)
    if fact is None or not isinstance(fact.kind, Choice):
        return
    known = fact.kind.of
    strange = [one.name for one in catalogue.territories if one.name.strip() and one.name not in known]
    if not strange:
        return
    what, each, them = ("territories", "one of them", "them") if len(strange) > 1 else ("territory", "it", "it")
    names = listed([f"“{one}”" for one in strange])
    yield CatalogueProblem(
        severity="warning",
        code="territory-unknown-to-runbook",
        field="territories",
        says=(
            f"The runbook “{runbook.title}” {runbook.version} does not know the {what} {names}: an order for {each} "
            "could not be submitted."
        ),
        mend=f"Publish a version of it that has {them} under “{fact.title}”: it has {listed(list(known))}.",
    )
