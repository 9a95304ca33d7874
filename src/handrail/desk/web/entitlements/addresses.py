"""Every address of what customers bought, but for those of one customer and one order."""

from django.urls import URLPattern, path

from handrail.desk.web.entitlements import cleaning, importing, listed, one

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="entitlements"),
    path("entitlements.csv", listed.exported, name="entitlements-csv"),
    path("clean-up/", cleaning.clean, name="entitlements-clean"),
    path("clean-up/<int:work_id>/", cleaning.cleaned, name="entitlements-cleaned"),
    path("import/", importing.importing, name="entitlements-import"),
    path("import/template.csv", importing.template_csv, name="entitlements-template-csv"),
    path("import/template.xlsx", importing.template_xlsx, name="entitlements-template-xlsx"),
    path("import/<int:file_id>/", importing.imported, name="entitlements-imported"),
    path("<int:entitlement_id>/", one.shown, name="entitlement"),
]
