"""Every address of the catalogue. One rule: no SKU is an address of ours (`handrail.order.product_checks.TAKEN`)."""

from django.urls import URLPattern, path

from handrail.desk.web.catalogue import files, product, products, public, publishing, settings, tables, versions

urlpatterns: list[URLPattern] = [
    path("", public.listed, name="catalogue"),
    path("manage/", products.listed, name="catalogue-manage"),
    path("manage/products/new/", product.added, name="catalogue-product-new"),
    path("manage/products/<str:sku>/", product.shown, name="catalogue-manage-product"),
    path("manage/products/<str:sku>/remove/", product.removed, name="catalogue-product-remove"),
    path("manage/tables/", tables.shown, name="catalogue-tables"),
    path("manage/settings/", settings.shown, name="catalogue-settings"),
    path("manage/import/", files.taken, name="catalogue-import"),
    path("manage/template.<str:kind>", files.template, name="catalogue-template"),
    path("manage/catalogue.<str:kind>", files.exported, name="catalogue-export"),
    path("manage/publish/", publishing.publish, name="catalogue-publish"),
    path("manage/discard/", publishing.discard, name="catalogue-discard"),
    path("manage/versions/", versions.listed, name="catalogue-versions"),
    path("manage/versions/<int:number>/", versions.shown, name="catalogue-version"),
    path("manage/versions/<int:number>/<str:sku>/", versions.product, name="catalogue-version-product"),
    path("<str:sku>/", public.shown, name="catalogue-product"),
]
