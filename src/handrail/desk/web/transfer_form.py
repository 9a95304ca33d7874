"""The form in which a transfer is begun and changed.

One rule: it reads what was typed; what of it cannot be is said by `transfers.drafting`, at the same fields.
"""

from collections.abc import Iterable
from typing import Any

from django import forms

from handrail.desk import models
from handrail.desk.people import called
from handrail.desk.queries.in_transfer import RUNBOOK
from handrail.desk.queries.people import few_choices
from handrail.desk.transfers.drafting import MOST_DAYS, Head, fits
from handrail.handoff.refusal import Refused

SEVERAL = ""
_DAYS: Any = {"class": "control-short", "inputmode": "numeric"}


def _date(label: str, hint: str, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "control-short"})
    wrong = {"required": f"Say the {label.lower()}.", "invalid": "Write a day, such as 2027-03-01."}
    return forms.DateField(label=label, help_text=hint, widget=widget, required=required, error_messages=wrong)


def _number(label: str, hint: str, initial: int) -> forms.IntegerField:
    wrong = {"invalid": "Write a whole number of days.", "required": "Write a number of days; 0 is none."}
    widget = forms.NumberInput(attrs={**_DAYS, "min": 0, "max": MOST_DAYS})
    return forms.IntegerField(label=label, help_text=hint, initial=initial, widget=widget, error_messages=wrong)


class HeadForm(forms.Form):
    giver = forms.CharField(label="Whose accounts", required=False)
    reason = forms.ChoiceField(
        label="Reason",
        choices=[("", "Choose one"), *models.Transfer.Reason.choices],
        error_messages={"required": "Choose why the accounts change hands."},
    )
    effective_date = _date(
        "Effective date", "From this day on the accounts, and the credit for their sales, are the new owners’."
    )
    returns_on = _date("Temporary until", "The first day on which everything is back. Empty: for good.", required=False)
    runbook = forms.ChoiceField(
        label="Runbook",
        help_text="It says how each account is handed over: automated, semi-manual or manual.",
        error_messages={"required": "Choose the runbook that says how each account is handed over."},
    )
    title = forms.CharField(
        label="Title", required=False, max_length=200, help_text="Empty: made up of whose and when."
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For everybody who takes part.",
    )
    recently_closed_days = _number(
        "Recently closed sales, in days", "The credit for sales closed so shortly before moves too.", 90
    )
    shadow_days = _number("Shadowing, in days", "So long whoever gives stays at hand beside the new owner.", 0)

    def __init__(self, *given: Any, row: models.Transfer | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.row = row
        self.fields["runbook"].choices = _runbooks(row)  # type: ignore[attr-defined]
        if row is not None:
            del self.fields["giver"]
            return
        self.fields["runbook"].initial = _usual(self.fields["runbook"].choices)  # type: ignore[attr-defined]
        self.is_typed = not few_choices()
        if self.is_typed:
            self.fields["giver"].help_text = "A name, or the e-mail address. Empty: several people."
            self.fields["giver"].widget.attrs.update({"list": "colleagues", "autocomplete": "off"})
        else:
            people = [(str(one.id), f"{one.name}, {one.team}" if one.team else one.name) for one in few_choices()]
            self.fields["giver"].widget = forms.Select(choices=[(SEVERAL, "Several people, or nobody"), *people])

    def clean_giver(self) -> int | None:
        written = str(self.cleaned_data["giver"]).strip()
        if not written:
            return None
        if written.isascii() and written.isdigit() and len(written) < 18:
            return int(written)
        found = called(written)
        if found is None:
            raise forms.ValidationError(
                f"Nobody here is called {written}, or more than one is. Write the e-mail address."
            )
        return found.id

    def head(self) -> Head:
        given = self.cleaned_data
        return Head(
            giver_id=self.row.giver_id if self.row else given["giver"],
            version_id=int(given["runbook"]),
            **{
                name: given[name]
                for name in ("reason", "effective_date", "returns_on", "recently_closed_days", "shadow_days")
            },
            title=" ".join(given["title"].split()),
            note=given["note"],
        )

    def tell(self, refused: Refused) -> None:
        """What was refused, at its fields."""
        for one in refused.mistakes:
            self.add_error(one.field if one.field in self.fields else None, one.says)
        if not refused.mistakes:
            self.add_error(None, refused.says)


def head_of(row: models.Transfer) -> dict[str, object]:
    """What a form to change it begins with."""
    names = ("reason", "effective_date", "returns_on", "title", "note", "recently_closed_days", "shadow_days")
    return {**{name: getattr(row, name) for name in names}, "runbook": str(row.runbook_version_id or "")}


def _runbooks(row: models.Transfer | None) -> list[tuple[str, str]]:
    """Those that say how an account is transferred; of a transfer the one that it has, whatever became of it."""
    versions = models.RunbookVersion.objects.filter(is_current=True).select_related("calendar").order_by("title")
    found = [(str(one.pk), f"{one.title} {one.version}") for one in versions if fits(one)]
    mine = row.runbook_version if row else None
    if mine is not None and all(key != str(mine.pk) for key, _ in found):
        found.append((str(mine.pk), f"{mine.title} {mine.version}"))
    return found if len(found) == 1 else [("", "Choose one"), *found]


def _usual(choices: Iterable[tuple[str, str]]) -> str:
    """The runbook that comes with the desk for it, where the company follows that one."""
    current = models.RunbookVersion.objects.filter(name=RUNBOOK, is_current=True).values_list("pk", flat=True).first()
    return next((key for key, _ in choices if key == str(current)), "")


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Why it is cancelled",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Those who were asked read it.",
        error_messages={"required": "Say why it is cancelled; those who were asked read it."},
    )


class SheetForm(forms.Form):
    file = forms.FileField(
        label="The filled spreadsheet",
        allow_empty_file=True,  # said to be empty in our words
        error_messages={"required": "Choose the file."},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text="XLSX or CSV. It is kept as it is and never changed.",
    )
    keep = forms.ChoiceField(
        label="Where rows have mistakes",
        choices=[("nothing", "Take nothing until all are mended"), ("good", "Take the good rows, tell the others")],
        initial="nothing",
        widget=forms.RadioSelect,
    )
