"""Every component in all its states, on one page: what pages are put together from."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.queries.due import due
from handrail.desk.web.sample_mail import sample_mails
from handrail.desk.web.sample_order import sample_order
from handrail.desk.web.sample_sale import sample_sale
from handrail.desk.web.sample_transfer import sample_transfer
from handrail.desk.web.samples import LONG, samples
from handrail.desk.web.tags import STATES
from handrail.handoff.document import Line
from handrail.handoff.refusal import Refused


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As it stands in the contract.")
    mail = forms.EmailField(label="E-mail")
    go_live = forms.DateField(label="Go-live", widget=forms.DateInput(attrs={"type": "date", "class": "control-short"}))
    team = forms.ChoiceField(label="Team", choices=[("a", "Implementation"), ("b", "Client Services")])
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    answer = forms.ChoiceField(
        label="Do the invoices have adjustments?",
        choices=[("given", "Yes, and I describe them"), ("na", "Not applicable")],
        widget=forms.RadioSelect,
    )
    operations = forms.BooleanField(label="CS Operations", help_text="Starts and staffs handoffs.", required=False)


LINES = (
    Line(label="MRR", state="given", value="5,000 USD", notes=("From accounts.csv, row 12.",)),
    Line(label="Project notes", state="given", value="https://example.com/notes", link="https://example.com/notes"),
    Line(
        label="Invoice types",
        state="given",
        heads=("Name", "Volume"),
        rows=(("Water", "12,000"), ("Sewer and storm drain", "800")),
    ),
    Line(label="IVR", state="not applicable", reason="The client has no telephone payments."),
    Line(label="Daily balance file", state="missing", owed_by="Implementation Manager (Imre Novak)"),
    Line(label="Video", state="missing", owed_by="Implementation Manager (Imre Novak)", required=False),
)


STEPS = (
    ("done", "Choose the TSM"),
    ("late", "Complete the Integration Summary"),
    ("due soon", "Meetings with the TSM before go-live"),
    ("open", "Share the welcome leaflet"),
    ("waiting", "Client Services accepts"),
    ("not needed", "Train the client on opening cases"),
    ("held", "Meetings with the TSM before go-live"),
    ("waived", "Share the integration videos"),
    ("refused", LONG),
)
SURFACES = ["paper", "surface", "sunken", "hover", "line", "line-strong", "ink-soft", "ink", "accent-soft", "accent"]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    wrong = SampleForm(data={"name": "", "mail": "paula@", "go_live": "soon", "team": "a", "note": "…"})
    wrong.is_valid()
    context = {
        "states": tuple(STATES),
        "mails": sample_mails(now),
        "dues": [due(now + timedelta(days=days), "UTC", now) for days in (-12, -1, 0, 1, 2, 9, 400)] + [None],
        "fresh": SampleForm(prefix="fresh"),
        "wrong": wrong,
        "lines": LINES,
        "long": LONG,
        "refused": Refused(
            code="not-yours", says="Only the Client Services lead (Lena Hartmann) accepts this handoff."
        ),
        "steps": STEPS,
        "sizes": ("2xl", "xl", "l", "m", "s", "xs"),
        "spaces": range(1, 9),
        "surfaces": SURFACES,
        "now": now,
        **samples(now),
        **sample_transfer(),
        "order_paper": sample_order(),
        **sample_sale(now),
    }
    return render(request, "style.html", context)
