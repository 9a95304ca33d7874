"""What a run found: printed as tables for people, and kept as raw figures in one JSON file for everything else."""

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis import Proof
from replay import Replayed
from rounds import Laps, Ratio

_PEERS = (
    "handrail",
    "Django",
    "msgspec",
    "SpiffWorkflow",
    "businesstimedelta",
    "zen-engine",
    "numpy",
    "ortools",
    "scipy",
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """`aim` is how many times faster than the peer this contestant is meant to be."""

    name: str
    laps: Laps
    aim: float | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Contestants that were measured side by side; `against` names the peer that the ratios are taken against."""

    name: str
    unit: str
    says: str
    against: str
    lines: tuple[Line, ...]

    def ratio_of(self, line: Line) -> Ratio:
        peer = next(one for one in self.lines if one.name == self.against)
        return line.laps.times_faster_than(peer.laps)


@dataclass(frozen=True, kw_only=True)
class Size:
    """Bytes of what is stored when a process has begun, is halfway and has ended.

    `aim` is how many times smaller than the peer's it is meant to be, at each of the three.
    """

    name: str
    begun: int
    halfway: int
    ended: int
    aim: float | None = None

    def times_smaller_than(self, other: "Size") -> float:
        """Where it is least so."""
        return min(other.begun / self.begun, other.halfway / self.halfway, other.ended / self.ended)


def machine() -> dict[str, str]:
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in _PEERS},
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


def machine_lines(stated: dict[str, str]) -> Iterator[str]:
    yield ", ".join(f"{name} {value}" for name, value in stated.items())


def subject_lines(subject: Subject) -> Iterator[str]:
    yield f"{subject.name}"
    yield f"  {subject.says}"
    yield f"  {'':34}{'µs a ' + subject.unit:>16}{'a second':>14}{'spread':>8}   faster than {subject.against}"
    for line in subject.lines:
        yield _measured(subject, line)


def _measured(subject: Subject, line: Line) -> str:
    laps, ratio = line.laps, subject.ratio_of(line)
    figures = f"{laps.median * 1e6:>16,.3f}{1 / laps.median:>14,.0f}{laps.spread:>8.0%}"
    if line.name == subject.against:
        return f"  {line.name:34}{figures}"
    reached = "" if line.aim is None else f"  aim {line.aim:g}×: {'reached' if ratio.median >= line.aim else 'MISSED'}"
    quartiles = f"({_times(ratio.low)}–{_times(ratio.high)})"
    return f"  {line.name:34}{figures}   {_times(ratio.median):>6}×  {quartiles}{reached}"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2f}"


def size_lines(sizes: Sequence[Size], against: str = "SpiffWorkflow") -> Iterator[str]:
    yield "What is stored for twenty tasks in a row, in bytes"
    yield f"  {'':44}{'begun':>10}{'halfway':>10}{'ended':>10}   smaller than {against}, at the least"
    peer = next(one for one in sizes if one.name == against)
    for one in sizes:
        share = "" if one is peer else f"   {one.times_smaller_than(peer):>6.1f}×{_smallness(one, peer)}"
        yield f"  {one.name:44}{one.begun:>10,}{one.halfway:>10,}{one.ended:>10,}{share}"


def _smallness(one: Size, peer: Size) -> str:
    if one.aim is None:
        return ""
    return f"  aim {one.aim:g}×: {'reached' if one.times_smaller_than(peer) >= one.aim else 'MISSED'}"


def keep(
    path: Path,
    stated: dict[str, str],
    subjects: Iterable[Subject],
    sizes: Iterable[Size],
    proved: Iterable[Proof],
    anew: Replayed,
) -> None:
    found = {
        "machine": stated,
        "subjects": [_kept(subject) for subject in subjects],
        "sizes in bytes": {one.name: [one.begun, one.halfway, one.ended] for one in sizes},
        "proofs in seconds": [
            {
                "table": one.name,
                "overlaps": one.overlaps,
                "gaps": one.gaps,
                "exact": one.exact,
                "laps": one.laps.seconds,
            }
            for one in proved
        ],
        "replay in seconds": {"name": anew.name, "events": anew.events, "aim": anew.aim, "laps": anew.laps.seconds},
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _kept(subject: Subject) -> dict[str, Any]:
    return {
        "name": subject.name,
        "seconds per": subject.unit,
        "ratios against": subject.against,
        "contestants": {
            line.name: {
                "median": line.laps.median,
                "ratio": subject.ratio_of(line).median,
                "aim": line.aim,
                "laps": line.laps.seconds,
            }
            for line in subject.lines
        },
    }
