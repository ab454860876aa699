"""The code by which a person follows her matter: made once, shown once, kept only as a keyed hash.

A code is 80 bits in four groups of four signs (Crockford's base 32: no I, L, O, U). It is drawn from the token of the
form that brought the matter in, by a key derived from SECRET_KEY: the same form sent twice over a bad line is answered
with the same code, although nothing that is kept would let anybody compute it again (of the token only a hash is kept).

Changing SECRET_KEY makes new keys. Codes handed out before go on working while the old key stands in
SECRET_KEY_FALLBACKS; each is hashed anew when it is used.
"""

import base64
import hashlib
import hmac
import unicodedata

from django.conf import settings
from django.utils.crypto import constant_time_compare

from petitions.models import TrackingCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
LOOK_ALIKES = str.maketrans("OILU", "011V")
NO_CODE = "0" * LENGTH
"""Looked up in place of what cannot be a code, so that it takes the same time."""

_FROM_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)


def _key(purpose, secret):
    return hmac.digest(secret.encode(), f"petitions.tracking.{purpose}".encode(), hashlib.sha256)


def code_for(token):
    """The code that belongs to a form's token (at least 80 random bits of its own)."""
    drawn = hmac.digest(_key("code", settings.SECRET_KEY), token.encode(), hashlib.sha256)[:10]
    return base64.b32encode(drawn).decode().translate(_FROM_BASE32)


def in_groups(code):
    """ "7K3M9QX2…" → "7K3M-9QX2-…", as it is shown and copied."""
    return "-".join(code[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def read_code(text):
    """The code somebody typed: small letters, full-width signs, spaces, dashes and look-alikes are all right.
    None where it cannot be one."""
    plain = unicodedata.normalize("NFKC", text or "")[:80].upper().translate(LOOK_ALIKES)
    code = "".join(sign for sign in plain if sign.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def digest_of(code, *, secret=None):
    return hmac.new(_key("digest", secret or settings.SECRET_KEY), code.encode(), hashlib.sha256).hexdigest()


def source_key_of(token):
    """What a matter keeps of the form it came from; the token itself would give the code away."""
    return f"public:{hashlib.sha256(token.encode()).hexdigest()}"


def find_by_code(text):
    """The matter behind what somebody typed, or None. A wrong code and one that cannot be any cost the same."""
    code = read_code(text)
    digests = {
        digest_of(code or NO_CODE, secret=secret): secret
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    }
    rows = TrackingCode.objects.filter(digest__in=digests).select_related(
        "petition__studio",
        "petition__organization",
        "petition__category",
        "petition__lead_unit",
        "petition__channel",
    )
    found = rows.first()
    if found is None or code is None:
        return None
    if not constant_time_compare(digests[found.digest], settings.SECRET_KEY):
        TrackingCode.objects.filter(pk=found.pk).update(digest=digest_of(code))
    return found.petition
