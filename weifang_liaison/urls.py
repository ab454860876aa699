from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/imports/", include("records.import_urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("portal.account_urls")),
    path("", include("weifang_liaison.api")),
    path("", include("portal.urls")),
    path("files/", include("records.urls")),
]
