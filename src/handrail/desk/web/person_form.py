"""The form with which an administrator makes an account and changes one.

One rule: what it saves is exactly what it shows; a password is only ever set, never shown.
"""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from handrail.desk.models import Person, Team
from handrail.desk.permissions import leaves, stops_administering
from handrail.desk.queries.people import holding_of
from handrail.handoff.refusal import Refused

_PASSWORD_RULES = "At least 12 characters, nothing that many people use, nothing like their name or address."
_UNTOUCHED = {
    True: "Leave it empty, and they choose one through “Forgotten your password?”.",
    False: "Leave it empty to keep the one they have.",
}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # it is generic for type checkers only
    password = forms.CharField(
        label="Set a password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "control-medium"}),
    )

    class Meta:
        model = Person
        fields = ("name", "email", "title", "team", "is_operations", "is_administrator", "is_active")
        labels: ClassVar = {
            "email": "E-mail address",
            "title": "Title",
            "is_operations": "CS Operations",
            "is_administrator": "Administrator",
            "is_active": "May sign in",
        }
        help_texts: ClassVar = {
            "email": "They sign in with it.",
            "title": "What they are called at work, such as Implementation Manager.",
            "team": "Roles of a team are filled from its people.",
            "is_operations": "Imports customers, starts every handoff, fills every role.",
            "is_administrator": "Makes accounts and changes what people may do.",
            "is_active": "An account is closed rather than deleted: its name stays in the histories.",
        }

    def __init__(self, by: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.is_new = self.instance.pk is None
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["team"].empty_label = "No team"  # type: ignore[attr-defined]
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["password"].help_text = f"{_UNTOUCHED[self.is_new]} {_PASSWORD_RULES}"
        if self.is_new:
            del self.fields["is_active"]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_email(self) -> str:
        """In small letters, as `create_user` keeps it, so that the same address is never two accounts."""
        email = str(self.cleaned_data["email"]).lower()
        other = Person.objects.filter(email=email).exclude(pk=self.instance.pk).first()
        if other is not None:
            raise ValidationError(f"{other.name} has an account with this address.")
        return email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.is_new:
            closing, stepping_down = self._closing(given), self._stepping_down(given)
            self._refuse("is_active", closing)
            self._refuse("is_administrator", stepping_down)
        return given

    def _post_clean(self) -> None:
        """The password is held against the account as it will be, its new name and address included."""
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password")
        if password:
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)

    def _closing(self, given: dict[str, Any]) -> Refused | None:
        if given.get("is_active", True) or "is_active" not in self.changed_data:
            return None
        return leaves(self.by, self.instance, holding_of(self.instance.pk).in_words)

    def _stepping_down(self, given: dict[str, Any]) -> Refused | None:
        keeps = given.get("is_administrator") and given.get("is_active", True)
        was = bool(self.initial.get("is_administrator")) and bool(self.initial.get("is_active"))
        return stops_administering(self.instance) if was and not keeps else None

    def _refuse(self, field: str, refused: Refused | None) -> None:
        if refused is not None:
            self.add_error(field, refused.says)

    def save(self, commit: bool = True) -> Person:
        person: Person = super().save(commit=False)
        password = self.cleaned_data["password"]
        if password:
            person.set_password(password)
        elif self.is_new:
            person.set_unusable_password()
        with transaction.atomic():
            person.save()
            # allauth also lets people in by the addresses that it keeps: an old one must not be among them.
            EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
        return person
