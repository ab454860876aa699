"""The board of groups (编组看板): people are moved between groups, by dragging or by ticking and choosing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import OrganizationKind, Role
from accounts.errors import DomainError, InvalidInput
from accounts.models import Organization
from accounts.scope import Scope, under
from representatives.actions.groups import move_people
from representatives.models import ROLL_READERS
from representatives.moves.groups import organized_groups
from representatives.pages.group_board import board_of

PLACES = (OrganizationKind.TOWN, *OrganizationKind.county_level())


class BoardPages:
    """Pages of GroupAdmin."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("board/", wrap(self.board_view), name="representatives_group_board"),
            *super().get_urls(),
        ]

    def board_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        place, county, counties, towns = self._chosen(request)
        refusal, status = "", 200
        if request.method == "POST":
            data = {
                "mandates": request.POST.getlist("mandates"),
                "group": request.POST.get("group", ""),
                "note": request.POST.get("note", ""),
                "keep": request.POST.get("keep", ""),
            }
            try:
                _check_chosen(data)
                moved = move_people(by=Actor.from_request(request, "admin"), at=timezone.now(), **data)
            except DomainError as fault:
                refusal, status = fault.message, fault.http_status
            else:
                messages.success(request, _words_of(moved, request.POST.getlist("mandates")))
                return HttpResponseRedirect(
                    f"{reverse('admin:representatives_group_board')}?place={place.pk}" if place else "."
                )
        board = board_of(place) if place else None
        may_move = board is not None and Scope.of(request.user).covers(place, Role.ORGANIZER)
        context = {
            "title": f"{place.display_name}编组看板" if place else "编组看板",
            "board": board,
            "place": place,
            "county": county,
            "counties": counties,
            "towns": towns,
            "may_move": may_move,
            "elsewhere": self._elsewhere(request, board) if may_move else [],
            "refusal": refusal,
            "sent": request.POST if refusal else {},
            "sent_ids": [int(one) for one in request.POST.getlist("mandates") if one.isdecimal()]
            if refusal
            else [],
        }
        return self.show(request, "admin/representatives/group/board.html", context, status=status)

    @staticmethod
    def _chosen(request):
        """(place, its county, the counties and the towns on offer); the first one with something to see."""
        prefixes = Scope.of(request.user).prefixes(*ROLL_READERS)
        places = Organization.objects.filter(under("path", prefixes), kind__in=PLACES)
        asked = request.POST.get("place") or request.GET.get("place", "")
        if asked.isdecimal():
            place = get_object_or_404(places.select_related("parent"), pk=asked)
        else:
            with_groups = places.filter(groups__dissolved_date=None, groups__isnull=False)
            place = with_groups.order_by("path").first() or places.order_by("path").first()
        if place is None:
            return None, None, [], []
        counties = list(places.county_level().order_by("path"))
        county = place if place.kind != OrganizationKind.TOWN else place.parent
        near = places.filter(path__startswith=county.path, kind=OrganizationKind.TOWN)
        return place, county, counties, list(near.order_by("path"))

    @staticmethod
    def _elsewhere(request, board):
        """The other groups of the county that somebody may be sent to."""
        shown = [column.group.pk for column in board.columns]
        rows = organized_groups(None, request.user).exclude(pk__in=shown)
        return list(rows.filter(organization__path__startswith=board.place.county_path)[:200])


def _check_chosen(data):
    """An empty choice must not send anybody out of her group: that is a choice of its own on the page."""
    if not data["group"]:
        raise InvalidInput({"group": ["请选择调到哪个小组。"]})
    data["group"] = "" if data["group"] == "none" else data["group"]


def _words_of(moved, ticked):
    if not moved:
        return f"{len(ticked)} 名代表原来就在这里，编组说明已更新。"
    names = "、".join(mandate.person.name for mandate in moved[:5])
    more = f"等 {len(moved)} 名" if len(moved) > 5 else ""
    group = moved[0].group
    return f"已把{names}{more}调到{group.name}。" if group else f"已把{names}{more}移出小组，等待再编。"
