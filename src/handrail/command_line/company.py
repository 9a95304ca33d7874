"""`handrail publish` and `handrail add-person`: what a company needs before its first handoff.

One rule: a password is never an argument, where other users of the machine could read it.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from handrail.command_line.preparing import migrate, set_up_django


def publish(file: Path) -> int:
    """Make the file the current version of its runbook; 1 with every problem where it has any."""
    set_up_django()
    migrate()
    # Django must be set up before the desk's models can be imported.
    from handrail.desk import audit, models, runbooks
    from handrail.desk.lacking import lacking

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as mistake:
        print(f"handrail: {file} cannot be read: {mistake}", file=sys.stderr)
        return 1
    with audit.acting(lambda: audit.COMMAND_LINE):
        published = runbooks.publish(text, str(file))
    if not isinstance(published, models.RunbookVersion):
        for problem in published:
            print(problem, file=sys.stderr)
        return 1
    print(f"{published.title} {published.version} is the current version. Running handoffs stay on theirs.")
    for lack in lacking(published):
        print(f"warning: {lack.says} {lack.mend}", file=sys.stderr)
    return 0


def add_person(email: str, name: str, *, title: str, team: str, operations: bool, administrator: bool) -> int:
    """Make an account; the password is asked for, or read from standard input where that is not a terminal."""
    set_up_django()
    migrate()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction

    from handrail.desk import audit, models

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        validate_email(email)
        validate_password(password, models.Person(email=email, name=name))
    except ValidationError as mistake:
        print("\n".join(f"handrail: {says}" for says in mistake.messages), file=sys.stderr)
        return 1
    if models.Person.objects.filter(email=email.lower()).exists():
        print(f"handrail: {email} has an account already.", file=sys.stderr)
        return 1
    with audit.acting(lambda: audit.COMMAND_LINE), transaction.atomic():
        row = models.Team.objects.get_or_create(key=team, defaults={"name": team.replace("-", " ").capitalize()})[0]
        models.Person.objects.create_user(
            email, password, name=name, title=title, team=row, is_operations=operations, is_administrator=administrator
        )
    print(f"{name} can sign in as {email}.")
    return 0
