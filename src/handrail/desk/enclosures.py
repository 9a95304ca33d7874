"""The files that go with a letter, as they are kept.

One rule: what nobody may open goes to nobody.
"""

import mimetypes
from collections.abc import Iterator

from handrail.desk import models, uploads
from handrail.handoff import events as e


def files_of(sent: e.Sent) -> Iterator[tuple[str, bytes, str]]:
    """Each with its name, its bytes and what it is. Raises FileNotFoundError where the bytes are gone."""
    for row in _rows(sent):
        with uploads.opened(row) as file:
            yield row.name, file.read(), mimetypes.guess_type(row.name)[0] or row.media_type


def not_to_be_sent(sent: e.Sent) -> tuple[str, bool]:
    """Why they do not go now, empty where they do; and whether they may later."""
    rows = _rows(sent)
    for row in rows:
        if says := uploads.not_to_be_opened(row):
            return says, row.scan == models.Upload.Scan.WAITING
        if not uploads.kept_files().exists(uploads.path_of(row.key)):
            return f"“{row.name}” goes with it, and is not kept any more.", False
    if len(rows) < len([one for one in sent.enclosed if one.upload]):
        return "A file that goes with it is not kept any more.", False
    return "", False


def _rows(sent: e.Sent) -> list[models.Upload]:
    """In the order in which they go."""
    keys = [one.upload for one in sent.enclosed if one.upload]
    known = {row.key: row for row in models.Upload.objects.filter(key__in=keys)} if keys else {}
    return [known[key] for key in keys if key in known]
