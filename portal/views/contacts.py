"""联系: whom one is to be in touch with, and a contact written down in ten seconds. Cadres come in here as well."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from portal.access import is_representative, signed_in
from records.given_forms import GivenForm
from representatives import rules
from representatives.actions import cancel_contact, log_contact
from representatives.link_report import own_links
from representatives.models import Contact, ContactLink
from representatives.moves.links import CONTACT
from representatives.quarters import Quarter

SHOWN = 20


class ContactForm(GivenForm):
    prompts = {"method": "怎么联系的", "on": "哪天", "note": "说了什么"}


def _layout(user):
    return "portal/page.html" if is_representative(user) else "allauth/layouts/manage.html"


@signed_in
@require_safe
def contacts(request):
    today = timezone.localdate()
    quarter = Quarter.of(today)
    rows = list(own_links(request.user, on=today))
    silent = [link for link in rows if link.last_on is None or link.last_on < quarter.first]
    mine = ContactLink.objects.standing_on(today).filter(
        mandate__person__user_id=request.user.pk, kind="cadre"
    )
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "quarter": quarter,
        "days_left": quarter.days_left(on=today),
        "silent": silent,
        "done": [link for link in rows if link not in silent],
        "cadre_links": list(mine.with_names()),
    }
    return render(request, "portal/contacts.html", context)


def _find(user, pk):
    """Her own, from either end; anybody else's is not there."""
    return get_object_or_404(ContactLink.objects.ending_at(user).with_names(), pk=pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def contact_page(request, pk):
    link = _find(request.user, pk)
    form = _form(request)
    try:
        if request.method == "POST" and form.is_valid():
            log_contact(link, by=Actor.from_request(request, "portal"), at=timezone.now(), **form.given())
            messages.success(request, f"已记下，{link.other_end}本季度联系过了。")
            return redirect("portal:contacts")
    except InvalidInput as fault:
        form.refuse(fault)
        return _show(request, link, form, status=fault.http_status)
    except (Conflict, NotAllowed) as fault:
        return _show(request, _find(request.user, pk), form, refusal=fault.message, status=fault.http_status)
    return _show(request, link, form)


def _form(request):
    if request.method == "POST":
        return ContactForm(CONTACT, request.POST, user=request.user)
    today = timezone.localdate()
    form = ContactForm(CONTACT, initial={"on": today.isoformat(), "method": "visit"}, user=request.user)
    form.fields["on"].widget.attrs["max"] = today.isoformat()
    return form


def _show(request, link, form, *, refusal="", status=200):
    may_log = rules.keeps_link(request.user, link) and link.end_date is None
    form.fields["note"].widget.attrs |= {"rows": 2, "placeholder": str(form.fields["note"].help_text)}
    form.fields["note"].help_text = ""
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "link": link,
        "form": form if may_log else None,
        "may_cancel": rules.keeps_link(request.user, link),
        "rows": list(link.contacts.standing().select_related("recorded_by")[:SHOWN]),
        "refusal": refusal,
    }
    return render(request, "portal/contact.html", context, status=status)


@signed_in
@require_POST
def contact_cancel(request, pk, contact):
    link = _find(request.user, pk)
    row = get_object_or_404(Contact, link=link, pk=contact)
    row.link = link
    try:
        cancel_contact(row, by=Actor.from_request(request, "portal"), at=timezone.now())
    except (Conflict, NotAllowed) as fault:
        return _show(request, link, _form_of_get(request), refusal=fault.message, status=fault.http_status)
    messages.success(request, "已更正，这一条不再计数。")
    return redirect("portal:contact", pk=link.pk)


def _form_of_get(request):
    return ContactForm(CONTACT, user=request.user)
