from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from petitions.actions import allowed_moves
from petitions.counting import CAP, AheadPaginator
from petitions.enums import Status
from petitions.finding import search
from petitions.models import Petition
from petitions.models.petitions import sees_few
from petitions.pages.clock import clock_part
from petitions.pages.dispute import dispute_of
from petitions.pages.due import due_words, explain_due
from petitions.pages.hands import hands_part, routing_part
from petitions.pages.problem import merged_words
from petitions.pages.stages import stages_of
from petitions.pages.timeline import timeline_of
from petitions.rules import may_unmask
from petitions.searches import recent_matters, remember_view
from portal.access import representatives_only
from portal.worklist import TABS, count_tabs, in_tab, matters_of, rows_of
from records.models import Attachment
from workdays.queries import load_calendar

PAGE_SIZE = 20

BUTTONS = {"feedback": "已告知本人", "reopen": "不满意，重新办理"}
"""What a representative would say, where the table's word is the desk's."""


@representatives_only
@require_safe
def matter_list(request):
    today = timezone.localdate()
    tab = next((t for t in TABS if t.code == request.GET.get("tab")), None)
    if request.GET.get("whose") == "recent":
        return _recent_list(request, today)
    whose = "group" if request.GET.get("whose") == "group" else "mine"
    words = request.GET.get("q", "").replace("\x00", "").strip()[:50]
    matters = search(matters_of(request.user, whose=whose), words, reader=request.user)
    counts = count_tabs(matters, reader=request.user, on=today)
    if tab is None:
        # Nothing asked for: show what waits for her, or else what is under way.
        tab = TABS[0] if counts["todo"] and not words else TABS[4 if words else 2]
    wanted = request.GET.get("page")
    # The tab's count is the number of rows, unless it has been capped.
    known = counts[tab.code] if sees_few(request.user) or counts[tab.code] < CAP else None
    rows, named = in_tab(matters, tab.code, on=today), Petition.objects.with_names()
    page = AheadPaginator(rows, PAGE_SIZE, page=wanted, named=named, known=known).get_page(wanted)
    context = {
        "active": "matters",
        "tabs": [(t, counts[t.code]) for t in TABS],
        "tab": tab,
        "whose": whose,
        "words": words,
        "page": page,
        "rows": rows_of(page.object_list, reader=request.user, on=today, calendar=load_calendar()),
    }
    return _show_list(request, context)


def _recent_list(request, today):
    """What she opened lately, whoever received it, the last one first."""
    rows = rows_of(recent_matters(request.user), reader=request.user, on=today, calendar=load_calendar())
    return _show_list(request, {"active": "matters", "whose": "recent", "rows": rows})


def _show_list(request, context):
    fragment = request.htmx and not request.htmx.history_restore_request
    return render(request, "portal/_matters.html" if fragment else "portal/matters.html", context)


@representatives_only
@require_safe
def matter_page(request, pk):
    petition = find_matter(request.user, pk)
    remember_view(petition, user=request.user, at=timezone.now())
    return show_matter(request, petition)


def find_matter(user, pk):
    return get_object_or_404(Petition.objects.visible_to(user).with_names(), pk=pk)


def show_matter(request, petition, *, refusal="", status=200):
    """The page of one matter, fresh from the database; `refusal` tells why a step did not happen."""
    moves = allowed_moves(petition, request.user)
    # Asked for only where there can be one: the page has a limit of queries.
    answered = petition.replied_at or petition.reopen_count
    context = {
        "active": "matters",
        "petition": petition,
        "refusal": refusal,
        "stages": stages_of(petition),
        "due": due_words(petition, on=timezone.localdate(), calendar=load_calendar()),
        "explanation": explain_due(petition),
        "clock": clock_part(petition, request.user),
        "replies": list(petition.replies.select_related("organization")) if answered else [],
        "feedbacks": list(petition.feedbacks.all()) if answered else [],
        "supplements": list(petition.supplements.all()) if petition.channel.code == "web" else [],
        "timeline": timeline_of(petition),
        "files": list(Attachment.objects.about(petition)),
        "can_unmask": petition.is_masked and may_unmask(request.user, petition),
        "buttons": [(move, BUTTONS.get(move.verb, move.label)) for move in _thumb_order(moves)],
        "is_withdrawn": petition.status == Status.WITHDRAWN,
        "merged": merged_words(petition),
        "hands": hands_part(petition, request.user) if petition.status == Status.HANDLING else None,
        "routing": routing_part(petition, request.user),
        "dispute": dispute_of(petition, request.user),
    }
    return render(request, "portal/matter.html", context, status=status)


def _thumb_order(moves):
    """The step forward last, where the right thumb is, and it alone in red."""
    return sorted(moves, key=lambda move: move.tone == "primary")
