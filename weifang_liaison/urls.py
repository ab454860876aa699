from django.contrib import admin
from django.urls import include, path

from weifang_liaison.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/imports/", include("records.import_urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("portal.account_urls")),
    path("files/", include("records.urls")),
    # Below this line the addresses lie at the root: the REST door first, then the pages.
    path("", include("weifang_liaison.api")),
    path("", include("portal.urls")),
]
