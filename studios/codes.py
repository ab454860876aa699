"""The code on the venue's screen that changes every minute. Pure: who types it was there; where she is nobody records.

A code holds for its minute and the one before, so that nobody is too slow to type it.
"""

import hashlib
import hmac

SECONDS = 60
DIGITS = 6


def code_at(secret, moment):
    """The six digits that show at `moment` (an aware datetime)."""
    return _code(secret, int(moment.timestamp()) // SECONDS)


def seconds_left(moment):
    return SECONDS - int(moment.timestamp()) % SECONDS


def is_right(secret, code, moment):
    """Is it the code of this minute or of the last one? Spaces that people type are passed over."""
    typed = "".join(str(code).split())
    step = int(moment.timestamp()) // SECONDS
    # All are compared, so that time tells nothing.
    found = [hmac.compare_digest(_code(secret, step - back).encode(), typed.encode()) for back in (0, 1)]
    return any(found)


def _code(secret, step):
    digest = hmac.new(secret.encode(), str(step).encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"
