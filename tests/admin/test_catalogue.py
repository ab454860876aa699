import gettext
from pathlib import Path

import polib
from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"


def test_the_compiled_catalogue_is_in_step_with_its_source():
    source = polib.pofile(str(FOLDER / "django.po"))
    with (FOLDER / "django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    stale = [
        entry.msgid
        for entry in source
        if (
            catalogue.ngettext(entry.msgid, entry.msgid_plural, 2) != entry.msgstr_plural[0]
            if entry.msgid_plural
            else catalogue.gettext(entry.msgid) != entry.msgstr
        )
    ]
    assert stale == []
    assert len(polib.mofile(str(FOLDER / "django.mo"))) == len(source)


def test_every_entry_is_translated_and_none_is_in_doubt():
    source = polib.pofile(str(FOLDER / "django.po"))
    assert source.untranslated_entries() + source.fuzzy_entries() == []
