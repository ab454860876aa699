"""`Idempotency-Key`: a POST that is sent twice over a bad line happens once, and both get the same answer."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from accounts.errors import InvalidInput
from accounts.models import IdempotentReply
from accounts.rest.errors import KeyReused
from accounts.rest.rendering import fingerprint_json, to_json

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"


def answer_once(handler, request, *args, **kwargs):
    """Run `handler` unless this user's key has been answered before; then give that answer again.

    The key's row is written in the transaction of the deed: both exist or neither does. A second request with the
    same key waits for the first (row lock or database lock) and then finds its answer. A refusal leaves no row, so
    the corrected request may use the key again.
    """
    key = _clean_key(request.headers[HEADER])
    fingerprint = _fingerprint(request)
    at = timezone.now()
    known = _known(request.user, key, at=at)
    if known is None:
        with transaction.atomic():
            row = _claim(request.user, key, fingerprint, at=at)
            if row is not None:
                return _answer_and_keep(row, handler, request, *args, **kwargs)
            known = _known(request.user, key, at=at)
    if known.fingerprint != fingerprint:
        raise KeyReused(f"这个 {HEADER} 已用于另一个内容不同的请求，请换一个新的。")
    return HttpResponse(
        known.body,
        status=known.status,
        content_type="application/json",
        headers={REPLAYED: "true"} | ({"Location": known.location} if known.location else {}),
    )


def _clean_key(key):
    if not 1 <= len(key) <= 100 or not key.isascii() or not key.isprintable():
        raise InvalidInput({HEADER: [f"{HEADER} 须为 1 到 100 个可见的英文字符，一般用 UUID。"]})
    return key


def _fingerprint(request):
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    files = getattr(request, "FILES", None) or {}
    data = (
        {name: value for name, value in request.data.items() if name not in files} if files else request.data
    )
    digest.update(fingerprint_json(data))
    for name in sorted(files):
        digest.update(f"\n{name} {files[name].name}\n".encode())
        for chunk in files[name].chunks():
            digest.update(chunk)
        files[name].seek(0)
    return digest.hexdigest()


def _known(user, key, *, at):
    return IdempotentReply.objects.filter(user=user, key=key, expires_at__gt=at).first()


def _claim(user, key, fingerprint, *, at):
    """A new row for the key, or None if another request has it. Waits while that request is under way."""
    IdempotentReply.objects.filter(user=user, key=key, expires_at__lte=at).delete()
    try:
        with transaction.atomic():
            return IdempotentReply.objects.create(
                user=user,
                key=key,
                fingerprint=fingerprint,
                created_at=at,
                expires_at=at + timedelta(hours=settings.IDEMPOTENCY_HOURS),
            )
    except IntegrityError:
        return None


def _answer_and_keep(row, handler, request, *args, **kwargs):
    response = handler(request, *args, **kwargs)
    row.status = response.status_code
    row.body = to_json(response.data).decode()
    row.location = response.headers.get("Location", "")
    row.save(update_fields=["status", "body", "location"])
    return response


def delete_expired_replies(*, at):
    return IdempotentReply.objects.filter(expires_at__lte=at).delete()[0]
