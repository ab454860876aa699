"""The register of helpers (R37): who joins a venue, who leaves it. Each human being helps at one place at a time."""

import re
import unicodedata

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Organization
from records.actions import record_event
from records.moves import clean_given
from representatives.actions import reveal_phone
from representatives.models import Person
from representatives.pinyin import initials
from studios import rules
from studios.models import Helper
from studios.moves.people import JOIN, LEAVE_OFF

PHONE = re.compile(r"[0-9+][0-9]{4,19}")


@transaction.atomic
def join_helper(*, by, at, **data):
    """Somebody helps at a venue from a day on: a person the system knows, or a new one with name and telephone.

    Returns the Helper. InvalidInput where she helps somewhere already.
    """
    given = clean_given(JOIN, _plain(data), None, by.user, step="登记协助人员")
    if given["joined_date"] > timezone.localdate(at):
        raise InvalidInput({"joined_date": ["加入日期不能晚于今天，请核对。"]})
    # Two who enter the same new person at one moment make one row of her: the second waits here.
    list(Organization.objects.filter(parent=None).select_for_update(no_key=True).values_list("pk"))
    person, field = _person(given)
    check_helps_nowhere(person, field=field)
    studio = given["studio"]
    helper = Helper.objects.create(
        person=person, studio=studio, kind=given["kind"], joined_date=given["joined_date"]
    )
    record_event(
        helper,
        "join",
        by=by,
        at=at,
        organization=studio.organization,
        after={"studio": studio.name, "kind": helper.kind, "joined_date": helper.joined_date.isoformat()},
    )
    return helper


def reveal_helper_phone(helper, *, by, at, reason):
    """A helper's telephone in full, to who staffs her venue, for a reason that stays in the trail."""
    if not rules.may_staff(by.user, helper.studio):
        raise NotAllowed("只有本室的联络员和主管单位的组工干部可以查看，请联系他们。")
    phone = reveal_phone(helper.person, by=by, at=at, reason=reason, organization=helper.studio.organization)
    if not phone:
        raise Conflict("没有留电话。", code="no-phone")
    return phone


def _plain(data):
    phone = data.get("phone")
    if isinstance(phone, str):
        data = {**data, "phone": re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", phone))}
    return data


def _person(given):
    """(Person, the field a fault about her belongs to)"""
    if given["person"]:
        if given["name"] or given["phone"]:
            raise InvalidInput({"name": ["已选了系统里的人，就不用再填姓名和电话，请去掉一样。"]})
        return given["person"], "person"
    errors = {}
    if len(given["name"]) < 2:
        errors["name"] = ["请选择系统里的人，或填写姓名。"]
    if not PHONE.fullmatch(given["phone"]):
        errors["phone"] = ["电话应为5到20位数字，可带区号，请核对。"]
    if errors:
        raise InvalidInput(errors)
    return find_or_make_person(given["name"], given["phone"]), "name"


def find_or_make_person(name, phone):
    """One row for each human being: same name and telephone is the same one."""
    known = Person.objects.filter(name=name, phone=phone).order_by("pk").first()
    return known or Person.objects.create(name=name, phone=phone, pinyin=initials(name))


def check_helps_nowhere(person, *, field):
    known = Helper.objects.filter(person=person, left_date=None).select_related("studio").first()
    if known:
        raise InvalidInput({field: [helps_already(known)]})


def helps_already(helper):
    return (
        f"{helper.person.name}已是{helper.studio.name}的{helper.get_kind_display()}，"
        "一人只登记一处。要转到本室，请先在那边登记退出。"
    )


@transaction.atomic
def leave_off_helper(helper, *, by, at, **data):
    """She no longer helps; the row stays, and counts for the time she did."""
    if not rules.may_staff(by.user, helper.studio):
        raise NotAllowed("只有本室的联络员和主管单位的组工干部可以登记退出，请联系他们。")
    given = clean_given(LEAVE_OFF, data, helper, by.user, step="登记退出")
    if given["left_date"] < helper.joined_date:
        raise InvalidInput({"left_date": [f"退出日期不能早于加入的{helper.joined_date}，请核对。"]})
    if given["left_date"] > timezone.localdate(at):
        raise InvalidInput({"left_date": ["退出日期不能晚于今天，请核对。"]})
    if Helper.objects.filter(pk=helper.pk, left_date=None).update(**given) != 1:
        raise Conflict(f"{helper.person.name}已经登记过退出了。", code="wrong-state")
    helper.left_date, helper.left_reason = given["left_date"], given["left_reason"]
    record_event(
        helper,
        "leave_off",
        by=by,
        at=at,
        organization=helper.studio.organization,
        after={"left_date": helper.left_date.isoformat()},
        note=helper.left_reason,
    )
    return helper
