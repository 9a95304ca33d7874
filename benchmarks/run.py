"""Handrail beside its peers, in one run: `make bench`, or `.venv-bench/bin/python benchmarks/run.py --quick`.

One rule: it fails where an engine answers wrongly, and never because a machine is slow: the aims are only told.
"""

import argparse
import sys
from itertools import chain
from pathlib import Path

from analysis import WrongProof, proof_lines, proofs
from balancing import WrongBooks, large_lines, unit_subject, weighted, weighted_lines
from decision import Mismatch, decision_subjects
from million import million_subjects
from replay import replay_lines, replayed
from report import keep, machine, machine_lines, size_lines, subject_lines
from step import steps
from working_time import difference_lines, working_time_subjects

_FIGURES = Path(__file__).with_name("figures.json")


def main() -> int:
    told = _arguments()
    stated = machine()
    _say(*machine_lines(stated))
    subjects = []
    try:
        rounds = 5 if told.quick else 21
        for subject in chain(decision_subjects(rounds), million_subjects(rounds)):
            subjects.append(subject)
            _say("", *subject_lines(subject))
        for subject in working_time_subjects(rounds=3 if told.quick else 11):
            subjects.append(subject)
            _say("", *subject_lines(subject))
        _say("", *difference_lines())
        proved = list(proofs(rounds=2 if told.quick else 5, tables=1 if told.quick else 5))
        _say("", *proof_lines(proved))
        subject = unit_subject(rounds=3 if told.quick else 11)
        subjects.append(subject)
        _say("", *subject_lines(subject))
        if not told.quick:
            _say("", *weighted_lines(list(weighted())), *large_lines())
    except (Mismatch, WrongBooks, WrongProof) as wrong:
        _say(f"WRONG: {wrong}")
        return 1
    with steps() as lived:
        subject = lived.subject(rounds=10 if told.quick else 60)
        subjects.append(subject)
        _say("", *subject_lines(subject))
        sizes = list(lived.sizes())
    _say("", *size_lines(sizes))
    anew = replayed(rounds=10 if told.quick else 60)
    _say("", *replay_lines(anew))
    keep(told.figures, stated, subjects, sizes, proved, anew)
    _say("", f"The raw figures are in {told.figures}.")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Handrail beside its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a look, not a measurement")
    parser.add_argument(
        "--figures", type=Path, default=_FIGURES, metavar="FILE", help="where the raw figures go (JSON)"
    )
    return parser.parse_args()


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
