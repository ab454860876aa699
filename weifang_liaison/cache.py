"""A cache that outlives its server: while Redis cannot be reached, files in DATA_DIR stand in.

Throttles and the limits on guessing codes count in the cache. An outage must not make them forget, nor keep everybody
out by making them fail.
"""

import logging
import time

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

log = logging.getLogger(__name__)

# After a failure Redis is left alone for so long, or every call would wait for its timeout again.
REST_SECONDS = 3


def _with_stand_in(name):
    def call(self, *args, **kwargs):
        if time.monotonic() >= self._rests_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except (ConnectionError, TimeoutError) as error:
                # /healthz tells that the broker is away; a line for every page would drown the rest.
                log.debug("cache server not reached, files stand in: %s", error)
                self._rests_until = time.monotonic() + REST_SECONDS
        return getattr(self._stand_in, name)(*args, **kwargs)

    call.__name__ = name
    return call


class SteadyCache(RedisCache):
    """Django's Redis cache with OPTIONS["stand_in_folder"], the folder of files that stand in."""

    def __init__(self, server, params):
        options = dict(params.get("OPTIONS", {}))
        folder = options.pop("stand_in_folder")
        super().__init__(server, params | {"OPTIONS": options})
        self._stand_in = FileBasedCache(folder, params | {"OPTIONS": {}})
        self._rests_until = 0.0

    add = _with_stand_in("add")
    get = _with_stand_in("get")
    set = _with_stand_in("set")
    touch = _with_stand_in("touch")
    delete = _with_stand_in("delete")
    get_many = _with_stand_in("get_many")
    has_key = _with_stand_in("has_key")
    incr = _with_stand_in("incr")
    set_many = _with_stand_in("set_many")
    delete_many = _with_stand_in("delete_many")

    def clear(self):
        """Only our own keys: a given Redis holds the queues as well, and flushing it would lose their messages."""
        self._stand_in.clear()
        try:
            client = self._cache.get_client(write=True)
            keys = list(client.scan_iter(match=f"{self.key_prefix}:*", count=1000))
            if keys:
                client.delete(*keys)
        except (ConnectionError, TimeoutError) as error:
            log.debug("cache server not reached: %s", error)
        return True
