"""What only Handrail knows of a table, in DMN's extension elements.

One rule: it is believed only where it does not gainsay what the file says in DMN's own words, which others may edit.
"""

from handrail.runbook.exchange.kind_text import kind_of
from handrail.runbook.exchange.names import OWN
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.xml_tree import Element
from handrail.runbook.kinds import Choice, Kind, Link, Money, Number, PersonName, Records, Text
from handrail.runbook.model import Override, Ref

_SOURCES = {"fact", "derived", "output", "answer"}


def own_element(element: Element, name: str) -> Element | None:
    extension = element.one("extensionElements")
    found = extension.children if extension else []
    return next((child for child in found if child.namespace == OWN and child.name == name), None)


def own_text(element: Element, name: str) -> str:
    found = own_element(element, name)
    return found.text.strip() if found else ""


def own_kind(element: Element, said: Kind | None) -> Kind | None:
    """The kind that is kept beside the type; None where there is none, or it is another than the type said."""
    text = own_text(element, "kind")
    found = kind_of(text, "the column", Notes("")) if text else None
    return found if found is not None and _refines(found, said) else None


def _refines(kind: Kind, said: Kind | None) -> bool:
    match kind:
        case Number() | Money():
            return isinstance(said, Number) and (said.at_least, said.at_most) == (kind.at_least, kind.at_most)
        case Link() | PersonName():
            return isinstance(said, Text)
        case Records():
            return said is None
        case Choice():
            return said == kind
        case _:
            return False


def own_ref(element: Element, path: str) -> tuple[str, Ref] | None:
    """The author's name of the input column that looks at `path`, and what it refers to."""
    found = own_element(element, "column")
    if found is None or not found.get("name") or found.get("source") not in _SOURCES or found.get("for") != path:
        return None
    ref = Ref(source=found.get("source"), name=found.get("of"), part=found.get("part"))  # type: ignore[arg-type]
    return found.get("name"), ref


def own_override(element: Element) -> Override | None:
    found = own_element(element, "override")
    if found is None:
        return None
    asked_by = tuple(child.text.strip() for child in found.children if child.name == "askedBy")
    return Override(asked_by=asked_by, approved_by=found.get("approvedBy"))
