"""The forms of a runbook: sections of fields, each answered with given, does not apply, or missing.

One rule: what a section says about its fields, each field may say otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handrail.runbook.kinds import Kind, Text
from handrail.runbook.model import Field, Form, Section
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.facts import FactSoFar
from handrail.runbook.reading.keys import SAYS, TITLE, YES_NO, Inner, Key, Keys, ListOf, Named, OneOf
from handrail.runbook.reading.kind_words import ALL_WORDS, KIND_KEYS, kind_in
from handrail.runbook.reading.margin import Margin, quoted, sentence
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.tree import Leaf

# What a section can set for all of its fields is a word alone: a kind that needs no more than its name.
_SECTION_KINDS = ("text", "number", "date", "instant", "yes/no", "link", "person")
_DEFAULTS: Keys = {
    "required": Key(
        says="Whether it must be given before the form is signed; yes, where nothing is said.", shape=YES_NO
    ),
    "may_not_apply": Key(says="Whether it can be marked as not applying, with a reason.", shape=YES_NO),
    "owed_by": Key(says="The role that must find it out."),
}
_FIELD_KEYS: Keys = {
    "title": TITLE,
    **KIND_KEYS,
    **_DEFAULTS,
    "says": SAYS,
    "shows": Key(says="The fact that is asked and answered here; it has its own kind."),
}
_SECTION_KEYS: Keys = {
    "title": Key(says="What people read above its fields.", needed=True),
    "says": SAYS,
    "kind": Key(says="The kind of its fields, where they do not say.", shape=OneOf(words=_SECTION_KINDS)),
    **_DEFAULTS,
    "fields": Key(says="What is asked.", shape=Named(of=Inner(keys=_FIELD_KEYS), or_listed=True), needed=True),
}
KEYS: Keys = {
    "title": TITLE,
    "says": SAYS,
    "sections": Key(says="Its parts, in order.", shape=ListOf(of=Inner(keys=_SECTION_KEYS)), needed=True),
}


@dataclass(frozen=True, kw_only=True)
class FormRead:
    """`kinds` by field; None where the field is faulty. `is_whole` is False where a part could not be read at all."""

    form: Form
    kinds: Mapping[str, Kind | None]
    titles: Mapping[str, str]
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What a field is read in: the facts it may show, the roles that may owe it, and its section's defaults."""

    facts: Mapping[str, FactSoFar]
    roles: Mapping[str, Block]
    knows_facts: bool
    knows_roles: bool
    kind: str = "text"
    required: bool = True
    may_not_apply: bool = False
    owed_by: str | None = None


def forms_of(top: Block, facts: Mapping[str, FactSoFar], roles: Mapping[str, Block]) -> dict[str, FormRead]:
    around = _Around(
        facts=facts,
        roles=roles,
        knows_facts="facts" not in top or top.is_mapping("facts"),
        knows_roles=top.is_mapping("roles"),
    )
    return {name: _form(name, block, around) for name, block in top.declared("forms", "form", KEYS)}


def _form(name: str, block: Block, around: _Around) -> FormRead:
    fields: dict[str, Field] = {}
    kinds: dict[str, Kind | None] = {}
    sections = []
    blocks = [
        Block(node, f"a section of {block.what}", _SECTION_KEYS, block.margin) for node in block.items("sections")
    ]
    for section in blocks:
        found = tuple(_fields(section, around, fields, kinds))
        title = section.title("title", "")
        sections.append(Section(title=title, says=section.text("says"), fields=found))
    form = Form(
        name=name,
        title=block.title("title", title_of(name)),
        says=block.text("says"),
        sections=tuple(sections),
        place=block.place,
    )
    whole = bool(blocks) and all(section.is_sound for section in blocks)
    return FormRead(form=form, kinds=kinds, titles={one: field.title for one, field in fields.items()}, is_whole=whole)


def _fields(section: Block, around: _Around, fields: dict[str, Field], kinds: dict[str, Kind | None]) -> list[Field]:
    """The fields of one section, entered into those of the whole form."""
    here = _defaults(section, around)
    found = []
    for name, block in section.declared_or_listed("fields", "field", _FIELD_KEYS):
        if name in fields:
            says = f"The form has a field {quoted(name)} already, on line {fields[name].place.line}."
            section.margin.error(block.place, "name-taken", says, "Give one of the two another name.")
            continue
        kinds[name] = _kind(block, here)
        fields[name] = _field(name, block, kinds[name], here)
        found.append(fields[name])
    return found


def _defaults(section: Block, around: _Around) -> _Around:
    return replace(
        around,
        kind=section.one_of("kind", _SECTION_KINDS, "text"),
        required=section.yes_no("required", default=True),
        may_not_apply=section.yes_no("may_not_apply", default=False),
        owed_by=_role(section, around),
    )


def _kind(block: Block, around: _Around) -> Kind | None:
    leaf = block.leaf("shows")
    if leaf is None:
        return None if "shows" in block else kind_in(block, ALL_WORDS, default=around.kind)
    for key in KIND_KEYS:
        if key in block:
            says = f"{sentence(block.what)} shows a fact, which has its own kind."
            block.margin.error(block.key_place(key), "kind-of-shown", says, f"Take “{key}” out here.")
    shown = around.facts.get(leaf.text.strip())
    if shown is None and around.knows_facts:
        says = f"No fact is called {quoted(leaf.text)}."
        block.margin.unknown(leaf.place, "unknown-name", says, leaf.text.strip(), around.facts)
    return shown.kind if shown else None


def _field(name: str, block: Block, kind: Kind | None, around: _Around) -> Field:
    shows = block.leaf("shows")
    shown = around.facts.get(shows.text.strip()) if shows else None
    return Field(
        name=name,
        title=block.title("title", shown.title if shown else title_of(name)),
        kind=kind or Text(),
        shows=shows.text.strip() if shows else None,
        required=block.yes_no("required", default=around.required),
        may_not_apply=block.yes_no("may_not_apply", default=around.may_not_apply),
        owed_by=_role(block, around) or around.owed_by,
        says=block.text("says"),
        place=block.place,
    )


def _role(block: Block, around: _Around) -> str | None:
    leaf = block.leaf("owed_by")
    return None if leaf is None else _known_role(leaf, around, block.margin)


def _known_role(leaf: Leaf, around: _Around, margin: Margin) -> str:
    word = leaf.text.strip()
    if word not in around.roles and around.knows_roles:
        margin.unknown(leaf.place, "unknown-name", f"No role is called {quoted(word)}.", word, around.roles)
    return word
