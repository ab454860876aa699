"""Pasted WeChat groups at the desk (R47): the words as they came, and rows to take matters out of them by hand."""

import secrets

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_site import add_navigation, may_view
from accounts.errors import DomainError, InvalidInput
from accounts.masking import mask_name, scrub_numbers
from petitions.actions.slips import (
    PASTE_CHAT,
    UNMASK_CHAT,
    check_may_staff,
    enter_from_chat,
    paste_chat,
    unmask_chat,
)
from petitions.admin.boxes import MOST_ROWS, errors_by_row, sent_rows
from petitions.chat import as_said, masked_text, propose, split_chat
from petitions.enums import Kind
from petitions.models import Category, PastedChat, Petition
from petitions.rules import may_staff
from records.given_forms import GivenForm
from studios.admin.staffed import StaffedVenueAdmin

BLANK_ROWS = 3


@admin.register(PastedChat)
class PastedChatAdmin(StaffedVenueAdmin):
    list_display = ["what", "on", "by_whom"]
    list_display_links = ["what"]
    search_fields = ["group_name", "studio__name"]
    search_help_text = "群名或工作室（站）"
    ordering = ["-created_at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("studio", "created_by").defer("text")

    @display(description="群聊")
    def what(self, chat):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', chat.group_name, chat.studio.name
        )

    @display(description="录入时间", ordering="created_at")
    def on(self, chat):
        return f"{timezone.localtime(chat.created_at):%Y-%m-%d %H:%M}"

    @display(description="录入人")
    def by_whom(self, chat):
        return chat.created_by.label if chat.created_by else "—"

    def get_urls(self):
        unmask = path(
            "<int:pk>/unmask/",
            self.admin_site.admin_view(self.unmask_view),
            name="petitions_pastedchat_unmask",
        )
        return [unmask, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = GivenForm(PASTE_CHAT, sent(request), user=request.user)
        # Kept as it came: the form would have taken the blanks off its ends.
        form.fields["text"].strip = False
        chat, status = self.take_form(request, form, lambda by, at: paste_chat(by=by, at=at, **form.given()))
        if chat:
            messages.success(request, "原文已存好，下面标出了像是事项的几条，请核对后摘出。")
            return HttpResponseRedirect(reverse("admin:petitions_pastedchat_change", args=[chat.pk]))
        context = {
            "title": "粘贴群聊",
            "form": form,
            "button": "存下原文，去摘出",
            "back": reverse("admin:petitions_pastedchat_changelist"),
        }
        return self.show(request, "admin/petitions/given_form.html", context, status=status)

    def unmask_view(self, request, pk):
        chat = self.find(request, pk)
        if not may_staff(request.user, chat.studio):
            raise PermissionDenied
        form = GivenForm(UNMASK_CHAT, sent(request), user=request.user)
        text, status = self.take_form(
            request, form, lambda by, at: unmask_chat(chat, by=by, at=at, **form.given())
        )
        if text is not None:
            return self._page(request, chat, full=True)
        back = reverse("admin:petitions_pastedchat_change", args=[chat.pk])
        context = {"title": "查看未打码的原文", "form": form, "button": "查看", "back": back}
        return self.show(request, "admin/petitions/given_form.html", context, status=status)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        chat = self.find(request, object_id)
        if request.method != "POST":
            return self._page(request, chat)
        if not may_staff(request.user, chat.studio):
            raise PermissionDenied
        rows = picked_rows(request.POST, chat)
        numbers = [number for number, _row in rows]
        by, at = Actor.from_request(request, "admin"), timezone.now()
        try:
            check_may_staff(by.user, chat.studio)
            made = enter_from_chat(chat, [row for _number, row in rows], by=by, at=at)
        except InvalidInput as fault:
            found, whole = errors_by_row(fault, numbers)
            return self._page(
                request, chat, typed=typed_rows(request.POST), found=found, whole=whole, status=400
            )
        except DomainError as fault:
            typed = typed_rows(request.POST)
            return self._page(request, chat, typed=typed, whole=[fault.message], status=fault.http_status)
        messages.success(request, f"已摘出 {len(made)} 件。" if made else "这几条刚才已经摘出过了。")
        return HttpResponseRedirect(reverse("admin:petitions_pastedchat_change", args=[chat.pk]))

    def _page(self, request, chat, *, typed=None, found=None, whole=(), full=False, status=200):
        show = str if full else scrub_numbers
        made = Petition.objects.visible_to(request.user).filter(chat=chat).with_names().order_by("pk")
        made = list(made)
        known = {"".join(petition.content.split()) for petition in made}
        may_enter = may_staff(request.user, chat.studio)
        context = {
            "title": f"群聊：{chat.group_name}",
            "chat": chat,
            "text": chat.text if full else masked_text(chat.text),
            "full": full,
            "made": made,
            "may_enter": may_enter,
            "rows": rows_of(chat, typed, found or {}, show=show, known=known) if may_enter else [],
            "token": request.POST.get("token") or secrets.token_hex(6),
            "kinds": Kind.choices,
            "categories": list(Category.objects.filter(is_active=True)),
            "whole": whole,
        }
        return self.show(request, "admin/petitions/pastedchat/detail.html", context, status=status)


def sent(request):
    return request.POST if request.method == "POST" else None


def proposals(chat):
    """What people said in it, in order: [Proposal] without the lines of the program itself."""
    found = propose(split_chat(chat.text))
    return [one for one in found if one.message.body and not one.message.is_system][: MOST_ROWS - BLANK_ROWS]


def rows_of(chat, typed, found, *, show, known):
    """[(number, fields, sentences, what the hint says, ticked, merged with the one above)]"""
    rows = []
    hints = proposals(chat)
    for number in range(len(hints) + BLANK_ROWS):
        hint = hints[number] if number < len(hints) else None
        fields = {"content": show(hint.message.body), "kind": hint.kind} if hint else {}
        taken = bool(hint) and "".join(hint.message.body.split()) in known
        ticked = bool(hint) and hint.is_matter and not taken
        merged = named = False
        if typed is not None:
            fields = typed.get(number, fields)
            ticked, merged, named = (bool(fields.get(name)) for name in ("pick", "merge", "speaker"))
        said = _said(hint, taken) if hint else "另记一件"
        rows.append((number, fields, found.get(number, {}), said, ticked, merged, named, hint))
    return rows


def _said(hint, taken):
    who = f"{mask_name(hint.message.speaker)} {hint.message.time}".strip()
    if taken:
        return f"{who}，已摘出".strip("，")
    why = f"提到「{hint.because}」，像是{Kind(hint.kind).label}" if hint.is_matter else "不像事项"
    return f"{who}，{why}".strip("，")


def typed_rows(data):
    """Everything that stands in the form, ticked or not: nothing typed is lost."""
    marks = ("pick", "merge", "speaker")
    fields = ("content", "kind", "category", "place", "petitioner_name", "petitioner_phone", *marks)
    return {
        number: {name: data.get(f"row-{number}-{name}", "") for name in fields} for number in range(MOST_ROWS)
    }


def picked_rows(data, chat):
    """The rows that were ticked; one that is merged brings its words to the one above, and its kind is dropped."""
    hints = proposals(chat)
    picked = []
    for number, row in sent_rows(data):
        if number < len(hints):
            # Before two are merged: the numbers that the page hides go back to where they were said.
            row["content"] = as_said(row["content"], [hints[number].message.body])
        if not data.get(f"row-{number}-pick"):
            continue
        if data.get(f"row-{number}-merge") and picked:
            above = picked[-1][1]
            above["content"] = f"{above['content'].rstrip()}\n{row['content'].lstrip()}"
            continue
        if data.get(f"row-{number}-speaker") and number < len(hints) and not row["petitioner_name"].strip():
            row["petitioner_name"] = hints[number].message.speaker
        picked.append((number, row))
    return picked


add_navigation(
    "群众的事",
    [("群聊", "forum", "admin:petitions_pastedchat_changelist", may_view("petitions.pastedchat"))],
)
