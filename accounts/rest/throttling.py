from django.conf import settings
from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle


class CallerThrottle(SimpleRateThrottle):
    """So many requests of one account (client or person), or of one address while nobody has signed in."""

    def __init__(self):
        """The rate depends on the caller and is looked up in `allow_request`."""

    def allow_request(self, request, view):
        known = bool(request.user and request.user.is_authenticated)
        self.scope = ("client" if request.user.is_service else "user") if known else "anon"
        self.ident = str(request.user.pk) if known else self.get_ident(request)
        self.rate = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][self.scope]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": self.ident}


class TokenThrottle(SimpleRateThrottle):
    """Asking for tokens: each try costs a slow hash, so one address may not ask without end."""

    def __init__(self):
        self.rate = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["token"]
        self.num_requests, self.duration = self.parse_rate(self.rate)

    def get_cache_key(self, request: HttpRequest, view):
        return self.cache_format % {"scope": "token", "ident": request.META.get("REMOTE_ADDR", "")}
