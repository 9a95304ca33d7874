"""`handrail rebuild`: make the lists anew from the events, and say what had differed."""

from __future__ import annotations

import sys

from handrail.command_line.preparing import migrate, set_up_django


def rebuild() -> int:
    """0 where every row now agrees with its events; 1 where a signed document does not verify any more."""
    set_up_django()
    migrate()
    # Django must be set up before the desk's models can be imported.
    from handrail.desk.rebuild import rebuild as rebuild_all

    report = rebuild_all()
    mended = len(report.mended)
    print(f"{report.handoffs} handoffs rebuilt from {report.events} events; {mended} had rows that differed.")
    for says in report.broken:
        print(says, file=sys.stderr)
    return 1 if report.broken else 0
