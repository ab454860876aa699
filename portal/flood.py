"""How much may come in at the public's door, without punishing those who share an address.

A village's one Wi-Fi or a carrier's gateway stands for hundreds of people. So an address (and a venue) has a free
budget an hour; beyond it each sender is asked a small sum that needs no script; only far beyond it, or for one phone
that sends and sends, the door closes for a while, with a way on. The numbers are settings (BOX_…, TRACK_…).

Counting is by the cache. While that cannot be reached at all, each process counts for itself and lets fewer in.
"""

import hashlib
import logging
import random
import threading
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.cache import cache

log = logging.getLogger(__name__)

HOUR = 3600
DAY = 24 * HOUR
TRY_WINDOW = 600
DEVICE_COOKIE = "phone"
DEVICE_SALT = "portal.device"
SUM_SALT = "portal.sum"
DIGITS = "零一二三四五六七八九"
LONGEST_WAIT = 15 * 60


@dataclass(frozen=True)
class Source:
    """Who is at the door, as far as one can tell: the phone (None without its cookie), the address, the venue."""

    device: str | None
    address: str
    venue: str = ""


class _Blind:
    """What a process counts for itself while the cache is away; emptied every hour, so it cannot grow without end."""

    def __init__(self):
        self.lock = threading.Lock()
        self.hour, self.counts = None, {}

    def count(self, key, by, *, at):
        with self.lock:
            hour = int(at.timestamp()) // HOUR
            if hour != self.hour or len(self.counts) > 10_000:
                self.hour, self.counts = hour, {}
            self.counts[key] = self.counts.get(key, 0) + by
            return self.counts[key]


_blind = _Blind()


def _count(scope, who, *, at, window, by=1):
    """How often it was counted in this window, with this time (`by=0` only looks)."""
    digest = hashlib.sha256(f"{scope}:{who}".encode()).hexdigest()[:32]
    key = f"flood:{scope}:{digest}:{int(at.timestamp()) // window}"
    try:
        cache.add(key, 0, timeout=window + 60)
        return cache.incr(key, by) if by else cache.get(key, 0)
    except ValueError:
        # The key went away between the two calls.
        return by
    except Exception as error:
        log.warning("the cache cannot count (%s): counting in the process", type(error).__name__)
        return _blind.count(key, by, at=at) + _blind_surplus(at, by)


def _blind_surplus(at, by):
    """All that this process let in blindly: beyond its limit everybody looks like too many."""
    everything = _blind.count("everything", by, at=at)
    return 10**6 if everything > settings.BOX_BLIND_PER_HOUR * 4 else 0


# --- sending ---------------------------------------------------------------------------------------------


def is_refused(source, *, at):
    """Has this phone, or an address or venue as a whole, sent so much that it has to wait?"""
    return (
        _device_sent_enough(source, at=at)
        or _count("address", source.address, at=at, window=HOUR, by=0) >= settings.BOX_ADDRESS_MOST_PER_HOUR
        or _count("venue", source.venue, at=at, window=HOUR, by=0) >= settings.BOX_VENUE_MOST_PER_HOUR
    )


def _device_sent_enough(source, *, at):
    return bool(source.device) and (
        _count("device", source.device, at=at, window=HOUR, by=0) >= settings.BOX_DEVICE_PER_HOUR
        or _count("device-day", source.device, at=at, window=DAY, by=0) >= settings.BOX_DEVICE_PER_DAY
    )


def asks_sum(source, *, at):
    """Has this address or venue used up its free budget, so that each sender is asked a sum?"""
    return (
        _count("address", source.address, at=at, window=HOUR, by=0) >= settings.BOX_ADDRESS_FREE_PER_HOUR
        or _count("venue", source.venue, at=at, window=HOUR, by=0) >= settings.BOX_VENUE_FREE_PER_HOUR
    )


def count_sent(source, *, at):
    """One more matter came in."""
    _count("address", source.address, at=at, window=HOUR)
    _count("venue", source.venue, at=at, window=HOUR)
    if source.device:
        _count("device", source.device, at=at, window=HOUR)
        _count("device-day", source.device, at=at, window=DAY)


# --- the sum ---------------------------------------------------------------------------------------------


def new_sum(token):
    """(question, seal): 七加五等于几. The seal holds the sum and the form it was asked for."""
    first, second = random.randint(2, 9), random.randint(1, 9)
    seal = signing.dumps({"sum": first + second, "form": _short(token)}, salt=SUM_SALT)
    return f"{DIGITS[first]}加{DIGITS[second]}等于几？", seal


def sum_is_right(answer, seal, token):
    try:
        asked = signing.loads(seal or "", salt=SUM_SALT, max_age=HOUR)
    except signing.BadSignature:
        return False
    return asked["form"] == _short(token) and _number(answer) == asked["sum"]


def _short(token):
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _number(text):
    """12, １２ or 十二; None for anything else."""
    plain = unicodedata.normalize("NFKC", text or "").strip().replace(" ", "")[:8]
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if "十" in plain:
        tens, ones = plain.split("十", 1)
        if tens in ("", "一") and (ones == "" or ones in DIGITS[1:]) and len(ones) <= 1:
            return 10 + (DIGITS.index(ones) if ones else 0)
        return None
    return DIGITS.index(plain) if len(plain) == 1 and plain in DIGITS else None


# --- wrong codes -----------------------------------------------------------------------------------------


def wait_after_wrong_code(source, *, at):
    """Seconds to wait after one more wrong code: nothing at first, then twice as long each time. A right code is
    answered at any time, so a village that shares an address is never shut out."""
    tries = _count("track", source.device or source.address, at=at, window=TRY_WINDOW)
    together = _count("track-address", source.address, at=at, window=TRY_WINDOW)
    over = max(tries - settings.TRACK_FREE_TRIES, (together - settings.TRACK_FREE_TRIES * 20) // 10)
    return min(2 ** min(over, 10) * 5, LONGEST_WAIT) if over > 0 else 0


# --- calendars -------------------------------------------------------------------------------------------


def reads_too_often(name, *, at, most):
    """Are calendars read more often than any program needs to? A secret one is counted by itself, not by who reads
    it: the large calendar services ask for thousands of people from one address."""
    return _count("calendar", name, at=at, window=HOUR) > most


# --- the phone -------------------------------------------------------------------------------------------


def source_of(request, *, venue=""):
    try:
        device = request.get_signed_cookie(DEVICE_COOKIE, salt=DEVICE_SALT, max_age=30 * DAY)
    except (KeyError, signing.BadSignature):
        device = None
    return Source(device=device, address=request.META.get("REMOTE_ADDR", ""), venue=venue)


def remember_device(request, response):
    """A random name for this phone, so that one that floods can be told from a village that shares an address."""
    if DEVICE_COOKIE not in request.COOKIES:
        name = signing.b62_encode(random.SystemRandom().getrandbits(96))
        response.set_signed_cookie(
            DEVICE_COOKIE,
            name,
            salt=DEVICE_SALT,
            max_age=30 * DAY,
            httponly=True,
            samesite="Lax",
            secure=settings.HTTPS,
        )
    return response
