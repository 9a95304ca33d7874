"""Every address of orders."""

from django.urls import URLPattern, path

from handrail.desk.web.orders import entitlements, listed

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="orders"),
    path("<int:order_id>/entitlements/", entitlements.shown, name="order-entitlements"),
]
