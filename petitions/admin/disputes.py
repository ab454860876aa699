"""Disputes at the desk: one page with everything about one, and the next thing to do in front."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import DomainError, InvalidInput
from accounts.scope import Scope
from petitions.actions.disputes import (
    allowed_deeds,
    may_mediate,
    open_dispute,
    perform_dispute,
    unmask_parties,
)
from petitions.models import Dispute, Petition, Recovery
from petitions.moves.disputes import DEEDS, OPEN, OPENERS, UNMASK_REASON
from records.attachments import attach_file
from records.given_forms import GivenForm
from records.models import Attachment, Event

PROOFS = ("add_recovery", "mediate")
"""Verbs that are given a paper along: the transfer, the agreement."""


def _by_number(given, _subject, _user):
    """A clue is named by its number: a list of all of a county's would be too long to look through."""
    return forms.CharField(required=False, help_text="填编号，如 370725-2022-000123")


class ClueForm(GivenForm):
    lookups = {"petition": _by_number}


FORMS = {"link": ClueForm}


def _two_places(amount):
    return "—" if amount is None else f"{amount:,.2f}"


@admin.register(Dispute)
class DisputeAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.KEEPER, Role.LEADER)
    writers = ()
    list_display = ["what", "chip", "kind", "claimed_yuan", "recovered_yuan", "where", "on"]
    list_display_links = ["what"]
    list_filter = [("state", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter)]
    search_fields = ["number", "title"]
    search_help_text = "纠纷号或名称"
    ordering = ["-opened_at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization", "studio")

    @display(description="纠纷", ordering="number")
    def what(self, dispute):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', dispute.title, dispute.number
        )

    @display(description="状态", label={"调解中": "warning", "调解成功": "success", "调解不成": "danger"})
    def chip(self, dispute):
        return dispute.get_state_display()

    @display(description="涉及金额（元）", ordering="claimed")
    def claimed_yuan(self, dispute):
        return _two_places(dispute.claimed)

    @display(description="已追回（元）", ordering="recovered")
    def recovered_yuan(self, dispute):
        return _two_places(dispute.recovered)

    @display(description="调解工作室")
    def where(self, dispute):
        return dispute.studio.name

    @display(description="立案时间", ordering="opened_at")
    def on(self, dispute):
        return f"{timezone.localtime(dispute.opened_at):%Y-%m-%d}"

    def has_add_permission(self, request):
        return Scope.of(request.user).has(*OPENERS)

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name="petitions_dispute_step"),
            path("<int:pk>/paper/", wrap(self.paper_view), name="petitions_dispute_paper"),
            path("<int:pk>/unmask/", wrap(self.unmask_view), name="petitions_dispute_unmask"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        started = {"petition": _number_of(request)} if request.method == "GET" else None
        form = ClueForm(OPEN, sent_data(request), initial=started, user=request.user)
        by = Actor.from_request(request, "admin")
        if request.method == "POST" and form.is_valid():
            dispute = _refusable(form, lambda: open_dispute(by=by, at=timezone.now(), **form.given()))
            if dispute:
                messages.success(request, f"已登记纠纷：{dispute.number} {dispute.title}")
                return HttpResponseRedirect(reverse("admin:petitions_dispute_change", args=[dispute.pk]))
        return self._form_page(request, form, "登记纠纷", "登记", back="admin:petitions_dispute_changelist")

    def step_view(self, request, pk, verb):
        dispute = self._find(request, pk)
        deed = DEEDS.get(verb)
        if deed is None:
            raise Http404
        if not may_mediate(request.user, dispute):
            raise PermissionDenied
        if dispute.state not in deed.states:
            messages.warning(
                request, f"这起纠纷现在是「{dispute.get_state_display()}」，不能做「{deed.label}」。"
            )
            return self._to_page(dispute)
        started = _likely(dispute, verb) if request.method == "GET" else None
        build = FORMS.get(verb, GivenForm)
        form = build(deed.needs, sent_data(request), initial=started, subject=dispute, user=request.user)
        by, at = Actor.from_request(request, "admin"), timezone.now()
        if request.method == "POST" and form.is_valid():
            done = _refusable(form, lambda: _do(request, verb, dispute, form.given(), by=by, at=at))
            if done:
                messages.success(request, f"「{deed.label}」已记下。")
                return self._to_page(dispute)
        return self._form_page(
            request, form, f"{deed.label}：{dispute.title}", deed.label, dispute=dispute, deed=deed
        )

    def paper_view(self, request, pk):
        """A paper that comes later: the proof of a recovery (`?recovery=`), else the agreement or another."""
        dispute = self._find(request, pk)
        if not may_mediate(request.user, dispute):
            raise PermissionDenied
        owner = dispute
        if key := request.GET.get("recovery"):
            if not key.isdecimal() or len(key) > 18:
                raise Http404
            owner = get_object_or_404(dispute.recoveries.filter(cancelled_at=None), pk=int(key))
        form = GivenForm((), sent_data(request), user=request.user)
        if request.method == "POST" and form.is_valid():
            upload = request.FILES.get("file")
            by = Actor.from_request(request, "admin")
            if upload is None:
                form.add_error(None, "请先选一个文件。")
            elif _refusable(form, lambda: attach_file(owner, upload, by=by, at=timezone.now())):
                messages.success(request, "已上传。")
                return self._to_page(dispute)
        title = f"补凭证：{owner}" if owner is not dispute else f"上传协议书或附件：{dispute.title}"
        return self._form_page(request, form, title, "上传", dispute=dispute, takes_file=True)

    def unmask_view(self, request, pk):
        dispute = self._find(request, pk)
        if not may_mediate(request.user, dispute):
            raise PermissionDenied
        form = GivenForm([UNMASK_REASON], sent_data(request), user=request.user)
        parties = None
        if request.method == "POST" and form.is_valid():
            by, at = Actor.from_request(request, "admin"), timezone.now()
            parties = _refusable(form, lambda: unmask_parties(dispute, by=by, at=at, **form.given()))
        context = {
            **self.admin_site.each_context(request),
            "title": "查看姓名和电话",
            "opts": self.opts,
            "dispute": dispute,
            "form": form,
            "parties": parties,
        }
        status = 400 if form.errors else 200
        response = TemplateResponse(request, "admin/petitions/dispute/unmask.html", context, status=status)
        response["Cache-Control"] = "private, no-store"
        return response

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not str(object_id).isdecimal():
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        dispute = self._find(request, object_id)
        recoveries = list(dispute.recoveries.select_related("recorded_by"))
        proofs, files = _files_of(dispute, [row.pk for row in recoveries])
        clues = list(Petition.objects.visible_to(request.user).filter(dispute=dispute).with_names())
        mediates = may_mediate(request.user, dispute)
        parties = list(dispute.parties.all())
        nothing = _without_object(clues, recoveries)
        deeds = [deed for deed in allowed_deeds(dispute, request.user) if deed.verb not in nothing]
        context = {
            **self.admin_site.each_context(request),
            "title": dispute.title,
            "opts": self.opts,
            "dispute": dispute,
            "parties": parties,
            "sessions": list(dispute.sessions.all()),
            "recoveries": [(row, proofs.get(row.pk, [])) for row in recoveries],
            "missing": sum(1 for row in recoveries if not row.cancelled_at and row.pk not in proofs),
            "left": dispute.claimed - dispute.recovered if dispute.claimed is not None else None,
            "clues": clues,
            "may_attach": mediates,
            "may_unmask": mediates and any(party.phone or not party.is_firm for party in parties),
            "files": files,
            "events": list(Event.objects.about(dispute).order_by("-at", "-pk")[:50]),
            "first": [deed for deed in deeds if deed.tone == "primary"],
            "aside": [deed for deed in deeds if deed.tone != "primary"],
        }
        return TemplateResponse(request, "admin/petitions/dispute/detail.html", context)

    def _find(self, request, pk):
        rows = Dispute.objects.visible_to(request.user).select_related("organization", "studio")
        return get_object_or_404(rows, pk=pk)

    @staticmethod
    def _to_page(dispute):
        return HttpResponseRedirect(reverse("admin:petitions_dispute_change", args=[dispute.pk]))

    def _form_page(self, request, form, title, button, *, dispute=None, deed=None, back="", takes_file=False):
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "button": button,
            "dispute": dispute,
            "deed": deed,
            "takes_file": takes_file or bool(deed and deed.verb in PROOFS),
            "file_needed": takes_file,
            "back": reverse(back) if back else reverse("admin:petitions_dispute_change", args=[dispute.pk]),
        }
        status = getattr(form, "refused_with", 400 if form.errors else 200)
        return TemplateResponse(request, "admin/petitions/given_form.html", context, status=status)


def _without_object(clues, recoveries):
    """Verbs that have nothing to be done to yet: no clue to take out, no payment to write off."""
    nothing = set() if clues else {"unlink"}
    return nothing if any(not row.cancelled_at for row in recoveries) else nothing | {"cancel_recovery"}


def _number_of(request):
    """The number of the clue from whose page one comes, if the reader may see it."""
    key = request.GET.get("petition", "")
    if not key.isdecimal() or len(key) > 18:
        return ""
    seen = Petition.objects.visible_to(request.user).filter(pk=int(key))
    return seen.values_list("number", flat=True).first() or ""


def _do(request, verb, dispute, given, *, by, at):
    """The verb and the paper that came along: both or neither."""
    with transaction.atomic():
        done = perform_dispute(verb, dispute, by=by, at=at, data=given)
        upload = request.FILES.get("file")
        if upload and verb in PROOFS:
            attach_file(getattr(done, "new_recovery", done), upload, by=by, at=at)
    return done


def _refusable(form, do):
    """The result, or None with the sentences at their fields."""
    try:
        return do()
    except InvalidInput as fault:
        form.refuse(fault)
    except DomainError as fault:
        form.add_error(None, fault.message)
        form.refused_with = fault.http_status
    return None


def _likely(dispute, verb):
    """What is most often right: today, now, who pays; never a sum."""
    now = timezone.localtime()
    payer = next((party.name for party in dispute.parties.all() if party.is_firm), "")
    return {
        "paid_on": now.date().isoformat(),
        "closed_on": now.date().isoformat(),
        "held_at": f"{now:%Y-%m-%dT%H:%M}",
        "payer": payer,
        "claimed": dispute.claimed,
    }


def _files_of(dispute, recovery_ids):
    """({recovery id: its proofs}, the files of the dispute itself), in one query."""
    of_dispute = Q(owner_type=Dispute._meta.label_lower, owner_id=dispute.pk)
    of_recoveries = Q(owner_type=Recovery._meta.label_lower, owner_id__in=recovery_ids)
    proofs, files = {}, []
    for file in Attachment.objects.filter(of_dispute | of_recoveries).order_by("pk"):
        if file.owner_type == Dispute._meta.label_lower:
            files.append(file)
        else:
            proofs.setdefault(file.owner_id, []).append(file)
    return proofs, files


add_navigation(
    "群众的事",
    [("纠纷调解", "handshake", "admin:petitions_dispute_changelist", may_view("petitions.dispute"))],
)
