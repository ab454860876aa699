"""/healthz: is every part of the house at work? 200 if so, else 503 and which one is not."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from weifang_liaison.heartbeats import STALE_SECONDS, heartbeat_ages

TIMEOUT_SECONDS = 0.5
OK, DOWN = "ok", "down"


def check_database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return {"status": DOWN}
    return {"status": OK, "engine": connection.vendor}


def check_broker():
    client = redis.Redis.from_url(
        settings.REDIS_URL or f"unix://{settings.VALKEY_SOCKET}",
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=None,
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return {"status": DOWN}
    finally:
        client.close()
    return {"status": OK}


def check_heartbeats():
    parts = {}
    for part, age in heartbeat_ages().items():
        alive = age is not None and age <= STALE_SECONDS
        parts[part] = {
            "status": OK if alive else DOWN,
            "heartbeat_age_seconds": None if age is None else round(age, 1),
        }
    return parts


class MigrationCheck:
    """Reading the plan takes a tenth of a second; once complete it stays so for the life of this process."""

    complete = False

    def __call__(self):
        if not self.complete:
            try:
                executor = MigrationExecutor(connection)
                waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            except DatabaseError:
                return {"status": DOWN, "waiting": None}
            if waiting:
                return {"status": DOWN, "waiting": waiting}
            self.complete = True
        return {"status": OK, "waiting": 0}


check_migrations = MigrationCheck()


@never_cache
@require_safe
def healthz(request):
    parts = {"database": check_database(), "broker": check_broker(), **check_heartbeats()}
    parts["migrations"] = (
        check_migrations() if parts["database"]["status"] == OK else {"status": DOWN, "waiting": None}
    )
    healthy = all(part["status"] == OK for part in parts.values())
    response = JsonResponse({"status": OK if healthy else DOWN, **parts}, status=200 if healthy else 503)
    # Django would log an error at every probe of a house that is down, or just starting.
    response._has_been_logged = True
    return response
