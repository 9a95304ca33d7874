"""What belongs to documents beside what they say: files made of them, who looked at which, and how they look."""

from typing import ClassVar

from django.db import models

from handrail.desk.models.company import Person
from handrail.desk.models.handoffs import Handoff, SignedDocument


class MadeFile(models.Model):
    """A file that was made of a kept document, known by the digest of its bytes: so that it can be verified."""

    document = models.ForeignKey(SignedDocument, on_delete=models.CASCADE, related_name="files")
    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10)
    language = models.CharField(max_length=35, blank=True)
    at = models.DateTimeField()


class DocumentLook(models.Model):
    """Up to which event of a handoff somebody last saw its document."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "handoff"], name="one_look_a_person")]


class Brand(models.Model):
    """How documents look: the name, logo (a picture, made anew from what was given) and colour of the company. There is
    one row at most."""

    name = models.CharField(max_length=120, blank=True)
    accent = models.CharField(max_length=7, blank=True)
    logo = models.BinaryField(null=True)
    logo_name = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
