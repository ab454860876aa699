"""打印海报: from the page of a venue. Whoever sees the venue at the desk may print its poster."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from petitions.api.posters import pdf_answer
from records.papers.rendering import PdfUnavailable
from studios.models import Studio


def poster(request, pk):
    studio = get_object_or_404(Studio.objects.visible_to(request.user), pk=pk)
    try:
        return pdf_answer(studio, base=request.build_absolute_uri("/"))
    except PdfUnavailable as fault:
        messages.error(request, fault.message)
        return HttpResponseRedirect(reverse("admin:studios_studio_change", args=[studio.pk]))
