"""A form that arrives twice is done once: a second click, a page sent again, a line that broke before the answer.

Every page that is drawn masks its CSRF token anew, so the same token with the same words is the same form.
"""

import hashlib
import time

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponseRedirect

from weifang_liaison.sessions import UNNOTICED

KEPT = 600
"""Seconds for which a form is known again; who means it a second time opens the page again."""
LONGEST_WAIT = 10
"""Seconds that a second form waits for what becomes of the first."""
UNDER_WAY = "…"


class ResentFormMiddleware:
    """Only forms of people who are signed in, and only where the first was answered by going on elsewhere: what was
    refused may be sent again as it is. Fragments (htmx) and REST have ways of their own (`Idempotency-Key`)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        key = getattr(request, "_form_key", None)
        if key:
            if response.status_code == 302:
                cache.set(key, response["Location"], KEPT)
            else:
                cache.delete(key)
        return response

    def process_view(self, request, view, args, kwargs):
        """After the CSRF token has been looked at, and before anything happens."""
        if request.method != "POST" or request.htmx or request.path.startswith(UNNOTICED):
            return None
        if not request.user.is_authenticated or "csrfmiddlewaretoken" not in request.POST:
            return None
        key = _key_of(request)
        if cache.add(key, UNDER_WAY, KEPT):
            request._form_key = key
            return None
        until = time.monotonic() + LONGEST_WAIT
        while (address := cache.get(key)) == UNDER_WAY and time.monotonic() < until:
            time.sleep(0.1)
        if address is None:
            # The first was refused: this one is looked at in its own right.
            return self.process_view(request, view, args, kwargs)
        messages.info(request, "这张表刚才已经提交过了，没有重复登记。")
        return HttpResponseRedirect(request.path if address == UNDER_WAY else address)

    def process_exception(self, request, exception):
        if key := getattr(request, "_form_key", None):
            cache.delete(key)


def _key_of(request):
    told = hashlib.sha256(f"{request.user.pk} {request.get_full_path()}".encode())
    for name, values in sorted(request.POST.lists()):
        told.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        told.update(repr((name, [(file.name, file.size) for file in files])).encode())
    return f"resent:{told.hexdigest()}"
