"""Pairs at the desk: who takes on whom, what they do, and how it ends (R34–R36)."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import CountyFilter
from accounts.admin_pages import DeskPages
from accounts.admin_policies import PlacePolicyAdmin
from accounts.enums import OrganizationKind, Role
from accounts.errors import Conflict, NotAllowed
from accounts.scope import Scope
from records.models import Event
from records.moves import check_move
from representatives.quarters import Quarter
from training import pair_rules
from training.actions.pairs import (
    NOT_HERS,
    add_goal,
    cancel_mentoring,
    make_pair,
    perform_pair,
    reach_goal,
    record_mentoring,
)
from training.admin.pair_forms import PairForm
from training.enums import PairStatus
from training.models import MentorPair, PairPolicy
from training.moves.pairs import GOAL, PAIR, PAIRS, REACH, RECORD
from training.pages.pair import CHIPS, pair_page
from training.pair_suggesting import pair_suggested, suggest_mentors, suggest_pairs

NAME = "training_mentorpair"
STEPS = {
    "record": ("记帮带", RECORD, record_mentoring, "on"),
    "add_goal": ("定目标", GOAL, add_goal, ""),
    "reach_goal": ("达到目标", REACH, reach_goal, "reached_date"),
}
"""verb: (label, what it is given, the verb, the field that is today unless somebody says otherwise)"""


class QuarterFilter(DropdownFilter):
    title = "本季度"
    parameter_name = "quarter"

    def lookups(self, request, model_admin):
        return [("silent", "还没有帮带记录")]

    def queryset(self, request, queryset):
        if self.value() != "silent":
            return queryset
        quarter = Quarter.of(timezone.localdate())
        return queryset.active().silent_between(quarter.first, quarter.last)


@admin.register(MentorPair)
class MentorPairAdmin(DeskPages, ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
    list_display = ["ends", "chip", "kind", "place", "last", "start_date"]
    list_display_links = ["ends"]
    list_filter = [
        CountyFilter,
        ("kind", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
        QuarterFilter,
    ]
    search_fields = ["mentor__person__name", "mentee__name"]
    search_help_text = "帮带代表或青年的姓名"
    ordering = ["organization__path", "pk"]
    list_before_template = "admin/training/mentorpair/list_tools.html"
    related = ("mentor__person__user", "mentor__organization", "mentee__user", "organization__parent")

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return Scope.of(request.user).has(Role.ORGANIZER)

    def get_queryset(self, request):
        return super().get_queryset(request).with_last_record().with_names()

    @display(description="谁带谁")
    def ends(self, pair):
        words = pair.reason if pair.reason == "人工指定" else f"结对理由：{pair.reason}"
        return format_html(
            '<span class="desk-what"><b>{} → {}</b><small>{}</small></span>',
            pair.mentor.person.name,
            pair.mentee.name,
            words,
        )

    @display(description="状态", ordering="status")
    def chip(self, pair):
        words = pair.get_status_display()
        return format_html('<span class="chip chip--{}">{}</span>', CHIPS[pair.status], words)

    @display(description="青年所在地", ordering="organization__path")
    def place(self, pair):
        home = pair.organization
        return f"{home.parent.display_name} {home.display_name}" if home.parent else home.display_name

    @display(description="上次帮带", empty_value="还没有")
    def last(self, pair):
        return pair.last_on

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("suggestions/", wrap(self.suggestions_view), name=f"{NAME}_suggestions"),
            path("<int:pk>/do/<slug:verb>/", wrap(self.step_view), name=f"{NAME}_step"),
            path("<int:pk>/records/<int:record>/cancel/", wrap(self.cancel_view), name=f"{NAME}_cancel"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        self.check_may_add(request)
        today = timezone.localdate()
        following = today.replace(year=today.year + 1, day=min(today.day, 28))
        started = {
            "kind": "cadre",
            "start_date": f"{today:%Y-%m-%d}",
            "planned_end_date": f"{following:%Y-%m-%d}",
        }
        started |= {name: request.GET[name] for name in ("mentor", "organization") if request.GET.get(name)}
        form = PairForm(
            PAIR, sent_data(request), initial=started if request.method == "GET" else None, user=request.user
        )
        pair, status = self.take_form(request, form, lambda by, at: make_pair(by=by, at=at, **form.given()))
        if pair:
            messages.success(
                request, f"已结对：{pair.mentor.person.name}代表带{pair.mentee.name}，双方会收到通知。"
            )
            return HttpResponseRedirect(reverse(f"admin:{NAME}_change", args=[pair.pk]))
        context = {
            "title": "安排结对帮带",
            "lead": "市级以上在任代表带青年党代表或青年干部。青年党代表从系统里选；青年干部不在系统里的，填姓名、电话、出生年月。",
            "form": form,
            "button": "结对",
            "back": reverse(f"admin:{NAME}_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._page(request, self.find(request, object_id))

    def _page(self, request, pair, *, refusal="", status=200):
        may_record = pair_rules.may_record(request.user, pair) and pair.status == PairStatus.ACTIVE
        context = {
            "title": f"{pair.mentor.person.name}代表带{pair.mentee.name}",
            "pair": pair,
            "page": pair_page(pair, on=timezone.localdate()),
            "may_record": may_record,
            "moves": PAIRS.allowed(pair, request.user),
            "timeline": Event.objects.about(pair).order_by("-at", "-pk")[:50],
            "refusal": refusal,
        }
        return self.show(request, "admin/training/mentorpair/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        pair = self.find(request, pk)
        if verb in PAIRS:
            move = PAIRS[verb]
            label, needs, today = move.label, move.needs, "ended_date" if verb != "reopen" else ""

            def do(by, at):
                return perform_pair(verb, pair, by=by, at=at, data=form.given())
        elif verb in STEPS:
            label, needs, action, today = STEPS[verb]
            move = None

            def do(by, at):
                return action(pair, by=by, at=at, **form.given())
        else:
            raise Http404
        initial = {today: f"{timezone.localdate():%Y-%m-%d}"} if today and request.method == "GET" else None
        form = PairForm(needs, sent_data(request), subject=pair, initial=initial, user=request.user)
        if refused := self._refusal(request, pair, move):
            return self._page(request, pair, refusal=refused.message, status=refused.http_status)
        done, status = self.take_form(request, form, do)
        if done:
            messages.success(request, f"已{label}。")
            return HttpResponseRedirect(reverse(f"admin:{NAME}_change", args=[pair.pk]))
        context = {
            "title": f"{label}：{pair}",
            "lead": move.hint if move else "",
            "form": form,
            "button": label,
            "danger": bool(move and move.tone == "danger"),
            "back": reverse(f"admin:{NAME}_change", args=[pair.pk]),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    @staticmethod
    def _refusal(request, pair, move):
        """Right and state are asked first, so that who only looks on is not told what she left out."""
        try:
            if move:
                check_move(pair, move, by=Actor.from_request(request, "admin"), status=PairStatus)
            elif not pair_rules.may_record(request.user, pair):
                raise NotAllowed(NOT_HERS)
            elif pair.status != PairStatus.ACTIVE:
                raise Conflict(f"这一对现在是「{pair.get_status_display()}」，不能再登记。")
        except (Conflict, NotAllowed) as fault:
            return fault
        return None

    def cancel_view(self, request, pk, record):
        pair = self.find(request, pk)
        row = get_object_or_404(pair.records, pk=record)
        row.pair = pair
        return self.take_press(
            request,
            lambda by, at: cancel_mentoring(row, by=by, at=at),
            told="已更正，这一条不再计入履职档案。",
            back=reverse(f"admin:{NAME}_change", args=[pair.pk]),
            refused=lambda sentence, status: self._page(
                request, self.find(request, pk), refusal=sentence, status=status
            ),
        )

    def suggestions_view(self, request):
        """Young representatives without a mentor, each with the one who fits best; those ticked are paired. And for a
        young cadre of a place and field, who could take her on."""
        if not Scope.of(request.user).has(Role.ORGANIZER):
            raise PermissionDenied
        places = pair_rules.places_organized(None, request.user).order_by("path")
        asked = (request.POST if request.method == "POST" else request.GET).get("place", "")
        place = places.filter(pk=asked).first() if asked.isdecimal() else places.first()
        if place is None:
            raise Http404
        today = timezone.localdate()
        suggestions = suggest_pairs(place, on=today)
        if request.method == "POST":
            return self._pair_ticked(request, place, suggestions)
        field = request.GET.get("field", "").strip()[:40]
        context = {
            "title": "结对建议",
            "place": place,
            "places": places.exclude(kind=OrganizationKind.TOWN) if places.count() > 30 else places,
            "suggestions": suggestions,
            "field": field,
            "mentors": suggest_mentors(place, field) if field else [],
        }
        return self.show(request, "admin/training/mentorpair/suggestions.html", context)

    def _pair_ticked(self, request, place, suggestions):
        ticked = set(request.POST.getlist("pair"))
        chosen = [one for one in suggestions if f"{one.young.pk}-{one.mentor.pk}" in ticked]
        made, refused = pair_suggested(chosen, by=Actor.from_request(request, "admin"), at=timezone.now())
        if made:
            messages.success(request, f"结成 {len(made)} 对，双方会收到通知。")
        for one, sentence in refused:
            messages.warning(request, f"{one.young.person.name}没有结对：{sentence}")
        if not chosen:
            messages.warning(request, "没有选中仍然有效的建议，请重新勾选。")
        return HttpResponseRedirect(f"{reverse(f'admin:{NAME}_suggestions')}?place={place.pk}")


@admin.register(PairPolicy)
class PairPolicyAdmin(PlacePolicyAdmin):
    """What is expected of pairs: set by the organizers of the city and of counties."""

    list_display = ["organization", "representative_age", "cadre_age", "most_mentees", "reminder_days"]
