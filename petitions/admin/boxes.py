"""Opinion boxes at the desk (R46): who opened which box when, and its slips, row by row from the keyboard."""

import secrets

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import sent_data
from accounts.admin_site import add_navigation, may_view
from accounts.errors import DomainError, InvalidInput
from petitions.actions.slips import CORRECT_COUNT, MOST_ROWS, OPEN_BOX, correct_count, enter_slips, open_box
from petitions.enums import Kind
from petitions.models import BoxOpening, Category, Petition
from petitions.rules import may_staff, staffed_studios
from records.attachments import attach_file
from records.given_forms import GivenForm
from records.models import Attachment
from studios.admin.staffed import StaffedVenueAdmin

ROWS = 10
FIELDS = ("content", "kind", "category", "place", "petitioner_name", "petitioner_phone")


def sent_rows(data, *, prefix="row"):
    """The rows of a page that was sent, each a dict of `FIELDS` with its key; rows nobody wrote in are left out, and
    the number each has on the page stays with it."""
    token = "".join(sign for sign in data.get("token", "") if sign.isalnum())[:12]
    rows = []
    for number in range(MOST_ROWS):
        row = {name: data.get(f"{prefix}-{number}-{name}", "") for name in FIELDS}
        if any(row[name].strip() for name in FIELDS if name != "kind"):
            rows.append((number, row | {"key": f"{token}-{number}"}))
    return rows


def errors_by_row(fault, numbers):
    """{number on the page: {field: sentences}} and the sentences for the whole page."""
    rows, whole = {}, []
    for name, sentences in fault.errors.items():
        parts = name.split(".")
        if len(parts) == 3:
            rows.setdefault(numbers[int(parts[1])], {})[parts[2]] = sentences
        else:
            whole += sentences
    return rows, whole


@admin.register(BoxOpening)
class BoxOpeningAdmin(StaffedVenueAdmin):
    list_display = ["what", "opened", "openers", "slip_count", "left"]
    list_display_links = ["what"]
    search_fields = ["place", "studio__name"]
    search_help_text = "意见箱位置或工作室（站）"
    ordering = ["-opened_at", "-pk"]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("studio")
        return rows.annotate(entered=Count("petitions"))

    @display(description="意见箱")
    def what(self, opening):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', opening.place, opening.studio.name
        )

    @display(description="开箱时间", ordering="opened_at")
    def opened(self, opening):
        return f"{timezone.localtime(opening.opened_at):%Y-%m-%d %H:%M}"

    @display(description="开箱人")
    def openers(self, opening):
        return f"{opening.opener_one}、{opening.opener_two}"

    @display(description="录入", label={"已录完": "success"})
    def left(self, opening):
        left = opening.slip_count - opening.entered
        return "已录完" if left <= 0 else f"还差 {left} 件"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        count = path("<int:pk>/count/", wrap(self.count_view), name="petitions_boxopening_count")
        photo = path("<int:pk>/photo/", wrap(self.photo_view), name="petitions_boxopening_photo")
        return [count, photo, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        started = _likely(request.user, at=timezone.now()) if request.method == "GET" else None
        form = GivenForm(OPEN_BOX, sent_data(request), initial=started, user=request.user)

        def do(by, at):
            with transaction.atomic():
                opening = open_box(by=by, at=at, **form.given())
                if upload := request.FILES.get("file"):
                    attach_file(opening, upload, by=by, at=at)
                return opening

        opening, status = self.take_form(request, form, do)
        if opening:
            messages.success(request, f"开箱已记下，共 {opening.slip_count} 件，请接着录入。")
            return HttpResponseRedirect(reverse("admin:petitions_boxopening_change", args=[opening.pk]))
        context = {
            "title": "记一次开箱",
            "form": form,
            "button": "记下，去录入",
            "takes_file": True,
            "file_label": "开箱照片",
            "back": reverse("admin:petitions_boxopening_changelist"),
        }
        return self.show(request, "admin/petitions/given_form.html", context, status=status)

    def count_view(self, request, pk):
        opening = self.find(request, pk)
        if not may_staff(request.user, opening.studio):
            raise PermissionDenied
        started = {"slip_count": opening.slip_count} if request.method == "GET" else None
        form = GivenForm(CORRECT_COUNT, sent_data(request), initial=started, user=request.user)
        done, status = self.take_form(
            request, form, lambda by, at: correct_count(opening, by=by, at=at, **form.given())
        )
        back = reverse("admin:petitions_boxopening_change", args=[opening.pk])
        if done:
            messages.success(request, f"箱内件数已改为 {done.slip_count} 件。")
            return HttpResponseRedirect(back)
        context = {"title": f"更正件数：{opening.place}", "form": form, "button": "更正", "back": back}
        return self.show(request, "admin/petitions/given_form.html", context, status=status)

    def photo_view(self, request, pk):
        """A photo that was not at hand when the opening was written down."""
        opening = self.find(request, pk)
        if not may_staff(request.user, opening.studio):
            raise PermissionDenied
        form = GivenForm((), sent_data(request), user=request.user)

        def do(by, at):
            upload = request.FILES.get("file")
            if upload is None:
                raise InvalidInput({"__all__": ["请先选一个文件。"]})
            return attach_file(opening, upload, by=by, at=at)

        done, status = self.take_form(request, form, do)
        back = reverse("admin:petitions_boxopening_change", args=[opening.pk])
        if done:
            messages.success(request, "开箱照片已存好。")
            return HttpResponseRedirect(back)
        context = {
            "title": f"补开箱照片：{opening.place}",
            "form": form,
            "button": "上传",
            "takes_file": True,
            "file_needed": True,
            "file_label": "开箱照片",
            "back": back,
        }
        return self.show(request, "admin/petitions/given_form.html", context, status=status)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        opening = self.find(request, object_id)
        if request.method == "POST":
            if not may_staff(request.user, opening.studio):
                raise PermissionDenied
            return self._enter(request, opening)
        return self._page(request, opening)

    def _enter(self, request, opening):
        rows = sent_rows(request.POST)
        numbers = [number for number, _row in rows]
        try:
            by = Actor.from_request(request, "admin")
            made = enter_slips(opening, [row for _number, row in rows], by=by, at=timezone.now())
        except InvalidInput as fault:
            found, whole = errors_by_row(fault, numbers)
            return self._page(request, opening, typed=dict(rows), found=found, whole=whole, status=400)
        except DomainError as fault:
            return self._page(
                request, opening, typed=dict(rows), whole=[fault.message], status=fault.http_status
            )
        messages.success(
            request, f"已录入 {len(made)} 件。" if made else "这些行刚才已经录过了，没有重复录入。"
        )
        return HttpResponseRedirect(reverse("admin:petitions_boxopening_change", args=[opening.pk]))

    def _page(self, request, opening, *, typed=None, found=None, whole=(), status=200):
        entered = list(
            Petition.objects.visible_to(request.user).filter(box_opening=opening).with_names().order_by("pk")
        )
        count = opening.petitions.count()
        files = Attachment.objects.filter(owner_type="petitions.boxopening", owner_id=opening.pk)
        left = opening.slip_count - count
        may_enter = may_staff(request.user, opening.studio)
        context = {
            "title": f"{opening.place}开箱",
            "opening": opening,
            "entered": entered,
            "count": count,
            "left": left,
            "files": list(files),
            "may_enter": may_enter,
            "enters_now": may_enter and (left > 0 or typed),
            "token": request.POST.get("token") or secrets.token_hex(6),
            "rows": _drawn(typed or {}, found or {}, number=max(min(left, ROWS), max(typed or [0]) + 1)),
            "kinds": Kind.choices,
            "categories": list(Category.objects.filter(is_active=True)),
            "whole": whole,
        }
        return self.show(request, "admin/petitions/boxopening/detail.html", context, status=status)


def _likely(user, *, at):
    """What is most often right: the keeper's one venue, its box where it hung last time, herself, now."""
    venues = list(staffed_studios(None, user)[:2])
    studio = venues[0] if len(venues) == 1 else None
    last = BoxOpening.objects.visible_to(user).filter(studio=studio).first() if studio else None
    return {
        "studio": studio.pk if studio else None,
        "place": last.place if last else "",
        "opened_at": f"{timezone.localtime(at):%Y-%m-%dT%H:%M}",
        "opener_one": user.display_name if studio else "",
        "opener_two": last.opener_two if last else "",
    }


def _drawn(typed, found, *, number):
    """[(number on the page, what was typed, its sentences)]"""
    return [(n, typed.get(n, {}), found.get(n, {})) for n in range(min(number, MOST_ROWS))]


add_navigation(
    "群众的事",
    [("意见箱", "inbox", "admin:petitions_boxopening_changelist", may_view("petitions.boxopening"))],
)
