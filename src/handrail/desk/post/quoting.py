"""What is new in the text of a mail, apart from what it quotes and from the signature.

One rule: where it is not sure, it is shown: better a quoted line too many than an answer that nobody sees.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST_LINE = 1_000
_MOST_LINES = 5_000
_WROTE = re.compile(
    r"(On|Am|Le|El|Il|Op|Em|No dia|W dniu|Den|Dne|Dnia|В)\b.{0,300}"
    r"(wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|pisze|napisał\(?a?\)?|skrev|napsal\(?a?\)?|пишет)"
    r".{0,200}:\s*"
)
_WROTE_BEGINS = re.compile(r"(On|Am|Le|El|Il|Op|Em|W dniu|Den|Dne|Dnia)\s.{4,}\d")
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine|Message transféré"
    r"|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original|Wiadomość oryginalna"
    r"|Ursprungligt meddelande)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(From|Von|De|Da|Van|Från|Fra|Od|От)\s?:\*?\s.+")
_SENT = re.compile(
    r"\*?(Sent|Date|Gesendet|Datum|Envoyé|Enviado|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Wysłano)\s?:\*?\s.+"
)
_RULE = re.compile(r"\s*_{20,}\s*")
_SIGNATURE = re.compile(r"-- ?|—\s?")
_DEVICE = re.compile(
    r"(Sent from my|Get Outlook for|Von meinem .{1,40} gesendet|Envoyé de mon|Enviado desde mi|Inviato da"
    r"|Verstuurd vanaf mijn)\b.{0,80}"
)


@dataclass(frozen=True, kw_only=True)
class Parted:
    """`new` is what the sender wrote now, `rest` what stands under it: what is quoted, and the signature."""

    new: str
    rest: str


def parted(text: str) -> Parted:
    lines = [line[:_LONGEST_LINE].rstrip() for line in text.splitlines()[:_MOST_LINES]]
    end = _end_of_new(lines)
    new, rest = list(_unquoted(lines[:end])), lines[end:]
    while new and (not new[-1] or _DEVICE.fullmatch(new[-1])):
        new.pop()
    return Parted(new="\n".join(new).strip("\n"), rest="\n".join(rest).strip("\n"))


def _end_of_new(lines: list[str]) -> int:
    """Where nothing new comes any more; an answer between or under quoted lines is new."""
    for at, line in enumerate(lines):
        if _SIGNATURE.fullmatch(line) or _ORIGINAL.fullmatch(line) or _is_header(lines, at):
            return at
        if _RULE.fullmatch(line) and _is_header(lines, _next_written(lines, at + 1)):
            return at
        length = _attribution(lines, at)
        if length and not _is_quoted(lines, _next_written(lines, at + length)):
            return at
    return len(lines)


def _unquoted(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        length = _attribution(lines, at)
        if length:
            at += length
            continue
        if not lines[at].startswith(">"):
            yield lines[at]
        at += 1


def _attribution(lines: list[str], at: int) -> int:
    """How many lines say who wrote what follows; 0 where none does. Programs break it into up to three."""
    if not _WROTE_BEGINS.match(lines[at]):
        return 0
    for length in (1, 2, 3):
        if _WROTE.fullmatch(" ".join(lines[at : at + length])):
            return length
    return 0


def _is_header(lines: list[str], at: int) -> bool:
    """As Outlook quotes: who, and right under it when."""
    following = lines[at + 1 : at + 3]
    return at < len(lines) and _FROM.fullmatch(lines[at]) is not None and any(map(_SENT.fullmatch, following))


def _next_written(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at]:
        at += 1
    return at


def _is_quoted(lines: list[str], at: int) -> bool:
    return at < len(lines) and lines[at].startswith(">")
