"""Linking cadres with representatives and representatives with branches, and the log of contacts (R50, R51)."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import build_event, record_event
from records.models import Event
from records.moves import clean_given
from representatives import rules
from representatives.actions.ledger import reverse_duty_records, write_duty_record
from representatives.enums import DutyKind, LinkEnding, LinkKind
from representatives.models import Contact, ContactLink
from representatives.moves.links import CONTACT, END_LINK, LINK

NO_ORGANIZER = "只有当地组织部门的组工干部可以安排结对，请联系他们。"


def contact_address(link):
    """On the phone; this room does not know the portal."""
    return f"/contacts/{link.pk}/"


@transaction.atomic
def make_link(*, by, at, **data):
    """One link by hand. Returns the ContactLink; InvalidInput where the ends do not fit, or are linked already."""
    if by.user is not None and not rules.organizes_anything(by.user):
        raise NotAllowed(NO_ORGANIZER)
    given = clean_given(LINK, data, None, by.user, step="结对")
    _check_ends(given, at=at)
    link = ContactLink.objects.create(**given, reason="人工指定")
    record_event(link, "link", by=by, at=at, organization=link.mandate.organization, after=_told(link))
    _tell_ends(link, at=at)
    return link


def _check_ends(given, *, at):
    kind, mandate = given["kind"], given["mandate"]
    wanted, other = ("cadre", "branch") if kind == LinkKind.CADRE else ("branch", "cadre")
    errors = {}
    if given[wanted] is None:
        errors[wanted] = ["请选择组工干部。" if wanted == "cadre" else "请选择党支部。"]
    if given[other] is not None:
        errors[other] = [f"「{LinkKind(kind).label}」不用选这一项，请去掉。"]
    if given["start_date"] > timezone.localdate(at):
        errors["start_date"] = ["起始日期不能晚于今天，请核对。"]
    if kind == LinkKind.CADRE and not mandate.is_frontline:
        errors["mandate"] = [
            f"{mandate.person.name}不是生产和工作一线代表，组工干部联系的是一线代表，请另选。"
        ]
    elif kind == LinkKind.CADRE and given["cadre"] and mandate.person.user_id == given["cadre"].pk:
        errors["cadre"] = ["不能联系自己，请另选。"]
    open_links = ContactLink.objects.open().filter(kind=kind, mandate=mandate).with_names()
    if kind == LinkKind.BRANCH:
        open_links = open_links.filter(branch=given["branch"])
    if known := open_links.first():
        errors.setdefault("mandate", []).append(
            f"{mandate.person.name}代表现在由{known.cadre}联系，要换人请先结束原来的结对。"
            if kind == LinkKind.CADRE
            else f"{mandate.person.name}代表已经联系{known.branch}了。"
        )
    if errors:
        raise InvalidInput(errors)


def _told(link):
    return {
        "kind": link.kind,
        "mandate": str(link.mandate),
        "with": link.near_end if link.kind == LinkKind.CADRE else str(link.branch),
        "start_date": link.start_date.isoformat(),
    }


def _tell_ends(link, *, at):
    person = link.mandate.person
    title = (
        f"组织部门的{link.cadre}今后联系您"
        if link.kind == LinkKind.CADRE
        else f"请您联系{link.branch}，每季度至少一次"
    )
    notify([person.user], title=title, link=contact_address(link), at=at, kind=NoticeKind.OTHER)
    if link.kind == LinkKind.CADRE:
        words = f"请您联系{person.name}代表，每季度至少一次"
        notify([link.cadre], title=words, link=contact_address(link), at=at, kind=NoticeKind.OTHER)


@transaction.atomic
def end_link(link, *, by, at, **data):
    """They are no longer linked; the log stays."""
    if by.user is not None and not rules.organizes(by.user, link.mandate):
        raise NotAllowed(NO_ORGANIZER)
    given = clean_given(END_LINK, data, link, by.user, step="结束结对")
    if given["end_date"] < link.start_date:
        raise InvalidInput({"end_date": [f"不能早于开始结对的{link.start_date}，请核对。"]})
    if given["end_date"] > timezone.localdate(at):
        raise InvalidInput({"end_date": ["结束日期不能晚于今天，请核对。"]})
    if ContactLink.objects.filter(pk=link.pk, end_date=None).update(**given) != 1:
        raise Conflict("这个结对已经结束了。请刷新页面。", code="wrong-state")
    link.end_date, link.ending = given["end_date"], given["ending"]
    record_event(
        link,
        "end_link",
        by=by,
        at=at,
        organization=link.mandate.organization,
        after={"end_date": link.end_date.isoformat(), "ending": link.ending},
    )
    return link


@transaction.atomic
def end_links(links, ending, *, by, at):
    """Several at once, for a reason that is no decision about each (a seat that is over, a cadre who left). Returns how
    many."""
    rows = list(
        links.open().select_for_update(of=("self",), no_key=True).select_related("mandate__organization")
    )
    today = timezone.localdate(at)
    ContactLink.objects.filter(pk__in=[link.pk for link in rows]).update(end_date=today, ending=ending)
    Event.objects.bulk_create(
        build_event(
            link,
            "end_link",
            by=by,
            at=at,
            organization=link.mandate.organization,
            after={"end_date": today.isoformat(), "ending": str(ending)},
        )
        for link in rows
    )
    return len(rows)


def end_links_of(mandate, *, by, at):
    """The seat is over, and with it who was linked by it."""
    return end_links(ContactLink.objects.filter(mandate=mandate), LinkEnding.MANDATE_OVER, by=by, at=at)


@transaction.atomic
def log_contact(link, *, by, at, **data):
    """Somebody was in touch. A representative's contact with her branch goes into the duty ledger; a cadre's is the
    cadre's own work. Returns the Contact."""
    if by.user is not None and not rules.may_log(by.user, link):
        raise NotAllowed("只有结对的本人和当地组工干部可以登记联系，请联系他们。")
    given = clean_given(CONTACT, data, link, by.user, step="登记联系")
    _check_day(link, given["on"], at=at)
    # Two taps on one button: the second waits here, and then finds the first.
    list(ContactLink.objects.filter(pk=link.pk).select_for_update(no_key=True).values_list("pk"))
    if Contact.objects.standing().filter(link=link, on=given["on"]).exists():
        raise InvalidInput({"on": ["这一天已经记过联系，一天记一次就够了。"]})
    contact = Contact.objects.create(link=link, recorded_at=at, recorded_by=by.user, **given)
    record_event(
        link,
        "contact",
        by=by,
        at=at,
        organization=link.mandate.organization,
        after={"on": contact.on.isoformat(), "method": contact.method},
    )
    if link.kind == LinkKind.BRANCH:
        write_duty_record(link.mandate, DutyKind.BRANCH_CONTACT, on=contact.on, source=contact)
    return contact


def _check_day(link, day, *, at):
    if day > timezone.localdate(at):
        raise InvalidInput({"on": ["联系日期不能晚于今天，请核对。"]})
    if day < link.start_date:
        raise InvalidInput({"on": [f"这个结对从{link.start_date}开始，请填这天以后的日期。"]})
    if link.end_date and day > link.end_date:
        raise Conflict(f"这个结对已于{link.end_date}结束，不能再登记以后的联系。", code="wrong-state")


@transaction.atomic
def cancel_contact(contact, *, by, at):
    """Entered by mistake: it stays, no longer counts, and the ledger takes its line back."""
    link = contact.link
    if by.user is not None and not rules.may_log(by.user, link):
        raise NotAllowed("只有结对的本人和当地组工干部可以更正，请联系他们。")
    if Contact.objects.filter(pk=contact.pk, cancelled_at=None).update(cancelled_at=at) != 1:
        raise Conflict("刚才已有人更正了这一条。请刷新页面。", code="wrong-state")
    contact.cancelled_at = at
    record_event(
        link,
        "cancel_contact",
        by=by,
        at=at,
        organization=link.mandate.organization,
        before={"on": contact.on.isoformat(), "method": contact.method},
    )
    reverse_duty_records([contact], at=at)
    return contact
