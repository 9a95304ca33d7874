"""Every address of orders."""

from django.urls import URLPattern, path

from handrail.desk.web.orders import listed, new, order, territories

urlpatterns: list[URLPattern] = [
    path("", listed.listed, name="orders"),
    path("export.csv", listed.exported, name="orders-csv"),
    path("new/", new.new, name="order-new"),
    path("territories/", territories.listed, name="order-territories"),
    path("<int:order_id>/", order.order, name="order"),
    path("<int:order_id>/priced/", order.priced, name="order-priced"),
    path("<int:order_id>/invoice/verified/", order.verified, name="order-invoice-verified"),
    path("<int:order_id>/territory/", territories.looked_at, name="order-territory"),
]
