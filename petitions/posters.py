"""The poster of a venue: A4, the code to scan, three steps, a phone number for those who cannot."""

from django.conf import settings
from django.urls import reverse

from petitions.papers.qr import draw_svg_address
from records.papers.rendering import render_pdf
from studios.public_days import rule_words

STYLESHEETS = ("papers/poster.css",)


def box_address(studio, *, base):
    """The address in the code: PUBLIC_URL where it is set, else where the poster was asked for."""
    return f"{settings.PUBLIC_URL or base.rstrip('/')}{reverse('portal:box', args=[studio.code])}"


def make_poster(studio, *, base, on):
    """With the rule of reception days in force `on` a day: the bytes of the PDF. Raises PdfUnavailable where this machine cannot make one."""
    address = box_address(studio, base=base)
    context = {
        "studio": studio,
        "address": address,
        "short_address": address.split("://", 1)[-1].rstrip("/"),
        "code": draw_svg_address(address),
        "rule": rule_words(studio, on=on),
        "phone": settings.PUBLIC_PHONE,
    }
    return render_pdf("papers/poster.html", context, stylesheets=STYLESHEETS)


def poster_name(studio):
    return f"二维码海报 {studio.name}.pdf"
