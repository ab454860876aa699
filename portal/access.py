"""Who gets in by this door: representatives. Staff are shown to theirs."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.enums import Role
from accounts.scope import Scope


def is_representative(user):
    return Scope.of(user).has(Role.REPRESENTATIVE)


def staff_door_of(user):
    """Where this user's work as a member of staff is: the desk or the figures; None for who is none."""
    scope = Scope.of(user)
    desk = [role for role in Role.staff_roles() if role != Role.LEADER]
    if scope.has(*desk):
        return reverse("admin:index")
    return reverse("portal:figures") if scope.has(Role.LEADER) else None


def signed_in(view):
    """For any signed-in user. Nothing behind the door is kept by a browser or a proxy on the way."""

    @never_cache
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.htmx:
            # A fragment cannot hold a sign-in page: the whole page goes there and comes back.
            here = request.htmx.current_url_abs_path or reverse("portal:home")
            response = HttpResponse(status=204)
            response["HX-Redirect"] = redirect_to_login(here).url
            return response
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))

    return guarded


def representatives_only(view):
    @signed_in
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not is_representative(request.user):
            raise PermissionDenied("这里是党代表的页面，您的账号没有党代表身份。")
        return view(request, *args, **kwargs)

    return guarded
