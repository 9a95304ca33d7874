"""Every address of orders."""

from django.urls import URLPattern, path

from handrail.desk.web.orders import findings, listed, recheck

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="orders"),
    path("recheck/", recheck.recheck, name="orders-recheck"),
    path("<int:order_id>/findings/", findings.shown, name="order-findings"),
    path("<int:order_id>/findings/check/", findings.checked_again, name="order-check"),
]
