"""Signs of life of the worker and of the clock that starts periodic tasks, kept in the cache for /healthz."""

import time

from celery.beat import PersistentScheduler
from celery.signals import worker_ready
from django.core.cache import cache

INTERVAL_SECONDS = 5
# A few missed beats: a busy machine is not a dead one.
STALE_SECONDS = 30
KEEP_SECONDS = 24 * 3600
PARTS = ("worker", "beat")


def _key(part):
    return f"heartbeat:{part}"


def beat_heart(part):
    cache.set(_key(part), time.time(), KEEP_SECONDS)


def heartbeat_ages():
    """Seconds since each part's last sign of life; None for one that gave none within a day."""
    told = cache.get_many([_key(part) for part in PARTS])
    now = time.time()
    return {part: max(now - told[_key(part)], 0.0) if _key(part) in told else None for part in PARTS}


class HeartbeatScheduler(PersistentScheduler):
    _next_beat = 0.0

    def tick(self, *args, **kwargs):
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + INTERVAL_SECONDS
            beat_heart("beat")
        return super().tick(*args, **kwargs)


@worker_ready.connect
def start_heart(sender, **_kwargs):
    """On the worker's own event loop: a worker whose loop hangs stops beating."""
    beat_heart("worker")
    sender.timer.call_repeatedly(INTERVAL_SECONDS, beat_heart, ("worker",))
