"""The code on a slip of the masses' survey: drawn by lot, printed once, kept only as a keyed hash until it is used.

60 bits in three groups of four signs (Crockford's base 32: no I, L, O, U), short enough to be typed by who cannot scan.
Changing SECRET_KEY makes slips handed out before void, unless the old key stands in SECRET_KEY_FALLBACKS.
"""

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

from petitions.tracking import ALPHABET, LOOK_ALIKES

LENGTH = 12
GROUP = 4
NO_CODE = "0" * LENGTH
"""Looked up in place of what cannot be a code, so that it takes the same time."""


def new_codes(count):
    """So many codes, each its own. They say nothing of each other, nor of when they were made."""
    codes = set()
    while len(codes) < count:
        codes.add("".join(secrets.choice(ALPHABET) for _place in range(LENGTH)))
    return list(codes)


def in_groups(code):
    """ "7K3M9QX2…" → "7K3M-9QX2-…", as it is printed."""
    return "-".join(code[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def read_code(text):
    """The code somebody typed: small letters, full-width signs, spaces, dashes and look-alikes are all right. None where
    it cannot be one."""
    plain = unicodedata.normalize("NFKC", text or "")[:60].upper().translate(LOOK_ALIKES)
    code = "".join(sign for sign in plain if sign.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def digest_of(code, *, secret=None):
    key = hmac.digest(
        (secret or settings.SECRET_KEY).encode(), b"evaluations.survey_codes.digest", hashlib.sha256
    )
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def digests_of(text):
    """Under which digests the code that somebody typed may be kept: by the key of today, and by older ones."""
    code = read_code(text) or NO_CODE
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [digest_of(code, secret=secret) for secret in keys]
