"""Words in mail by which programs and quoted text are known, in the languages of the field.

One rule: a single one of them proves nothing that a header could prove.
"""

import re

# Exchange and others put these before the subject of an answer that no person wrote.
_AUTOMATIC = (
    "automatic reply:",
    "auto:",
    "autoreply:",
    "auto-reply:",
    "out of office:",
    "automatische antwort:",
    "automatische antwort :",
    "réponse automatique:",
    "respuesta automática:",
    "risposta automatica:",
    "resposta automática:",
    "automatisch antwoord:",
    "automatiskt svar:",
    "automatisk svar:",
    "autosvar:",
    "automaattinen vastaus:",
    "odpowiedź automatyczna:",
    "automatická odpověď:",
    "otomatik yanıt:",
    "автоматический ответ:",
    "自動回覆:",
    "自动回复:",
    "自動応答:",
)
_AWAY = re.compile(
    r"out of (the )?office|on (annual |parental )?leave|on vacation|on holiday|abwesenheit|nicht im büro|im urlaub"
    r"|absen[ct]|en congés|fuera de (la )?oficina|de vacaciones|fuori sede|assente|férias|ausência|afwezig|op vakantie"
    r"|frånvaro|fravær|ferie|urlop|nieobecno|dovolen",
    re.IGNORECASE,
)
_UNDELIVERED = re.compile(
    r"undeliver|not delivered|delivery (status notification|failure|has failed|incomplete)|failure notice"
    r"|mail delivery (failed|subsystem)|returned mail|returned to sender|unzustellbar|nicht zugestellt|non remis"
    r"|échec de la remise|no se (puede|pudo) entregar|mancato recapito|non recapitabile|niet bezorgd|onbestelbaar"
    r"|kunde inte levereras|nie dostarczono|не доставлен",
    re.IGNORECASE,
)
_UNSUBSCRIBE = re.compile(
    r"\s*(unsubscribe|stop|abmelden|abbestellen|désabonner|désinscrire|cancelar suscripción)\W*", re.I
)
_DAEMONS = frozenset(["mailer-daemon", "postmaster", "mailerdaemon", "mail-daemon", "double-bounce"])


def is_automatic_subject(subject: str) -> bool:
    return " ".join(subject.lower().replace(" :", ":").split()).startswith(_AUTOMATIC)


def tells_of_absence(subject: str) -> bool:
    return _AWAY.search(subject) is not None


def tells_of_no_delivery(subject: str) -> bool:
    return _UNDELIVERED.search(subject) is not None


def asks_to_unsubscribe(words: str) -> bool:
    """Says that and nothing else."""
    return _UNSUBSCRIBE.fullmatch(words) is not None


def is_a_daemon(address: str) -> bool:
    return address.partition("@")[0].lower() in _DAEMONS
