"""Every address of the desk. The address names the thing."""

from django.urls import URLPattern, URLResolver, include, path

from handrail.desk.web import (
    account,
    comparison,
    customers,
    decision,
    document,
    handoff,
    handoffs,
    health,
    moving,
    people,
    runbooks,
    starting,
    step,
    style,
    work,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", work.mine, name="work"),
    path("work/answers/", work.answers, name="work-answers"),
    path("work/nobodys/", work.nobodys, name="work-nobodys"),
    path("handoffs/", handoffs.listed, name="handoffs"),
    path("handoffs.csv", handoffs.exported, name="handoffs-csv"),
    path("handoffs/start/", starting.start, name="start"),
    path("handoffs/<int:handoff_id>/", handoff.show, name="handoff"),
    path("handoffs/<int:handoff_id>/facts/", handoff.give_facts, name="give-facts"),
    path("handoffs/<int:handoff_id>/count/", handoff.count_anew, name="count-anew"),
    path("handoffs/<int:handoff_id>/roles/<str:role>/", handoff.fill_role, name="fill-role"),
    path("handoffs/<int:handoff_id>/happenings/<str:happening>/", handoff.report, name="report"),
    path("handoffs/<int:handoff_id>/version/", moving.one, name="move"),
    path("handoffs/<int:handoff_id>/hold/", handoff.hold, name="hold"),
    path("handoffs/<int:handoff_id>/resume/", handoff.resume, name="resume"),
    path("handoffs/<int:handoff_id>/cancel/", handoff.cancel, name="cancel"),
    path("handoffs/<int:handoff_id>/history/", handoff.history, name="history"),
    path("handoffs/<int:handoff_id>/steps/<str:name>/", step.step, name="step"),
    path("handoffs/<int:handoff_id>/decisions/<str:name>/", decision.decision, name="decision"),
    path("handoffs/<int:handoff_id>/document/", document.document, name="document"),
    path("handoffs/<int:handoff_id>/document/<int:number>/", document.signed, name="signed"),
    path("handoffs/<int:handoff_id>/uploads/<str:key>/", document.download, name="download"),
    path("customers/", customers.listed, name="customers"),
    path("customers/<int:customer_id>/", customers.shown, name="customer"),
    path("runbooks/", runbooks.listed, name="runbooks"),
    path("runbooks/<str:name>/", runbooks.shown, name="runbook"),
    path("runbooks/<str:name>/versions/<int:version_id>/", runbooks.shown, name="runbook-version"),
    path("runbooks/<str:name>/compare/", comparison.compared, name="compare"),
    path("runbooks/<str:name>/move/", moving.several, name="move-several"),
    path("people/", people.listed, name="people"),
    path("people/new/", people.added, name="person-new"),
    path("people/<int:person_id>/", people.changed, name="person"),
    path("import/customers/", include("handrail.desk.web.imports")),
    path("health/", health.shown, name="health"),
    path("style/", style.show, name="style"),
    path("account/email/", account.email, name="account_email"),  # before allauth's own, which lets everybody change it
    path("account/", include("allauth.account.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "handrail.desk.web.errors.bad_request"
handler403 = "handrail.desk.web.errors.forbidden"
handler404 = "handrail.desk.web.errors.not_found"
handler500 = "handrail.desk.web.errors.failed"
