"""Every address of orders."""

from django.urls import URLPattern, path

from handrail.desk.web.orders import (
    documents,
    entitlements,
    findings,
    imports,
    listed,
    new,
    order,
    recheck,
    talk,
    territories,
    validation,
    versions,
)

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="orders"),
    path("<int:order_id>/documents/", documents.documents, name="order-documents"),
    path("<int:order_id>/documents/<str:kind>/", documents.made, name="order-file"),
    path("export.csv", listed.exported, name="orders-csv"),
    path("new/", new.new, name="order-new"),
    path("territories/", territories.listed, name="order-territories"),
    path("import/", imports.imports, name="order-imports"),
    path("import/template.<str:ending>", imports.template, name="order-import-template"),
    path("import/<int:file_id>/", imports.shown, name="order-import"),
    path("import/<int:file_id>/apply/", imports.applied, name="order-import-apply"),
    path("import/<int:file_id>/problems.csv", imports.problems, name="order-import-problems"),
    path("<int:order_id>/", order.order, name="order"),
    path("<int:order_id>/priced/", order.priced, name="order-priced"),
    path("<int:order_id>/invoice/verified/", order.verified, name="order-invoice-verified"),
    path("<int:order_id>/territory/", territories.looked_at, name="order-territory"),
    path("recheck/", recheck.recheck, name="orders-recheck"),
    path("<int:order_id>/findings/", findings.shown, name="order-findings"),
    path("<int:order_id>/findings/check/", findings.checked_again, name="order-check"),
    path("<int:order_id>/entitlements/", entitlements.shown, name="order-entitlements"),
    path("<int:order_id>/validation/", validation.validation, name="order-validation"),
    path("<int:order_id>/comments/", talk.shown, name="order-comments"),
    path("<int:order_id>/versions/", versions.versions, name="order-versions"),
    path("<int:order_id>/versions/<int:number>/", versions.version, name="order-version"),
    path("<int:order_id>/state.json", validation.state, name="order-state"),
]
