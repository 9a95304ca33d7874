"""The command `handrail`: what it understands, and which function does it.

Its one rule: nothing of Django is imported here. Each command imports what it needs when it is run, here and nowhere
else in the house, so that `check` and `decide`, which need no Django, start at once.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

DEFAULT_PORT = 8000

_Command = Callable[[argparse.Namespace], int]
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class CommandFailed(Exception):
    """The command cannot do its work; the message, which is all that the user sees, says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers with the exit code."""
    _never_fail_to_print()
    given = _parsed(arguments)
    command: _Command = given.command
    try:
        code = command(given)
        sys.stdout.flush()
        return code
    except CommandFailed as failed:
        print(f"handrail: {failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has gone (`… | head`); what is left is thrown away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _never_fail_to_print() -> None:
    """What the terminal's encoding cannot show is shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """argparse takes `decide FILE DECISION --json mrr=5000` for a stray word; here it is one of the facts."""
    reader = parser()
    given, rest = reader.parse_known_args(arguments)
    if rest and (not hasattr(given, "facts") or any(word.startswith("-") for word in rest)):
        reader.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        given.facts = [*given.facts, *rest]
    return given


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="handrail", description="Customer handoffs with nothing dropped.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _describe_serve(commands)
    _describe_work(commands)
    _describe_rebuild(commands)
    _describe_import(commands)
    _describe_check(commands)
    _describe_decide(commands)
    _describe_export(commands)
    _describe_convert(commands)
    _describe_diff(commands)
    _describe_schema(commands)
    _describe_publish(commands)
    _describe_verify(commands)
    _describe_add_person(commands)
    return top


def _describe_serve(commands: _Commands) -> None:
    serve = commands.add_parser("serve", help="run the desk for browsers")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    serve.add_argument("--port", type=int, help=f"the port to listen at (default: {DEFAULT_PORT})")
    serve.add_argument(
        "--demo",
        nargs="?",
        const="life",
        default="",
        choices=["life", "company"],
        help="make a company to try it on, with handoffs under way; with 'company' its people and runbooks alone",
    )
    serve.add_argument("--worker", action="store_true", help="also run `handrail work`, and keep it running")
    serve.set_defaults(command=_serve)


def _describe_work(commands: _Commands) -> None:
    work = commands.add_parser("work", help="wake the handoffs that time alone moves; several may run")
    work.add_argument("--until-input-ends", action="store_true", help="stop when standard input ends")
    work.set_defaults(command=_work)


def _describe_rebuild(commands: _Commands) -> None:
    rebuild = commands.add_parser("rebuild", help="make the lists anew from the events")
    rebuild.set_defaults(command=_rebuild)


def _describe_import(commands: _Commands) -> None:
    imports = commands.add_parser("import", help="read a file into the desk")
    subjects = imports.add_subparsers(title="what to import", required=True, metavar="SUBJECT")
    for subject, (contents, says) in _IMPORTED.items():
        described = subjects.add_parser(subject, help=f"{says}, from a CSV file or a spreadsheet")
        described.add_argument("file", type=Path, metavar="FILE")
        described.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        described.add_argument("--by", metavar="EMAIL", help="the person in whose name it happens")
        _describe_how_taken(described, contents)
        described.set_defaults(command=_import_file, contents=contents)


# What can be imported: by the word for it, what the file then holds, and what it is for.
_IMPORTED = {
    "customers": ("customers", "customers"),
    "accounts": ("accounts", "accounts of a CRM with every column as it is written"),
    "people": ("people", "people with their managers and teams"),
    "products": ("products", "the names of what is sold"),
    "opportunities": ("opportunity", "sales opportunities"),
    "cases": ("case", "cases"),
    "tasks": ("task", "tasks"),
    "meetings": ("meeting", "meetings"),
    "sequences": ("sequence", "sequences of messages"),
    "pending": ("pending", "pending items"),
}


def _describe_how_taken(described: argparse.ArgumentParser, contents: str) -> None:
    """What the file itself does not say."""
    if contents in {"customers", "accounts"}:
        described.add_argument("--runbook", metavar="NAME", help="whose facts the columns hold (default: the only one)")
    elif contents == "people":
        described.add_argument("--domain", metavar="DOMAIN", help="where those without an e-mail address get one")
        described.add_argument("--no-teams", action="store_true", help="do not make a team of whom a manager has")
    elif contents != "products":
        described.add_argument("--closed", action="append", metavar="STAGE", help="a stage that is an end")
        described.add_argument("--open", action="append", metavar="STAGE", help="a stage that is none")


def _describe_check(commands: _Commands) -> None:
    check = commands.add_parser(
        "check", help="say what is wrong with a runbook or decision table, all of it, with its place"
    )
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(command=_check)


def _describe_decide(commands: _Commands) -> None:
    decide = commands.add_parser("decide", help="ask a decision of a runbook, DMN file or workbook")
    decide.add_argument("file", type=Path, metavar="FILE")
    decide.add_argument("decision", metavar="DECISION")
    decide.add_argument("facts", nargs="*", metavar="NAME=VALUE")
    decide.add_argument("--json", action="store_true", help="print JSON")
    decide.add_argument("--csv", metavar="CSV", help="decide every row of this file; - is standard input")
    decide.set_defaults(command=_decide)


def _describe_diff(commands: _Commands) -> None:
    diff = commands.add_parser("diff", help="say what changed from one version of a runbook to another")
    diff.add_argument("old", type=Path, metavar="OLD")
    diff.add_argument("new", type=Path, metavar="NEW")
    diff.add_argument("--json", action="store_true", help="print JSON")
    diff.set_defaults(command=_diff)


def _describe_schema(commands: _Commands) -> None:
    schema = commands.add_parser("schema", help="print the JSON Schema of runbooks, for editors")
    schema.set_defaults(command=_schema)


def _describe_export(commands: _Commands) -> None:
    export = commands.add_parser("export", help="write a decision, and those that it rests on, for other programs")
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument("decision", metavar="DECISION")
    export.add_argument("--to", choices=("dmn", "xlsx"), help="the form (default: as --output ends, else dmn)")
    export.add_argument("--output", type=Path, metavar="FILE", help="where it goes (default: standard output)")
    export.set_defaults(command=_export)


def _describe_convert(commands: _Commands) -> None:
    convert = commands.add_parser("convert", help="print a DMN file or workbook as the decisions of a runbook")
    convert.add_argument("file", type=Path, metavar="FILE")
    convert.set_defaults(command=_convert)


def _describe_publish(commands: _Commands) -> None:
    publish = commands.add_parser("publish", help="make a file the current version of its runbook")
    publish.add_argument("file", type=Path, metavar="FILE")
    publish.set_defaults(command=_publish)


def _describe_verify(commands: _Commands) -> None:
    verify = commands.add_parser("verify", help="say of which kept document a PDF, Word or JSON file is")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.set_defaults(command=_verify)


def _describe_add_person(commands: _Commands) -> None:
    person = commands.add_parser("add-person", help="make an account; the password is asked for")
    person.add_argument("email", metavar="EMAIL")
    person.add_argument("name", metavar="NAME")
    person.add_argument("--title", default="", help="what they are called in the company")
    person.add_argument("--team", default="office", help="the key of their team (default: %(default)s)")
    person.add_argument("--operations", action="store_true", help="may import, start and staff handoffs")
    person.add_argument("--administrator", action="store_true", help="may look after people")
    person.set_defaults(command=_add_person)


def _serve(given: argparse.Namespace) -> int:
    from handrail.command_line import serving

    return serving.serve(host=given.host, port=given.port, demo=given.demo, worker=given.worker)


def _work(given: argparse.Namespace) -> int:
    from handrail.command_line import working

    return working.work(until_input_ends=given.until_input_ends)


def _verify(given: argparse.Namespace) -> int:
    from handrail.command_line import verifying

    return verifying.verify(given.file)


def _rebuild(given: argparse.Namespace) -> int:
    from handrail.command_line import rebuilding

    return rebuilding.rebuild()


def _import_file(given: argparse.Namespace) -> int:
    from handrail.command_line import importing

    asked = importing.Asked(
        file=given.file,
        contents=given.contents,
        dry_run=given.dry_run,
        runbook=getattr(given, "runbook", None),
        by=given.by,
        settings=_settings_of(given),
    )
    return importing.import_file(asked)


def _settings_of(given: argparse.Namespace) -> dict[str, object]:
    if given.contents == "people":
        return {"domain": (given.domain or "").lower().removeprefix("@"), "teams": "no" if given.no_teams else "yes"}
    stages = dict.fromkeys(getattr(given, "closed", None) or (), "closed")
    stages |= dict.fromkeys(getattr(given, "open", None) or (), "open")
    return {"stages": stages} if stages else {}


def _check(given: argparse.Namespace) -> int:
    from handrail.command_line import checking

    return checking.check(given.files, as_json=given.json)


def _schema(given: argparse.Namespace) -> int:
    from handrail.runbook.schema import schema_text

    print(schema_text(), end="")
    return 0


def _decide(given: argparse.Namespace) -> int:
    from handrail.command_line import deciding

    return deciding.decide(given.file, given.decision, given.facts, as_json=given.json, csv=given.csv)


def _diff(given: argparse.Namespace) -> int:
    from handrail.command_line import comparing

    return comparing.compare(given.old, given.new, as_json=given.json)


def _export(given: argparse.Namespace) -> int:
    from handrail.command_line import exchanging

    return exchanging.export(given.file, given.decision, to=given.to, output=given.output)


def _convert(given: argparse.Namespace) -> int:
    from handrail.command_line import exchanging

    return exchanging.convert(given.file)


def _publish(given: argparse.Namespace) -> int:
    from handrail.command_line import company

    return company.publish(given.file)


def _add_person(given: argparse.Namespace) -> int:
    from handrail.command_line import company

    return company.add_person(
        given.email,
        given.name,
        title=given.title,
        team=given.team,
        operations=given.operations,
        administrator=given.administrator,
    )
