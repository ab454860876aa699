"""Who came in, who went out, and who tried: written into the trail from Django's own signals."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Organization, User
from records.actions import record_event


def connect():
    user_logged_in.connect(_came_in, dispatch_uid="records.came_in")
    user_logged_out.connect(_went_out, dispatch_uid="records.went_out")
    user_login_failed.connect(_was_refused, dispatch_uid="records.was_refused")


def _came_in(sender, request, user, **kwargs):
    _tell(user, "signed_in", request, by=user)


def _went_out(sender, request, user, **kwargs):
    if user is not None:
        _tell(user, "signed_out", request, by=user)


def _was_refused(sender, credentials, request=None, **kwargs):
    """Only names that exist are written down: what a stranger types may be a password in the wrong field."""
    user = User.objects.filter(username=credentials.get("username") or "").first()
    if user is not None:
        _tell(user, "sign_in_refused", request, by=None)


def _tell(user, verb, request, *, by):
    address = request.META.get("REMOTE_ADDR") if request is not None else None
    organization = Organization.objects.filter(memberships__user=user).order_by("path").first()
    record_event(
        user,
        verb,
        by=Actor(user=by, door="portal", address=address or None),
        at=timezone.now(),
        organization=organization,
    )
