"""The catalogue as a file: handed out, and taken in after its preview.

One rule: nothing is kept of a file before it is taken in. Its preview carries it, and it is read anew then; what was
compared with something else meanwhile is shown again instead.
"""

import base64
import binascii
import hashlib
import zlib
from dataclasses import dataclass, replace

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import audit, models
from handrail.desk import catalogue as kept
from handrail.desk.catalogue_drafts import Standing, catalogue_print, standing, write_products
from handrail.desk.catalogue_file.columns import column_groups
from handrail.desk.catalogue_file.reading import ProductsRead, read_products
from handrail.desk.catalogue_file.writing import as_csv, as_xlsx
from handrail.desk.imports.limits import MOST_BYTES
from handrail.desk.imports.problem import Problem, printable
from handrail.desk.imports.sheet import too_large
from handrail.desk.permissions import edits_catalogue
from handrail.desk.queries.catalogue import version_numbered
from handrail.desk.web.asked import identity
from handrail.desk.web.catalogue.frame import opened, page, today
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused
from handrail.order.catalogue import Catalogue

# Of a file as its preview carries it: what a form may hold (DATA_UPLOAD_MAX_MEMORY_SIZE), with room for the rest.
_MOST_CARRIED = 3_500_000
_MOST_SHOWN = 200
_SPOILED = Problem(code="spoiled", says="The file did not arrive whole.", mend="Choose it again.", loses="the file")
_WRITTEN = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class FileForm(forms.Form):
    file = forms.FileField(label="A file of products", help_text="CSV or XLSX, with the columns of the template.")


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    at = opened(request)
    return _download(replace(at.catalogue, products={}), kind, "catalogue-template")


@require_safe
def exported(request: HttpRequest, kind: str) -> HttpResponse:
    """The draft where there is one; `?version=3` names a version."""
    at = opened(request)
    number = identity(request.GET.get("version", ""))
    row = version_numbered(number) if number is not None else None
    if number is not None and row is None:
        raise Http404("There is no such version of the catalogue.")
    one = kept.version(row.pk) if row else at.catalogue
    name = f"catalogue-{row.number if row else 'draft' if at.draft else one.version}"
    answer = _download(one, kind, name)
    if request.method == "GET":
        audit.write(action="exported", about="export", key=f"{name}.{kind}", name=f"{name}.{kind}")
    return answer


def _download(one: Catalogue, kind: str, name: str) -> HttpResponse:
    if kind not in _WRITTEN:
        raise Http404("A catalogue is written as csv or xlsx.")
    write, media_type = _WRITTEN[kind]
    response = HttpResponse(write(one), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A file in its preview; `seen` is the print of the catalogue that it was compared with."""

    name: str
    content: bytes
    seen: str

    @property
    def text(self) -> str:
        return base64.b64encode(zlib.compress(self.content)).decode()


@require_http_methods(["GET", "HEAD", "POST"])
def taken(request: HttpRequest) -> HttpResponse:
    at = opened(request)
    require(edits_catalogue(me(request)))
    if request.method != "POST":
        return _page(request, at, FileForm())
    if "carried" in request.POST:
        return _take(request, at)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, at, form, status=422)
    return _preview(request, at, _carried(form.cleaned_data["file"], catalogue_print(at.catalogue)))


def _carried(file: "UploadedFile[bytes]", seen: str) -> Carried | Problem:
    if (file.size or 0) > MOST_BYTES:
        return too_large()
    carried = Carried(name=printable(file.name or "a file", 200), content=file.read(), seen=seen)
    return carried if len(carried.text) <= _MOST_CARRIED else too_large()


def _read(at: Standing, content: bytes) -> ProductsRead:
    teams = frozenset(models.Team.objects.values_list("key", flat=True))
    return read_products(content, at.catalogue, teams, on=today())


def _preview(
    request: HttpRequest, at: Standing, carried: Carried | Problem, refused: Refused | None = None
) -> HttpResponse:
    if isinstance(carried, Problem):
        return _page(request, at, FileForm(), problems=(carried,), status=422)
    read = _read(at, carried.content)
    if any(one.loses == "the file" for one in read.problems):
        return _page(request, at, FileForm(), problems=read.problems, status=422)
    more = {
        "carried": carried,
        "read": read,
        "problems": read.problems[:_MOST_SHOWN],
        "new": read.new[:_MOST_SHOWN],
        "changed": read.changed[:_MOST_SHOWN],
        "refused": refused,
        "digest": hashlib.sha256(carried.content).hexdigest(),
    }
    return page(
        request, at, "catalogue-manage", "catalogue/preview.html", more, status=409 if refused is not None else 200
    )


def _take(request: HttpRequest, at: Standing) -> HttpResponse:
    content = _unpacked(request.POST["carried"])
    if content is None:
        fault = Problem(
            code="spoiled", says="The file did not arrive whole.", mend="Choose it again.", loses="the file"
        )
        return _page(request, at, FileForm(), problems=(fault,), status=422)
    name, seen = printable(request.POST.get("name", "a file"), 200), request.POST.get("seen", "")
    read = _read(at, content)
    refused = write_products(read.wanted, seen=seen, source=_source(name, content), by=me(request), now=timezone.now())
    if refused is not None and refused.code == "too-many":
        fault = Problem(code=refused.code, says=refused.says, mend="Take in fewer.", loses="the file")
        return _page(request, at, FileForm(), problems=(fault,), status=422)
    if refused is not None:
        again = standing()
        return _preview(
            request, again, Carried(name=name, content=content, seen=catalogue_print(again.catalogue)), refused
        )
    count = len(read.wanted)
    messages.success(
        request, f"{count:,} product{'' if count == 1 else 's'} of {name} {'is' if count == 1 else 'are'} in the draft."
    )
    return redirect("catalogue-publish" if count else "catalogue-manage")


def _source(name: str, content: bytes) -> str:
    return f"{name} (SHA-256 {hashlib.sha256(content).hexdigest()})"


def _unpacked(text: str) -> bytes | None:
    """What a preview carried; None where somebody has spoiled it. Never more than a file may be."""
    try:
        packed, unpacking = base64.b64decode(text, validate=True), zlib.decompressobj()
        content = unpacking.decompress(packed, MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return content if unpacking.eof and len(content) <= MOST_BYTES else None


def _page(
    request: HttpRequest,
    at: Standing,
    form: FileForm,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> HttpResponse:
    more = {"form": form, "problems": problems, "columns": column_groups(at.catalogue)}
    return page(request, at, "catalogue-manage", "catalogue/import.html", more, status=status)
