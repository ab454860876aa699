"""Word files by docxtpl, from templates an office may open in Word and change; they are made by `word_templates.py`."""

from io import BytesIO
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
BREAKS = str.maketrans({"\a": None, "\f": None})
"""Signs to which docxtpl gives a meaning of its own; nobody's words may end a paragraph or a page."""


def render_word(code, context):
    """The bytes of a .docx. Strings may hold line ends."""
    # Loaded at the first Word file: lxml and jinja2 are heavy, and most processes never print.
    from docxtpl import DocxTemplate

    document = DocxTemplate(TEMPLATES / f"{code}.docx")
    document.render(_plain(context), autoescape=True)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(value):
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return str(value).translate(BREAKS)
