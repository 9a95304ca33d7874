"""Every address of orders."""

from django.urls import URLPattern, path

from handrail.desk.web.orders import listed, validation, versions

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="orders"),
    path("<int:order_id>/validation/", validation.validation, name="order-validation"),
    path("<int:order_id>/versions/", versions.versions, name="order-versions"),
    path("<int:order_id>/versions/<int:number>/", versions.version, name="order-version"),
    path("<int:order_id>/state.json", validation.state, name="order-state"),
]
