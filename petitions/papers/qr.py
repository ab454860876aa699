"""QR codes for posters and letters (segno: pure Python, no picture library)."""

from io import BytesIO

import segno

QUIET = 4
"""Width of the white border in modules; phones want four (ISO/IEC 18004)."""


def _code(text):
    # A quarter of the code may be dirty or torn off: posters hang outdoors.
    return segno.make(text, error="q", micro=False, boost_error=False)


def draw_svg(text, *, scale=8):
    """An <svg> element to put into a page as it is."""
    return _code(text).svg_inline(scale=scale, border=QUIET, dark="#000")


def draw_svg_address(text, *, scale=8):
    """A `data:` address for <img src>, also in a PDF."""
    return _code(text).svg_data_uri(scale=scale, border=QUIET, dark="#000", light="#fff")


def draw_png(text, *, scale=12):
    """The bytes of a PNG, for Word and for download."""
    out = BytesIO()
    _code(text).save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()
