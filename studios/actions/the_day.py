"""What the keeper does on the day itself: who is here, who came, who sat beside (R25, R38)."""

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.actions import record_event
from records.moves import Given, check_move, clean_given, make_move
from representatives.models import Person
from studios import rules
from studios.codes import is_right
from studios.enums import CheckInMeans, CompanionRole, DayStatus, DutyStatus
from studios.models import Companion, Helper, Visit
from studios.moves import DUTIES

VISIT = (
    Given("count", _("人次"), "integer", minimum=1, maximum=500),
    Given("is_member", _("党员"), "boolean", required=False),
    Given("name", _("姓名"), required=False, max_length=40, help=_("可以不记")),
    Given("note", _("来意"), required=False, max_length=200),
)
CODE = Given(
    "code",
    _("现场口令"),
    max_length=10,
    help=_("工作室屏幕上的 6 位数字，每分钟换一次"),
    missing=_("请填写屏幕上的 6 位数字。"),
)


def possible_companions(day, user):
    """Helpers of the venue, and as mentees whoever the user sees: a young representative of another town may come."""
    seen = Person.objects.visible_to(user).values("pk")
    return Person.objects.filter(Q(pk__in=_helpers_of(day)) | Q(pk__in=seen))


def _helpers_of(day):
    return Helper.objects.filter(studio=day.studio).current(on=day.date).values("person_id")


def _check_companion(day, person, role):
    if day.duties.holding().filter(person=person).exists():
        raise InvalidInput({"person": [f"{person.name}当天驻室，到岗已经单独登记，不用再记。"]})
    if role == CompanionRole.HELPER and not _helpers_of(day).filter(person=person).exists():
        raise InvalidInput(
            {"role": [f"{person.name}不是本室的协助人员。请先在「协助人员」里登记，或选「结对青年」。"]}
        )


COMPANION = (
    Given("person", _("人员"), "model", options=possible_companions),
    Given("role", _("身份"), "choice", options=CompanionRole),
)


def _check_open(day, at, *, by):
    if not rules.may_staff(by.user, day.studio):
        raise NotAllowed("只有本室的联络员和主管单位的组工干部可以登记，请联系他们。")
    if day.status != DayStatus.PUBLISHED:
        raise Conflict(
            f"这个接待日现在是「{day.get_status_display()}」，不能再登记。要改请先「更正登记」。",
            code="wrong-state",
        )
    if day.date > timezone.localdate(at):
        raise Conflict("还没有到这一天，不能登记。", code="not-yet")


@transaction.atomic
def record_visit(day, *, by, at, **data):
    """One visitor, or several of one kind at once. Returns the Visit."""
    _check_open(day, at, by=by)
    given = clean_given(VISIT, data, day, by.user, step="登记来访")
    if given["name"] and given["count"] != 1:
        raise InvalidInput({"name": ["记姓名时人次须为 1；几个人一起来的，请一人一条，或不记姓名。"]})
    visit = Visit.objects.create(day=day, recorded_at=at, recorded_by=by.user, **given)
    after = {"count": visit.count, "is_member": visit.is_member}
    record_event(day, "record_visit", by=by, at=at, organization=day.studio.organization, after=after)
    return visit


@transaction.atomic
def cancel_visit(visit, *, by, at):
    """Entered by mistake: it stays, and no longer counts."""
    day = visit.day
    _check_open(day, at, by=by)
    if Visit.objects.filter(pk=visit.pk, cancelled_at=None).update(cancelled_at=at) != 1:
        raise Conflict("刚才已有人更正了这一条。请刷新页面。")
    after = {"count": visit.count, "is_member": visit.is_member}
    record_event(day, "cancel_visit", by=by, at=at, organization=day.studio.organization, after=after)


@transaction.atomic
def add_companion(day, *, by, at, **data):
    """A helper or a mentee was there (R38). Returns the Companion."""
    _check_open(day, at, by=by)
    given = clean_given(COMPANION, data, day, by.user, step="登记同驻室人员")
    _check_companion(day, given["person"], given["role"])
    companion, is_new = Companion.objects.get_or_create(
        day=day,
        person=given["person"],
        defaults={"role": given["role"], "recorded_at": at, "recorded_by": by.user},
    )
    if not is_new:
        raise InvalidInput({"person": [f"{companion.person.name}已经登记过了。"]})
    record_event(
        day,
        "add_companion",
        by=by,
        at=at,
        organization=day.studio.organization,
        after={"person": companion.person_id, "role": companion.role},
    )
    return companion


@transaction.atomic
def remove_companion(companion, *, by, at):
    day = companion.day
    _check_open(day, at, by=by)
    record_event(
        day,
        "remove_companion",
        by=by,
        at=at,
        organization=day.studio.organization,
        before={"person": companion.person_id, "role": companion.role},
    )
    companion.delete()


@transaction.atomic
def check_in(duty, *, by, at):
    """The keeper ticks off who is here."""
    check_move(duty, DUTIES["check_in"], by=by, status=DutyStatus)
    return _checked_in(duty, CheckInMeans.KEEPER, by=by, at=at)


@transaction.atomic
def check_in_all(day, *, by, at):
    """Everybody who has not checked in yet is here. Returns the duties; all of them or none."""
    _check_open(day, at, by=by)
    rows = day.duties.filter(status__in=DutyStatus.ahead())
    duties = list(rows.select_related("person__user", "mandate", "day__studio__organization").order_by("pk"))
    if not duties:
        raise Conflict("没有还没签到的代表。请刷新页面，看最新情况。", code="wrong-state")
    return [check_in(duty, by=by, at=at) for duty in duties]


def check_in_by_code(duty, *, by, at, code):
    """From the representative's own phone, with the code on the venue's screen. Where she is nobody records."""
    if not rules.is_hers(by.user, duty):
        raise NotAllowed("只能给自己签到。别的代表请用各自的手机，或请联络员代签。")
    given = clean_given((CODE,), {"code": code}, duty, by.user, step="签到")
    _count_tries(duty)
    if not is_right(duty.day.code_secret, given["code"], at):
        raise InvalidInput(
            {"code": ["口令不对或已过期。请看屏幕上现在的 6 位数字，再填一次。"]}, code="wrong-code"
        )
    with transaction.atomic():
        return _checked_in(duty, CheckInMeans.CODE, by=by, at=at)


def _count_tries(duty):
    """Six digits are few: who tries them out has to wait."""
    key = f"studios:code:{duty.pk}"
    cache.add(key, 0, 300)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two
        tries = 1
    if tries > settings.CHECK_IN_TRIES:
        raise Conflict("试的次数太多，请 5 分钟后再试，或请联络员代签。", code="too-many-tries")


def _checked_in(duty, means, *, by, at):
    move, day = DUTIES["check_in"], duty.day
    if day.status != DayStatus.PUBLISHED:
        raise Conflict(f"这个接待日现在是「{day.get_status_display()}」，不能签到。", code="wrong-state")
    if day.date != timezone.localdate(at):
        late = day.date < timezone.localdate(at)
        if not (late and means == CheckInMeans.KEEPER):
            raise Conflict("只能在接待日当天签到；事后补签请联系联络员。", code="wrong-day")
    if duty.status not in move.sources:
        raise Conflict(f"您现在是「{duty.get_status_display()}」，不用再签到。", code="wrong-state")
    make_move(
        duty,
        move,
        by=by,
        at=at,
        organization=day.studio.organization,
        status=DutyStatus,
        changes={"checked_in_at": at, "checked_in_by": means, "changed_at": at},
        after={"means": str(means)},
    )
    return duty


@transaction.atomic
def undo_check_in(duty, *, by, at):
    move = DUTIES["undo_check_in"]
    check_move(duty, move, by=by, status=DutyStatus)
    if duty.day.status != DayStatus.PUBLISHED:
        raise Conflict("接待已经结束登记，要改请先「更正登记」。", code="wrong-state")
    make_move(
        duty,
        move,
        by=by,
        at=at,
        organization=duty.day.studio.organization,
        status=DutyStatus,
        changes={"checked_in_at": None, "checked_in_by": "", "changed_at": at},
    )
    return duty
