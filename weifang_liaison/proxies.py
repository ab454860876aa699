import ipaddress

from django.conf import settings

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class TrustedProxyMiddleware:
    """Makes REMOTE_ADDR the client's own address when, and only when, the peer is one of TRUSTED_PROXIES.

    Everything behind (events, axes, throttles) then reads REMOTE_ADDR and cannot be fooled by a header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = self._client_of(request.META)
        else:
            for header in FORWARDED:
                request.META.pop(header, None)
        return self.get_response(request)

    @staticmethod
    def _client_of(meta):
        """The last address in the chain that is not a proxy of ours: whatever stands before it may be invented."""
        chain = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        for address in reversed(chain):
            if not _is_address(address):
                break
            if not _is_trusted(address):
                return address
        return meta["REMOTE_ADDR"]


def _is_address(raw):
    try:
        ipaddress.ip_address(raw)
    except ValueError:
        return False
    return True


def _is_trusted(raw):
    return _is_address(raw) and any(
        ipaddress.ip_address(raw) in network for network in settings.TRUSTED_PROXIES
    )
