"""Handing out a file that was attached.

One rule: always as a download under a safe name, and in a sandbox where a browser shows it after all: what is in the
file stays in the file.
"""

from django.http import FileResponse, Http404

from handrail.desk import models, uploads


def handed_out(row: models.Upload) -> FileResponse:
    try:
        file = uploads.opened(row)
    except FileNotFoundError:
        raise Http404("The file is not there any more.") from None
    response = FileResponse(file, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
