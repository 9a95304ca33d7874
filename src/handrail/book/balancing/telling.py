"""Why this person for this account, who was next, and why nobody could have it: in words that a team lead understands.

One rule: what is said are the very terms that were counted, each with its points, and what rules kept somebody out.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from handrail.book.account import Account, Member
from handrail.book.balancing.arcs import KNOWN_WELL, STAYS, Laid, books_of
from handrail.book.balancing.fitting import Flags, Numbers, lacks_trait, profile_of_account
from handrail.book.balancing.proposal import Next, Placed, Term, Unplaced
from handrail.book.balancing.shares import POINT, Scale
from handrail.book.balancing.words import RULES, amount, day, has, joined, lacks
from handrail.book.policy import MEASURES, TRAITS, Trait

_CHUNK = 100_000
_NO_ROOM = 2**60


class Telling:
    """`owners` has the place of a member by that of each account, -1 for nobody."""

    def __init__(self, laid: Laid, owners: Numbers) -> None:
        self.laid, self.owners = laid, owners
        self.accounts, self.members = laid.problem.accounts, laid.problem.members
        self.policy = laid.problem.policy
        self.books = books_of(laid, owners)

    # ------------------------------------------------------------------------------------------------- who gets it

    def placed(self) -> Iterator[Placed]:
        for number in np.flatnonzero(self.owners >= 0).tolist():
            account, member = self.accounts[number], self.members[self.owners[number]]
            if self.laid.fixed[number] >= 0:
                terms = tuple(self._fixed(account, member))
                yield Placed(account=account.id, member=member.id, terms=terms, is_fixed=True)
            else:
                yield self._placed(number, account, member)

    def _placed(self, number: int, account: Account, member: Member) -> Placed:
        follows = int(self._next[number])
        return Placed(
            account=account.id,
            member=member.id,
            terms=tuple(self._terms(account, member, self._book(number, int(self.owners[number])))),
            next=self._follows(number, account, member, follows) if follows >= 0 else None,
            alone="" if follows >= 0 else self._alone(number, account),
        )

    def _fixed(self, account: Account, member: Member) -> Iterator[Term]:
        if account.pinned_to is None:
            assert account.changed_on is not None, "It rests because it changed hands."
            yield Term(says=f"stays, since it changed hands on {day(account.changed_on)}")
            return
        yield Term(says="chosen by hand")
        for trait in TRAITS:
            if trait in self.policy.must and self._lacks(trait, account, member):
                yield Term(says=f"although this person {lacks(trait, account, member)}")
        full = [one for one in MEASURES if self._is_over(one, member)]
        if full:
            yield Term(says=f"although their limit of {joined([RULES[one] for one in full])} is passed")

    def _is_over(self, measure: str, member: Member) -> bool:
        limit = member.limit.get(measure)
        book = self.books[self._place[member.id]]
        return limit is not None and int(getattr(book, measure)) > limit

    @cached_property
    def _place(self) -> dict[int, int]:
        return {one.id: number for number, one in enumerate(self.members)}

    def _terms(self, account: Account, member: Member, book: Term) -> Iterator[Term]:
        """What speaks for them first, then what they lack, then their book."""
        yield from self._known(account, member)
        traits = [one for one in TRAITS if has(one, account) and self._counts(one)]
        yield from (Term(says=has(one, account)) for one in traits if not self._lacks(one, account, member))
        yield from (self._lacking(one, account, member) for one in traits if self._lacks(one, account, member))
        before = self.laid.problem.proposed.get(account.id)
        if before is not None and before != member.id:
            yield Term(says="was not proposed before", points=STAYS)
        yield book

    def _counts(self, trait: Trait) -> bool:
        return trait in self.policy.must or self.policy.wishes.get(trait, 0) > 0

    def _lacking(self, trait: Trait, account: Account, member: Member) -> Term:
        return Term(says=lacks(trait, account, member), points=self.policy.wishes.get(trait, 0))

    def _known(self, account: Account, member: Member) -> Iterator[Term]:
        weight = self.policy.continuity
        if account.owner == member.id:
            yield Term(says="has the account now")
            return
        how = account.known_to.get(member.id, 0)
        points = weight - weight * min(how, KNOWN_WELL) // KNOWN_WELL
        if how:
            yield Term(says=f"knows the customer ({how} of handoffs and years together)", points=points)
        elif weight and (account.known_to or account.owner):
            yield Term(says="does not know the customer", points=points)

    def _lacks(self, trait: Trait, account: Account, member: Member) -> bool:
        return lacks_trait(trait, profile_of_account(account), member, self.laid.problem.today)

    def _book(self, number: int, member: int) -> Term:
        """Of the measure in which it is fullest."""
        points = int(self._marginal(np.array([number]), np.array([member]))[0]) / POINT
        fullest = max(self.laid.scales, key=lambda one: self._fullness(one, number, member), default=None)
        if fullest is None:
            return Term(says="", points=0)
        measure = fullest.measure
        holds = int(getattr(self.books[member], measure))
        holds += 0 if self.owners[number] == member else int(self.laid.loads[measure][number])
        share = amount(measure, float(fullest.rungs[member][_EVEN]) * fullest.mean / 100)
        return Term(says=f"would have {amount(measure, holds)}, an even share being {share}", points=points)

    def _fullness(self, scale: Scale, number: int, member: int) -> float:
        holds = int(getattr(self.books[member], scale.measure))
        holds += 0 if self.owners[number] == member else int(self.laid.loads[scale.measure][number])
        return holds / max(float(scale.rungs[member][_EVEN]) * scale.mean / 100, 1)

    # ----------------------------------------------------------------------------------------------- who would be next

    @cached_property
    def _loads(self) -> list[Numbers]:
        """Of each scale what each member holds in the answer."""
        given = np.where(self.laid.free, self.owners, -1)
        some = given >= 0
        count = len(self.members)
        return [
            one.begins + np.bincount(given[some], weights=one.weighs[some], minlength=count).astype(np.int64)
            for one in self.laid.scales
        ]

    @cached_property
    def _left(self) -> list[Numbers]:
        given = np.where(self.laid.free, self.owners, -1)
        some = given >= 0
        count = len(self.members)
        return [
            one.left - np.bincount(given[some], weights=one.weighs[some], minlength=count).astype(np.int64)
            for one in self.laid.rooms
        ]

    def _marginal(self, accounts: Numbers, members: Numbers) -> Numbers:
        """How much dearer the member's book is with the account than without, in parts of a point."""
        total = np.zeros(len(accounts), np.int64)
        for loads, scale in zip(self._loads, self.laid.scales, strict=True):
            weighs = scale.weighs[accounts]
            without = loads[members] - np.where(self.owners[accounts] == members, weighs, 0)
            total += scale.cost(members, without + weighs) - scale.cost(members, without)
        return total

    @cached_property
    def _whole(self) -> Numbers:
        """What each pair costs, the books as they are; what has no room costs too much."""
        arcs = self.laid.arcs
        costs = arcs.cost.copy()
        for start in range(0, len(arcs), _CHUNK):
            part = slice(start, start + _CHUNK)
            account, member = arcs.account[part], arcs.member[part]
            costs[part] += self._marginal(account, member)
            costs[part][~self._has_room(account, member)] = _NO_ROOM
        return costs

    def _has_room(self, account: Numbers, member: Numbers) -> Flags:
        fits = self.owners[account] == member
        others = np.ones(len(account), bool)
        for left, room in zip(self._left, self.laid.rooms, strict=True):
            others &= (left[member] >= room.weighs[account]) | (room.weighs[account] == 0)
        return np.asarray(fits | others, bool)

    @cached_property
    def _next(self) -> Numbers:
        """By account the arc of whoever is cheapest beside its owner, -1 where there is nobody."""
        arcs = self.laid.arcs
        costs = np.where(self.owners[arcs.account] == arcs.member, _NO_ROOM, self._whole)
        found = np.full(len(self.accounts), -1, np.int64)
        order = np.lexsort((arcs.member, costs, arcs.account))
        firsts = order[np.unique(arcs.account[order], return_index=True)[1]]
        there = costs[firsts] < _NO_ROOM
        found[arcs.account[firsts[there]]] = firsts[there]
        return found

    def _follows(self, number: int, account: Account, member: Member, arc: int) -> Next:
        other = int(self.laid.arcs.member[arc])
        own = self._arc_of(number)
        points = (int(self._whole[arc]) - int(self._whole[own])) / POINT
        mine = {one.says: one.points for one in self._terms(account, member, Term(says="", points=0))}
        theirs = [
            one
            for one in self._terms(account, self.members[other], self._book(number, other))
            if one.points > 0 and one.says not in mine
        ]
        return Next(member=self.members[other].id, points=max(points, 0.0), terms=tuple(theirs))

    def _arc_of(self, number: int) -> int:
        first, end = self.laid.arcs.first[number : number + 2].tolist()
        return int(first + np.flatnonzero(self.laid.arcs.member[first:end] == self.owners[number])[0])

    def _alone(self, number: int, account: Account) -> str:
        first, end = self.laid.arcs.first[number : number + 2].tolist()
        if end - first > 1:
            return f"The {end - first - 1} others who could have it have no room left."
        return f"Nobody else {self._blocked(account, number)}."

    # --------------------------------------------------------------------------------------------------- who gets none

    def unplaced(self) -> Iterator[Unplaced]:
        for number in np.flatnonzero(self.owners < 0).tolist():
            why, mend = self._why_nobody(number, self.accounts[number])
            yield Unplaced(account=self.accounts[number].id, why=why, mend=mend)

    def _why_nobody(self, number: int, account: Account) -> tuple[str, str]:
        if account.pinned_to is not None:
            chosen = self._place.get(account.pinned_to)
            if chosen is None:
                return "Whoever was chosen by hand is not among those who can get accounts.", "Choose somebody else."
            name, cannot = self.members[chosen].name, self.members[chosen].cannot
            return f"It was chosen by hand for {name}, who can get nothing: {cannot}.", "Choose somebody else."
        if not any(not one.cannot for one in self.members):
            return "There is nobody who can get accounts.", "Choose more teams or people in the policy."
        first, end = self.laid.arcs.first[number : number + 2].tolist()
        if first == end:
            return f"Nobody who can get accounts {self._blocked(account, number)}.", _MEND_RULE
        return self._no_room(number, self.laid.arcs.member[first:end])

    def _blocked(self, account: Account, number: int) -> str:
        """Which rule is kept by nobody; all of those that matter where each alone is kept by somebody."""
        profile = self.laid.fit.profile_of[number]
        able = np.array([not one.cannot for one in self.members], bool)
        able[self.owners[number]] &= self.owners[number] < 0
        refused = account.not_for & {one.id for one, can in zip(self.members, able, strict=True) if can}
        wanted = [one for one in TRAITS if one in self.policy.must and has(one, account)]
        by_nobody = [one for one in wanted if self.laid.fit.lacks[one][profile][able].all()]
        if refused and not by_nobody:
            return "both fits and has not refused it"
        return joined([has(one, account) for one in (by_nobody[:1] or wanted)]) or "can have it"

    def _no_room(self, number: int, members: Numbers) -> tuple[str, str]:
        full = [
            room
            for left, room in zip(self._left, self.laid.rooms, strict=True)
            if (left[members] < room.weighs[number]).any() and room.weighs[number] > 0
        ]
        grows = any(room.is_growth[members].any() for room in full)
        words = joined([RULES[room.measure] for room in full]) or "accounts"
        count = f"The {len(members)} people" if len(members) > 1 else "The one person"
        why = f"{count} who could have it {'have' if len(members) > 1 else 'has'} no room left: {words}."
        return why, _MEND_GROWTH if grows else _MEND_LIMIT


_EVEN = 4  # the rung at the even share
_MEND_RULE = "Add somebody who does, or make the rule a wish."
_MEND_GROWTH = "Let books grow further, or add people."
_MEND_LIMIT = "Let somebody hold more, or add people."
