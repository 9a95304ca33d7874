"""The forms with which an administrator makes and changes accounts and teams.

One rule: what they save is exactly what they show; a password is only ever set, never shown.
"""

import re
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from handrail.desk.models import Calendar, Person, Team
from handrail.desk.permissions import stops_administering
from handrail.desk.staff import circle_of, save_person, save_team

_PASSWORD_RULES = "At least 12 characters, nothing that many people use, nothing like their name or address."
_UNTOUCHED = {
    True: "Leave it empty, and they choose one through “Forgotten your password?”.",
    False: "Leave it empty to keep the one they have.",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2})?")
_MOST_WORDS, _LONGEST_WORD = 30, 60


class WordsField(forms.CharField):
    """Several words or phrases with commas between them, each once."""

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        said = [" ".join(one.split()) for one in str(super().clean(value) or "").split(",")]
        once: dict[str, str] = {}
        for one in filter(None, said):
            once.setdefault(one.casefold(), one)
        found = list(once.values())
        if len(found) > _MOST_WORDS or any(len(one) > _LONGEST_WORD for one in found):
            raise ValidationError(f"At most {_MOST_WORDS} of {_LONGEST_WORD} characters are kept.")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or []) != (data or ""))


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # it is generic for type checkers only
    skills = WordsField(label="Skills", required=False, help_text="With commas between them: tax, utilities, SAP.")
    languages = WordsField(
        label="Languages", required=False, help_text="Codes with commas between them: en, de, pt-br."
    )
    password = forms.CharField(
        label="Set a password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "control-medium"}),
    )

    class Meta:
        model = Person
        fields = (
            "name",
            "email",
            "title",
            "team",
            "manager",
            "calendar",
            "region",
            "capacity",
            "is_operations",
            "is_administrator",
        )
        labels: ClassVar = {
            "email": "E-mail address",
            "title": "Title",
            "calendar": "Working calendar",
            "capacity": "Roles at most",
            "is_operations": "CS Operations",
            "is_administrator": "Administrator",
        }
        help_texts: ClassVar = {
            "email": "They sign in with it.",
            "title": "What they are called at work, such as Implementation Manager.",
            "team": "Roles of a team are filled from its people.",
            "manager": "Who is turned to above them. Without one it is their team’s lead.",
            "calendar": "When they work. Without one of their own it is their team’s.",
            "region": "Where they work, or for which region.",
            "capacity": "How many roles in running handoffs they can hold. Leave it empty for no limit.",
            "is_operations": "Imports customers, starts every handoff, fills every role.",
            "is_administrator": "Makes accounts and changes what people may do.",
        }

    def __init__(self, by: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.is_new = self.instance.pk is None
        here = who_works_here(self.instance.manager_id)
        _offer(self, "team", Team.objects.order_by("name"), "No team")
        _offer(self, "manager", here.exclude(pk=self.instance.pk), "Nobody")
        _offer(self, "calendar", Calendar.objects.order_by("name"), "That of their team")
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["capacity"].widget.attrs["class"] = "control-short"
        self.fields["password"].help_text = f"{_UNTOUCHED[self.is_new]} {_PASSWORD_RULES}"
        self.initial.setdefault("skills", self.instance.skills)
        self.initial.setdefault("languages", self.instance.languages)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_region(self) -> str:
        return " ".join(str(self.cleaned_data["region"]).split())

    def clean_email(self) -> str:
        """In small letters, as `create_user` keeps it, so that the same address is never two accounts."""
        email = str(self.cleaned_data["email"]).lower()
        other = Person.objects.filter(email=email).exclude(pk=self.instance.pk).first()
        if other is not None:
            raise ValidationError(f"{other.name} has an account with this address.")
        return email

    def clean_languages(self) -> list[str]:
        found = list(dict.fromkeys(one.lower() for one in self.cleaned_data["languages"]))
        unfit = [one for one in found if not _LANGUAGE.fullmatch(one)]
        if unfit:
            raise ValidationError(f"“{unfit[0]}” is no code of a language: write en, de or pt-br.")
        return found

    def clean_manager(self) -> Person | None:
        manager: Person | None = self.cleaned_data["manager"]
        circle = circle_of(self.instance, manager) if manager and not self.is_new else ()
        if circle:
            raise ValidationError(f"Nobody is above themselves: {' → '.join(circle)}.")
        return manager

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        steps_down = self.initial.get("is_administrator") and not given.get("is_administrator")
        refused = stops_administering(self.instance) if steps_down and self.instance.is_active else None
        if refused is not None:
            self.add_error("is_administrator", refused.says)
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

    def save(self, commit: bool = True) -> Person:
        person: Person = super().save(commit=False)
        person.skills, person.languages = self.cleaned_data["skills"], self.cleaned_data["languages"]
        password = self.cleaned_data["password"]
        if password:
            person.set_password(password)
        elif self.is_new:
            person.set_unusable_password()
        save_person(person)
        return person


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]  # it is generic for type checkers only
    class Meta:
        model = Team
        fields = ("name", "key", "lead", "calendar")
        labels: ClassVar = {"calendar": "Working calendar", "key": "Key"}
        help_texts: ClassVar = {
            "key": "What runbooks call it, such as client-services. It stays as it is.",
            "lead": "Names people for the team’s roles, and is turned to for those who have no manager.",
            "calendar": "When its people work who have no calendar of their own.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        _offer(self, "lead", who_works_here(self.instance.lead_id), "Nobody")
        _offer(self, "calendar", Calendar.objects.order_by("name"), "That of each handoff’s runbook")
        if not self.is_new:
            del self.fields["key"]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key == "new":
            raise ValidationError("A team cannot have this key: it is the address of this page.")
        return key

    def save(self, commit: bool = True) -> Team:
        team: Team = super().save(commit=False)
        save_team(team)
        return team


def who_works_here(also: int | None = None) -> "QuerySet[Person]":
    """By name; and the one who is chosen already, whoever that is."""
    return Person.objects.filter(Q(is_active=True) | Q(pk=also)).order_by("name", "pk")


def _offer(form: forms.ModelForm, field: str, rows: "QuerySet[Any]", nothing: str) -> None:  # type: ignore[type-arg]
    form.fields[field].queryset = rows  # type: ignore[attr-defined]
    form.fields[field].empty_label = nothing  # type: ignore[attr-defined]
