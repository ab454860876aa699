from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

STARTED = "signed_in_at"
SEEN = "seen_at"
# A session that is in use is written once a minute, not at every click.
WRITE_EVERY_SECONDS = 60
UNNOTICED = "/survey/"
"""Below this address people say without their name what they think; a member of staff who does so on her own phone leaves
no trace in her session either, neither the moment nor a new cookie."""


@receiver(user_logged_in)
def start_clock(sender, request, **_kwargs):
    """Both limits count from the moment of signing in, by whatever way."""
    request.session[STARTED] = request.session[SEEN] = _now()


class SessionLimitsMiddleware:
    """Signs out who did nothing for SESSION_IDLE_MINUTES, and everybody SESSION_MAX_HOURS after signing in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(UNNOTICED) and request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    @staticmethod
    def _check(request):
        now = _now()
        started = request.session.get(STARTED)
        if started is None:  # signed in by a way that sends no signal
            started = request.session[STARTED] = request.session[SEEN] = now
        idle = now - request.session[SEEN]
        if now - started > settings.SESSION_MAX_HOURS * 3600:
            _sign_out(request, f"登录已满 {settings.SESSION_MAX_HOURS} 小时，为保护账号已退出，请重新登录。")
        elif idle > settings.SESSION_IDLE_MINUTES * 60:
            _sign_out(
                request, f"已有 {settings.SESSION_IDLE_MINUTES} 分钟没有操作，为保护账号已退出，请重新登录。"
            )
        elif idle > WRITE_EVERY_SECONDS:
            request.session[SEEN] = now


def _now():
    return int(timezone.now().timestamp())


def _sign_out(request, sentence):
    logout(request)
    messages.info(request, sentence)
