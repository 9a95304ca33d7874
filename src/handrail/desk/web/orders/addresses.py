"""Every address of orders."""

from django.urls import URLPattern, path

from handrail.desk.web.orders import documents, listed

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="orders"),
    path("<int:order_id>/documents/", documents.documents, name="order-documents"),
    path("<int:order_id>/documents/<str:kind>/", documents.made, name="order-file"),
]
