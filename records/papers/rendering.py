"""HTML to PDF by WeasyPrint. It needs Pango from the system, so it is loaded when the first page is printed: a machine
without it runs everything else, and prints Word.
"""

import ctypes
import ctypes.util
import logging
from functools import cache

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from PIL import ImageFile

from accounts.errors import DomainError

PAPER = "papers/paper.css"


class PdfUnavailable(DomainError):
    """This machine cannot make a PDF; the sentence says what is missing."""

    code = "pdf-unavailable"
    http_status = 503


NO_PANGO = (
    "本机没有安装 PDF 排版组件（Pango），暂时不能生成 PDF。有 Word 版的请改下 Word 版，或请管理员安装后再试。"
)
NO_FONT = "本机没有安装中文字体，PDF 里的字会变成空白。有 Word 版的请改下 Word 版，或请管理员安装中文字体（如 Noto CJK）后再试。"


def render_pdf(template, context, *, stylesheets=(PAPER,)):
    """The bytes of a PDF with its fonts embedded. `stylesheets` are paths below static/.

    Nothing is fetched: pictures belong into the page as `data:` addresses (see `qr.draw_svg_address`). Raises
    PdfUnavailable where Pango or a Chinese font is missing.
    """
    weasyprint = _load()
    html = render_to_string(template, context)
    sheets = [weasyprint.CSS(string=_read(name)) for name in stylesheets]
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    page = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url="data:,")
    return page.write_pdf(stylesheets=sheets)


def pdf_problem():
    """Why no PDF can be made here, as a sentence; empty where it can."""
    try:
        _load()
    except PdfUnavailable as fault:
        return fault.message
    return ""


def _load():
    try:
        import weasyprint
        import weasyprint.urls
    except (ImportError, OSError) as error:
        # OSError: the Python package is there, a library of the system is not.
        raise PdfUnavailable(NO_PANGO) from error
    # It makes Pillow accept torn pictures for the whole process; whoever sends half a photo has to be told.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    # It tells every step of every page; only what went wrong is worth a line.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    if not has_chinese_font():
        raise PdfUnavailable(NO_FONT)
    return weasyprint


def _read(name):
    with open(finders.find(name), encoding="utf-8") as sheet:
        return sheet.read()


@cache
def has_chinese_font():
    """Asked of fontconfig, which WeasyPrint takes its fonts from; looked up once for each process."""
    name = ctypes.util.find_library("fontconfig")
    if name is None:
        return False
    lib = ctypes.CDLL(name)
    lib.FcNameParse.restype = lib.FcFontList.restype = lib.FcObjectSetCreate.restype = ctypes.c_void_p
    lib.FcFontList.argtypes = [ctypes.c_void_p] * 3
    lib.FcPatternDestroy.argtypes = lib.FcObjectSetDestroy.argtypes = [ctypes.c_void_p]
    lib.FcFontSetDestroy.argtypes = [ctypes.c_void_p]
    pattern, wanted = lib.FcNameParse(b":lang=zh-cn"), lib.FcObjectSetCreate()
    found = lib.FcFontList(None, pattern, wanted)
    # struct FcFontSet starts with the number of fonts.
    number = ctypes.cast(found, ctypes.POINTER(ctypes.c_int))[0] if found else 0
    if found:
        lib.FcFontSetDestroy(found)
    lib.FcPatternDestroy(pattern)
    lib.FcObjectSetDestroy(wanted)
    return number > 0
