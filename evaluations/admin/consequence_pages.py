"""What the registers of candidates, talks and items to improve have in common: a page of one, and its steps."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import CountyFilter
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import Conflict, NotAllowed
from accounts.models import Organization
from records.models import Event
from records.moves import check_move
from studios.admin.forms import StepForm

READERS = (Role.ORGANIZER, Role.ASSESSOR, Role.LEADER)


class HomeFilter(CountyFilter):
    """Where the representative or the venue is at home."""

    title = "所在县市区"

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        place = Organization.objects.visible_to(request.user).filter(pk=self.value()).first()
        if place is None:
            return queryset.none()
        return queryset.filter(evaluation__organization__in=Organization.objects.within(place))


class ConsequencePages(DeskPages, ScopedModelAdmin):
    """Subclasses name `table`, `perform`, `states`, `template`, and give `page_context(request, row)`."""

    readers = READERS
    table = None
    perform = None
    states = None
    template = ""

    @property
    def url_name(self):
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).with_names()

    def get_urls(self):
        wrap = self.admin_site.admin_view
        step = path("<int:pk>/do/<slug:verb>/", wrap(self.step_view), name=f"{self.url_name}_step")
        return [step, *super().get_urls()]

    def back_to(self, row):
        return reverse(f"admin:{self.url_name}_change", args=[row.pk])

    def find(self, request, pk):
        row = super().find(request, pk)
        return self.model.objects.with_names().get(pk=row.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.page(request, self.find(request, object_id))

    def page(self, request, row, *, refusal="", status=200):
        context = {
            "title": str(row.evaluation),
            "row": row,
            "evaluation": row.evaluation,
            "moves": self.table.allowed(row, request.user),
            "step": f"admin:{self.url_name}_step",
            "list": reverse(f"admin:{self.url_name}_changelist"),
            "refusal": refusal,
            "timeline": Event.objects.about(row).order_by("-at", "-pk")[:50],
            **self.page_context(request, row),
        }
        return self.show(request, self.template, context, status=status)

    def initial_of(self, row, move):
        """What a form begins with: what has been written before, and today for the day of a deed."""
        started = {
            given.name: getattr(row, given.name, None) for given in move.needs if given.name != "reason"
        }
        today = timezone.localdate().isoformat()
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in started.items()
            if value
        } | {name: today for name in ("talk_date", "followed_up_on") if name in started and not started[name]}

    def step_view(self, request, pk, verb):
        row = self.find(request, pk)
        if verb not in self.table:
            raise Http404
        move, perform = self.table[verb], type(self).perform
        initial = self.initial_of(row, move) if request.method == "GET" else None
        form = StepForm(move.needs, sent_data(request), subject=row, initial=initial, user=request.user)
        try:
            check_move(row, move, by=Actor.from_request(request, "admin"), status=self.states)
        except (Conflict, NotAllowed) as fault:
            return self.page(request, row, refusal=fault.message, status=fault.http_status)
        done, status = self.take_form(
            request, form, lambda by, at: perform(verb, row, by=by, at=at, data=form.given())
        )
        if done:
            messages.success(request, f"已办：{move.label}。")
            return HttpResponseRedirect(self.back_to(row))
        context = {
            "title": f"{move.label}：{row.evaluation.name}",
            "lead": move.hint,
            "form": form,
            "button": move.label,
            "danger": move.tone == "danger",
            "back": self.back_to(row),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)
