"""How the company's documents look: its name, its logo and its colour.

One rule: a logo is never handed on as it came. Its pixels are made into a picture anew, so that nothing hides in it.
"""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from handrail.desk import audit, models
from handrail.desk.papers import Look
from handrail.handoff.refusal import Mistake, Refused

LARGEST_LOGO = 2 * 1024 * 1024
MOST_PIXELS = 20_000_000
LONGEST_NAME = 120
_WIDEST, _HIGHEST = 1200, 400
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, of text on white
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SOURCES = ("PNG", "JPEG")


def look() -> Look:
    """One query."""
    row = models.Brand.objects.first()
    if row is None:
        return Look()
    return Look(company=row.name, accent=row.accent or Look().accent, logo=bytes(row.logo or b""))


def change(
    *, name: str, accent: str, logo: UploadedFile[bytes] | None, removes_logo: bool, now: datetime
) -> Refused | None:
    picture = picture_of(logo) if logo else None
    name, accent = " ".join(name.split()), accent.strip().lower()
    mistakes = tuple(
        one for one in (_bad_name(name), _bad_colour(accent), picture if isinstance(picture, Mistake) else None) if one
    )
    if mistakes:
        return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=mistakes)
    with transaction.atomic():
        row = models.Brand.objects.select_for_update().first() or models.Brand()
        before = {"Name": row.name, "Colour": row.accent, "Logo": row.logo_name}
        row.name, row.accent, row.changed_at = name, accent, now
        if isinstance(picture, bytes):
            row.logo, row.logo_name = picture, (logo.name or "logo")[:200] if logo else ""
        elif removes_logo:
            row.logo, row.logo_name = None, ""
        row.save()
        after = {"Name": row.name, "Colour": row.accent, "Logo": row.logo_name}
        audit.write(action="changed", about="setting", key="brand", changes=audit.changes(before, after))
    return None


def _bad_name(name: str) -> Mistake | None:
    if len(name) <= LONGEST_NAME:
        return None
    return Mistake(field="name", says=f"The name has {len(name)} characters; at most {LONGEST_NAME} are kept.")


def _bad_colour(accent: str) -> Mistake | None:
    if not _COLOUR.fullmatch(accent):
        return Mistake(field="accent", says="Write the colour as # and six digits, like #0b5563.")
    ratio = contrast_with_white(accent)
    if ratio >= LEAST_CONTRAST:
        return None
    says = f"On white this colour has a contrast of {ratio:.1f} to 1; text needs {LEAST_CONTRAST}. Choose a darker one."
    return Mistake(field="accent", says=says)


def contrast_with_white(colour: str) -> float:
    """WCAG's contrast ratio, from 1 to 21."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def picture_of(file: UploadedFile[bytes]) -> bytes | Mistake:
    """The picture as a PNG of its own pixels, no larger than documents need."""
    from PIL import Image, UnidentifiedImageError

    if (file.size or 0) > LARGEST_LOGO:
        return _bad_logo(f"A logo has at most {LARGEST_LOGO // 1024 // 1024} MB.")
    try:
        with Image.open(BytesIO(file.read()), formats=_SOURCES) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return _bad_logo("This picture has too many pixels. Save it smaller.")
            shown = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return _bad_logo("This is no PNG or JPEG picture. Save the logo as one of them.")
    shown.thumbnail((_WIDEST, _HIGHEST))
    out = BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()


def _bad_logo(says: str) -> Mistake:
    return Mistake(field="logo", says=says)
