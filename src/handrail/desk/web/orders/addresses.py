"""Every address of orders."""

from django.urls import URLPattern, path

from handrail.desk.web.orders import listed

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="orders"),
]
