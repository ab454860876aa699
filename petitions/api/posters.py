"""The poster of a venue, beside the noun `studios`, which knows nothing of matters."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action

from accounts.rest.views import BesideNounViewSet, router
from petitions.posters import make_poster, poster_name
from studios.models import Studio


class StudioPosterViewSet(BesideNounViewSet):
    """Only the poster: list and detail of a venue are the noun's own."""

    model = Studio

    @extend_schema(
        tags=["studios"],
        summary="二维码海报（PDF）",
        description="A4 一页：扫码反映的二维码、三步说明、电话。地址取 PUBLIC_URL，未设置时取请求的地址。",
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True, filter_backends=[], url_path="poster.pdf", url_name="poster")
    def poster(self, request, *args, **kwargs):
        studio = self.get_object()
        return pdf_answer(studio, base=request.build_absolute_uri("/"))


def pdf_answer(studio, *, base):
    """The poster as an answer, opened in the browser under the venue's name."""
    response = HttpResponse(
        make_poster(studio, base=base, on=timezone.localdate()), content_type="application/pdf"
    )
    response["Content-Disposition"] = content_disposition_header(False, poster_name(studio))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


router.register("studios", StudioPosterViewSet, basename="api-studio-poster")
