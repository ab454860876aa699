"""The desk of the staff at /admin/: who may come in, what stands in the side bar, and the first page."""

from dataclasses import dataclass
from functools import cache, lru_cache, wraps

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from unfold.sites import UnfoldAdminSite

from accounts.scope import Scope

_ENTRIES = []
_ASKED = []


@dataclass(frozen=True)
class Task:
    """A line of the desk's first page: what waits for this user, and where it is done."""

    label: str
    words: str
    link: str
    is_late: bool = False


def add_tasks(ask):
    """Let a room put on the first page what waits there: `ask(request)` gives Tasks, with a constant number of queries."""
    _ASKED.append(ask)


def tasks(request):
    return [task for ask in _ASKED for task in ask(request)]


def add_navigation(group, entries):
    """Add entries to the side bar; apps call it in their admin.py.

    An entry is (title, icon, address, who): an address name like "admin:petitions_petition_changelist", and a
    function of the request that says whether the entry is shown.
    """
    _ENTRIES.append((group, entries))


def navigation(request):
    """The side bar of this user: only what she may open, groups in the order of the rooms."""
    groups = {}
    for title, entries in _ENTRIES:
        items = [
            {"title": name, "icon": icon, "link": address(to)}
            for name, icon, to, who in entries
            if who(request)
        ]
        groups.setdefault(title, []).extend(items)
    _mark_current(request.path, [item for items in groups.values() for item in items])
    order = ["今天", "群众的事", "党代表", "阵地", "教育培训", "年度考评", "工具", "系统"]
    return [
        {"title": title, "separator": False, "collapsible": False, "items": groups[title]}
        for title in sorted(groups, key=order.index)
        if groups[title]
    ]


def _mark_current(path, items):
    """One entry is current: the one whose address covers most of the page's."""
    covering = [item for item in items if path.startswith(item["link"])]
    best = max(covering, key=lambda item: len(item["link"]), default=None)
    for item in items:
        item["active"] = item is best


@cache
def address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return name


def may_view(model_label):
    """For `add_navigation`: shown to whoever may see the model's list."""

    def shown(request):
        from django.apps import apps
        from django.contrib import admin

        model_admin = admin.site.get_model_admin(apps.get_model(model_label))
        return model_admin.has_view_permission(request)

    return shown


class LookupView(AutocompleteJsonView):
    """What a look-up field offers; an admin may tell namesakes apart by `lookup_label(row)`."""

    def serialize_result(self, obj, to_field_name):
        label = getattr(self.model_admin, "lookup_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


@lru_cache(maxsize=256)
def _names_a_function(text):
    try:
        import_string(text)
    except ImportError:
        return False
    return True


class DeskSite(UnfoldAdminSite):
    def __init__(self, name="admin"):
        super().__init__(name)
        # Bulk deletion has no place where nothing is ever simply deleted.
        self.disable_action("delete_selected")

    def get_sidebar_list(self, request):
        """As `navigation` made it: the theme would copy and ask every entry again, for folds and badges it has not."""
        return navigation(request)

    def _get_value(self, value, *args):
        """The theme tries of every text in its settings, with every page, whether a module has that name."""
        if isinstance(value, str) and not _names_a_function(value):
            return value
        return super()._get_value(value, *args)

    def has_permission(self, request):
        user = request.user
        return user.is_active and user.is_authenticated and not user.is_service and Scope.of(user).is_staff

    def admin_view(self, view, cacheable=False):
        """No address holds a NUL: PostgreSQL cannot be asked for one, and no field of a form lets one in."""

        @wraps(view)
        def asked_for_text(request, *args, **kwargs):
            if any("\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])):
                raise BadRequest("the address holds a NUL")
            return view(request, *args, **kwargs)

        return super().admin_view(asked_for_text, cacheable)

    def get_app_list(self, request, app_label=None):
        """The side bar has entries of its own: only the page of one app shows Django's list of models, which every other
        page would make for nothing."""
        return super().get_app_list(request, app_label) if app_label else []

    def autocomplete_view(self, request):
        return LookupView.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        """One login page for everybody, so that the second factor and the lock-out hold here too."""
        if self.has_permission(request):
            return HttpResponseRedirect(resolve_url("admin:index"))
        if request.user.is_authenticated:
            return HttpResponseRedirect(resolve_url("/"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))
