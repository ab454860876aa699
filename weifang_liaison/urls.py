from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("portal.account_urls")),
    path("oauth/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("", include("portal.urls")),
]
