"""Secrets at rest: what a user entrusts to us is encrypted with a key derived from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text, *, purpose):
    return _keys(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed, *, purpose):
    """The text, or None where the key is another one by now (SECRET_KEY was changed and the old one not kept)."""
    try:
        return _keys(purpose).decrypt(sealed.encode("ascii")).decode()
    except InvalidToken:
        return None


def _keys(purpose):
    """The current key first; keys that SECRET_KEY_FALLBACKS remembers still open."""
    return MultiFernet(
        [_key(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret, purpose):
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"accounts.secrets.{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
