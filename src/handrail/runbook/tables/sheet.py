"""A decision table laid out for proving: every column in bands, runs of pieces that all rules treat alike.

One rule: only what some value can be is laid out, so that whatever is found on a sheet can happen.

A set of rules is an integer with a bit for each rule (rule 1 is bit 0), a set of bands one with a bit for each band. A
region of the table, a box, is a set of bands for each column.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby

from handrail.runbook.model import Decision
from handrail.runbook.tables.columns import Column, columns_of

Box = tuple[int, ...]

_BLOCK = 32


class Bands:
    """The bands of one column. `masks[band]` are the rules that hold in it; `spans[rule]` are the bands where a rule
    holds, `widths[rule]` is how many; `wide` are the rules that hold in all."""

    def __init__(self, column: Column, rules: int) -> None:
        runs = [tuple(run) for _, run in groupby(column.possible, key=column.masks.__getitem__)]
        self.column = column
        self.pieces = tuple(runs)
        self.masks = tuple(column.masks[run[0]] for run in runs)
        self.every = (1 << len(runs)) - 1
        self.edges = self._edges(rules)
        self.spans = tuple(
            sum((1 << end) - (1 << begin) for begin, end in zip(edges[::2], edges[1::2], strict=True))
            for edges in self.edges
        )
        self.widths = tuple(map(int.bit_count, self.spans))
        self.wide = sum(1 << rule for rule, width in enumerate(self.widths) if width == len(runs))
        self._met: dict[tuple[int, ...], int] = {}

    def __len__(self) -> int:
        return len(self.masks)

    def _edges(self, rules: int) -> tuple[tuple[int, ...], ...]:
        """For each rule the bands at which it begins or ceases to hold, by turns."""
        found: list[list[int]] = [[] for _ in range(rules)]
        before = 0
        for band, mask in enumerate((*self.masks, 0)):
            for rule in bits(mask ^ before):
                found[rule].append(band)
            before = mask
        return tuple(tuple(edges) for edges in found)

    @property
    def missing(self) -> int:
        """The band of the missing value, as a set; empty where the table does not ask for it."""
        return 1 << len(self) - 1 if self.column.asks_presence and self.masks else 0

    def pieces_in(self, bands: int) -> list[int]:
        return [piece for band in bits(bands) for piece in self.pieces[band]]

    def meeting(self, rule: int) -> int:
        """The rules that share a band with this one."""
        edges = self.edges[rule]
        if edges not in self._met:
            self._met[edges] = self.any_of(edges)
        return self._met[edges]

    def any_of(self, edges: tuple[int, ...]) -> int:
        """The rules that hold somewhere between each edge and the next but one."""
        found = 0
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            for masks, part in _in_blocks(begin, end):
                for mask in (self._any_of_block if masks else self.masks)[part]:
                    found |= mask
        return found

    def throughout(self, rule: int) -> int:
        """The rules that hold in every band in which this one does."""
        found = -1
        edges = self.edges[rule]
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            for masks, part in _in_blocks(begin, end):
                for mask in (self._all_of_block if masks else self.masks)[part]:
                    found &= mask
        return found

    @cached_property
    def _any_of_block(self) -> tuple[int, ...]:
        blocks = []
        for begin in range(0, len(self), _BLOCK):
            found = 0
            for mask in self.masks[begin : begin + _BLOCK]:
                found |= mask
            blocks.append(found)
        return tuple(blocks)

    @cached_property
    def _all_of_block(self) -> tuple[int, ...]:
        blocks = []
        for begin in range(0, len(self), _BLOCK):
            found = -1
            for mask in self.masks[begin : begin + _BLOCK]:
                found &= mask
            blocks.append(found)
        return tuple(blocks)


class Sheet:
    """`every` are all rules, `living` those of them that some case reaches."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.rules = len(decision.rules)
        self.every = (1 << self.rules) - 1
        self.columns = tuple(Bands(column, self.rules) for column in columns_of(decision))

    @cached_property
    def living(self) -> int:
        living = self.every
        for bands in self.columns:
            living &= sum(1 << rule for rule, span in enumerate(bands.spans) if span)
        return living

    @property
    def whole(self) -> Box:
        return tuple(bands.every for bands in self.columns)

    @cached_property
    def meeting(self) -> tuple[int, ...]:
        """For each rule the others that apply to some case to which it applies."""
        return tuple(self._meeting(rule) for rule in range(self.rules))

    def _meeting(self, rule: int) -> int:
        found = self.living & ~(1 << rule)
        for bands in self.columns:
            found &= bands.meeting(rule)
        return found

    def spans(self, rule: int) -> Box:
        """Where the rule applies."""
        return tuple(bands.spans[rule] for bands in self.columns)

    def shared(self, one: int, other: int) -> Box:
        """Where both rules apply."""
        return tuple(bands.spans[one] & bands.spans[other] for bands in self.columns)


def bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _in_blocks(begin: int, end: int) -> Iterable[tuple[bool, slice]]:
    """The bands from `begin` to before `end`: single ones and, where they fill some, slices of blocks."""
    first, last = -(-begin // _BLOCK), end // _BLOCK
    if first >= last:
        return ((False, slice(begin, end)),)
    return (
        (False, slice(begin, first * _BLOCK)),
        (True, slice(first, last)),
        (False, slice(last * _BLOCK, end)),
    )
