from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.errors import DomainError, InvalidInput, NotAllowed
from accounts.scope import Scope, under
from records.given_forms import GivenForm
from records.models import Event
from representatives import file_rules
from representatives.actions import REASON, reveal_phone
from representatives.duty_file import files_of, open_duty_file
from representatives.ledger import tell_lines
from representatives.models import READERS, ROLL_READERS, ContactLink, DutyRecord, Mandate, Person
from representatives.papers.dossier import print_dossier
from representatives.pinyin import initials

RECENT = 8
"""As many lines of the duty file as stand on the page itself."""


@admin.register(Person)
class PersonAdmin(ScopedModelAdmin):
    """One human being: mandates, group, venue, time line; the phone only for a reason."""

    readers = ROLL_READERS
    list_display = ["name", "gender", "employer", "phone_masked", "mandate_count"]
    search_fields = ["name"]
    search_help_text = "姓名或拼音首字母"
    fields = ["name", "gender", "ethnicity", "birth_month", "education", "joined_party_month", "employer"]
    change_form_template = "admin/representatives/person/change_form.html"

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("mandates")

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if term.isascii() and term.isalpha():
            return queryset.filter(pinyin__startswith=term.lower()), False
        return super().get_search_results(request, queryset, term)

    @display(description="联系电话")
    def phone_masked(self, person):
        return person.masked_phone or "—"

    @display(description="代表资格")
    def mandate_count(self, person):
        return f"{len(person.mandates.all())} 个"

    def save_model(self, request, obj, form, change):
        obj.pinyin = initials(obj.name)
        super().save_model(request, obj, form, change)

    def organization_of(self, obj):
        mandate = obj.mandates.select_related("organization").order_by("pk").first()
        return mandate.organization if mandate else None

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/phone/", wrap(self.phone_view), name="representatives_person_phone"),
            path("<int:pk>/file/", wrap(self.file_view), name="representatives_person_file"),
            path(
                "<int:pk>/file/<int:mandate>.pdf",
                wrap(self.file_paper_view),
                name="representatives_person_file_paper",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            related = ("congress", "organization", "group__placement__studio")
            mandates = list(obj.mandates.select_related(*related))
            label = Mandate._meta.label_lower
            ids = [mandate.pk for mandate in mandates]
            events = Event.objects.about(obj) | Event.objects.filter(subject_type=label, subject_id__in=ids)
            context |= {"person": obj, "mandates": mandates, "timeline": events.order_by("-at", "-pk")[:50]}
            context |= self._recent(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @staticmethod
    def _recent(request, person):
        """The last lines of her duty file, and with whom she is linked."""
        lines = DutyRecord.objects.visible_to(request.user).filter(mandate__person=person).standing()
        links = ContactLink.objects.visible_to(request.user).open().filter(mandate__person=person)
        return {
            "recent": tell_lines(list(lines.select_related("mandate")[:RECENT]), request.user),
            "links": list(links.with_last_contact().with_names()),
        }

    def file_view(self, request, pk):
        """The duty file (R73) of one person, as far as the reader may see."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
        return self._file_page(request, person)

    def _file_page(self, request, person, *, refusal="", status=200):
        mandates = files_of(person, self._readable(request.user))
        asked = request.GET.get("mandate", "")
        mandate = next((one for one in mandates if str(one.pk) == asked), mandates[0] if mandates else None)
        if asked and (mandate is None or str(mandate.pk) != asked):
            raise Http404
        kind = request.GET.get("kind", "")
        file = mandate and open_duty_file(
            mandate,
            reader=request.user,
            on=timezone.localdate(),
            asked=request.GET.get("year"),
            page=request.GET.get("page", 1),
            kind=kind,
        )
        context = {
            **self.admin_site.each_context(request),
            "title": f"履职档案：{person.name}",
            "opts": self.opts,
            "person": person,
            "file": file,
            "mandates": mandates,
            "kind": kind,
            "may_keep": mandate is not None and file_rules.may_keep_file(request.user, mandate),
            "refusal": refusal,
        }
        return TemplateResponse(request, "admin/representatives/person/file.html", context, status=status)

    @staticmethod
    def _readable(user):
        """Seats whose files she may read: those of her places, and her own."""
        prefixes = Scope.of(user).prefixes(*READERS)
        return Mandate.objects.filter(under("organization__path", prefixes) | Q(person__user_id=user.pk))

    def file_paper_view(self, request, pk, mandate):
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self._readable(request.user).filter(person=pk)
        related = ("person", "congress", "organization__parent", "group__placement__studio")
        found = get_object_or_404(rows.select_related(*related), pk=mandate)
        at = timezone.now()
        try:
            name, content = print_dossier(
                found,
                by=Actor.from_request(request, "admin"),
                at=at,
                on=timezone.localdate(at),
                asked=request.GET.get("year"),
            )
        except DomainError as fault:
            return self._file_page(request, found.person, refusal=fault.message, status=fault.http_status)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response

    def phone_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
        form = GivenForm([REASON], sent_data(request), user=request.user)
        phone, status, refusal = "", 200, ""
        try:
            if request.method == "POST" and form.is_valid():
                phone = reveal_phone(
                    person,
                    by=Actor.from_request(request, "admin"),
                    at=timezone.now(),
                    organization=self.organization_of(person),
                    **form.given(),
                )
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except NotAllowed as fault:
            refusal, status = fault.message, 403
        context = {
            **self.admin_site.each_context(request),
            "title": f"查看联系电话：{person.name}",
            "opts": self.opts,
            "person": person,
            "form": form,
            "phone": phone,
            "back": reverse("admin:representatives_person_change", args=[person.pk]),
            "refusal": refusal,
        }
        response = TemplateResponse(
            request, "admin/representatives/person/phone.html", context, status=status
        )
        response["Cache-Control"] = "no-store"
        return response
