"""The REST door: every app's nouns at /api/v1/, their description, and the one OAuth2 address we open."""

import json

from django.http import HttpResponse
from django.urls import include, path, re_path
from django.utils.module_loading import autodiscover_modules
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from oauth2_provider.views import TokenView

from accounts.rest.throttling import TokenThrottle
from accounts.rest.views import NotFoundView, router

autodiscover_modules("api", "api_metrics")


class ClientTokenView(TokenView):
    """Tokens for client credentials; errors are OAuth2's own (RFC 6749), as its clients expect them."""

    def post(self, request, *args, **kwargs):
        throttle = TokenThrottle()
        if not throttle.allow_request(request, self):
            wait = max(int(throttle.wait() or 1), 1)
            told = {"error": "slow_down", "error_description": f"请求过于频繁，请 {wait} 秒后再试。"}
            return HttpResponse(
                json.dumps(told, ensure_ascii=False),
                status=429,
                content_type="application/json",
                headers={"Retry-After": str(wait)},
            )
        return super().post(request, *args, **kwargs)


class KeptGenerator(SchemaGenerator):
    """The description takes a second of CPU to make, is the same for everybody, and does not change while we run."""

    kept = {}

    def get_schema(self, request=None, public=False):
        key = (self.api_version, public)
        if not public:
            return super().get_schema(request, public)
        if key not in self.kept:
            self.kept[key] = super().get_schema(request, public)
        return self.kept[key]


class SchemaView(SpectacularAPIView):
    generator_class = KeptGenerator
    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]


class DocsView(SpectacularSwaggerSplitView):
    template_name = "api/docs.html"
    url_name = "api-schema"


urlpatterns = [
    path("oauth/token/", ClientTokenView.as_view(), name="oauth-token"),
    path("api/v1/", include(router.urls)),
    path("api/schema/", SchemaView.as_view(), name="api-schema"),
    path("api/docs/", DocsView.as_view(), name="api-docs"),
    re_path(r"^api(/|$)", NotFoundView.as_view(), name="api-not-found"),
]
