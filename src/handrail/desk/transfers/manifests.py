"""The manifest of a line as people read it: everything that hangs on the account, by sort, with what becomes of each
thing and why.

One rule: before the move it is worked out by the rules that the move goes by; afterwards it is what that wrote.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handrail.book.manifest import Fate, Hanging, Terms, fate_of
from handrail.desk import models
from handrail.desk.transfers.hanging import hanging_on

SHOWN = 100  # of one sort on a page

# Each sort with what one of it is called, and several, in the order in which they are told.
SORTS: Mapping[str, tuple[str, str]] = {
    "account": ("account", "account"),
    "opportunity": ("opportunity", "opportunities"),
    "credit": ("sales credit", "sales credits"),
    "case": ("case", "cases"),
    "task": ("task", "tasks"),
    "pending": ("pending item", "pending items"),
    "meeting": ("meeting", "meetings"),
    "sequence": ("sequence", "sequences"),
    "role": ("role", "roles"),
    "work": ("piece of work", "pieces of work"),
    "approval": ("approval", "approvals"),
    "promise": ("promise", "promises"),
    "message": ("message", "messages"),
    "watch": ("watch", "watches"),
}
# What is said of a thing: how it is coloured, and its word.
_WORDS: Mapping[str, tuple[str, str]] = {
    "moves": ("open", "Moves"),
    "goes with its role": ("open", "Goes with its role"),
    "stays": ("waiting", "Stays"),
    "is kept as history": ("not needed", "Kept as history"),
    "moved": ("done", "Moved"),
}


@dataclass(frozen=True, kw_only=True)
class Thing:
    """`tone` and `word` say what becomes of it; `undone` what did when the line was taken back."""

    title: str
    holder: str
    tone: str
    word: str
    why: str
    place: str = ""
    stage: str = ""
    amount: int | None = None
    over_on: date | None = None
    to: str = ""
    undone: str = ""

    @property
    def money(self) -> str:
        return "" if self.amount is None else f"{self.amount / 100:,.2f}"


@dataclass(frozen=True, kw_only=True)
class Group:
    """`things` are the first of them, `rest` how many more there are."""

    sort: str
    title: str
    count: int
    words: str
    things: tuple[Thing, ...]
    rest: int
    amount: int | None
    has_amounts: bool = False

    @property
    def money(self) -> str:
        return "" if self.amount is None else f"{self.amount / 100:,.2f}"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    groups: tuple[Group, ...]
    has_moved: bool
    moves: int = 0
    stays: int = 0
    history: int = 0

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What hangs on one account in short: of which sort how many move, and how many things do not."""

    moving: tuple[tuple[str, int], ...] = ()
    others: int = 0
    amount: int = 0

    @property
    def words(self) -> str:
        """`2 opportunities, 1 case`"""
        told = [f"{count:,} {SORTS[sort][count != 1]}" for sort, count in self.moving if sort != "account"]
        return ", ".join(told)


def terms_of(line: models.TransferLine) -> Terms:
    transfer = line.transfer
    return Terms(giver=line.giver_id, effective=transfer.effective_date, recent_days=transfer.recently_closed_days)


def counts_of(lines: Sequence[models.TransferLine], now: datetime) -> dict[int, Counts]:
    """By the line's id."""
    terms = {line.pk: terms_of(line) for line in lines}
    return {line_id: _counts(things, terms[line_id]) for line_id, things in hanging_on(lines, now=now).items()}


def _counts(things: Iterable[Hanging], terms: Terms) -> Counts:
    moving: Counter[str] = Counter()
    others = amount = 0
    for thing in things:
        if fate_of(thing, terms).happens not in {"moves", "goes with its role"}:
            others += 1
            continue
        moving[thing.sort] += 1
        if thing.sort == "opportunity" and not thing.is_over:
            amount += thing.amount or 0
    in_order = tuple((sort, moving[sort]) for sort in SORTS if moving[sort])
    return Counts(moving=in_order, others=others, amount=amount)


def manifest_of(line: models.TransferLine, now: datetime) -> Manifest:
    """Of a line that has moved what was written down; it stays when the line is taken back."""
    if line.moved_at is not None:
        return _written_down(line)
    things, terms = hanging_on([line], now=now).get(line.pk, ()), terms_of(line)
    names = _names({thing.holder for thing in things})
    fates = [(thing, fate_of(thing, terms)) for thing in things]
    told = Counter(fate.happens for _, fate in fates)
    return Manifest(
        groups=tuple(_grouped((one.sort, _thing(one, fate, names)) for one, fate in fates)),
        has_moved=False,
        moves=told["moves"] + told["goes with its role"],
        stays=told["stays"],
        history=told["is kept as history"],
    )


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    return dict(models.Person.objects.filter(pk__in=[one for one in ids if one]).values_list("pk", "name"))


def _thing(thing: Hanging, fate: Fate, names: Mapping[int, str]) -> Thing:
    tone, word = _WORDS[fate.happens]
    return Thing(
        title=thing.title,
        holder=names.get(thing.holder, "") if thing.holder else "",
        tone=tone,
        word=word,
        why=fate.why,
        place=thing.place,
        stage=thing.stage,
        amount=thing.amount,
        over_on=thing.over_on,
    )


def _grouped(things: Iterable[tuple[str, Thing]]) -> Iterator[Group]:
    """In the order of `SORTS`; a sort that is not among them comes last."""
    found: dict[str, list[Thing]] = {sort: [] for sort in SORTS}
    for sort, thing in things:
        found.setdefault(sort, []).append(thing)
    return (_group(sort, some) for sort, some in found.items() if some)


_FIRST = {"open": 0, "done": 0, "waiting": 1, "not needed": 2}


def _group(name: str, some: Iterable[Thing]) -> Group:
    """What moves comes before what does not."""
    things = sorted(some, key=lambda one: _FIRST.get(one.tone, 3))
    amounts = [thing.amount for thing in things if thing.amount is not None and thing.tone in {"open", "done"}]
    words = Counter(thing.word for thing in things)
    one, several = SORTS.get(name, (name, name))
    return Group(
        sort=name,
        title=several.capitalize() if len(things) != 1 else one.capitalize(),
        count=len(things),
        words=", ".join(f"{count:,} {word.lower()}" for word, count in words.items()),
        things=tuple(things[:SHOWN]),
        rest=max(0, len(things) - SHOWN),
        amount=sum(amounts) if amounts else None,
        has_amounts=any(thing.amount is not None for thing in things),
    )


def _written_down(line: models.TransferLine) -> Manifest:
    rows = models.MovedItem.objects.filter(line=line).select_related("was", "now").order_by("sort", "ref")
    things = [(item.sort, _moved(item)) for item in rows]
    tones = Counter(thing.tone for _, thing in things)
    return Manifest(
        groups=tuple(_grouped(things)),
        has_moved=True,
        moves=tones["done"],
        stays=tones["waiting"],
        history=tones["not needed"],
    )


def _moved(item: models.MovedItem) -> Thing:
    tone, word = _WORDS.get(item.happened, ("done", item.happened.capitalize()))
    if tone == "open":
        tone, word = "done", word.replace("Moves", "Moved").replace("Goes", "Went")
    amount = item.data.get("amount")
    return Thing(
        title=item.title or item.ref,
        holder=item.was.name if item.was else "",
        to=item.now.name if item.now and item.now_id != item.was_id else "",
        tone=tone,
        word=word,
        why=str(item.data.get("why", "")),
        place=str(item.data.get("place", "")),
        stage=str(item.data.get("stage", "")),
        amount=int(amount) if amount not in {None, ""} else None,
        undone=item.undone,
    )
