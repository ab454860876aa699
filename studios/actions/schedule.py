"""On which days a venue receives: its rule, and the reception days that follow from it (R22, R23)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed
from records.actions import record_event
from records.moves import Given, clean_given
from studios import rules
from studios.boards import rule_days
from studios.enums import DayStatus, HolidayPolicy
from studios.models import ReceptionDay, ReceptionRule
from studios.recurrence import ReceptionRuleError, describe_rule, normalize_rule, parse_reception_text

RULE = (
    Given(
        "text",
        _("哪些天接待"),
        max_length=200,
        help=_("如：每月1日、15日；每月第一个星期三；每周五。也可以填 iCalendar RRULE"),
    ),
    Given("start_time", _("开始"), max_length=5, help=_("如 09:00")),
    Given("end_time", _("结束"), max_length=5, help=_("如 11:30")),
    Given("seats", _("每次几名代表"), "integer", minimum=1, maximum=3),
    Given("holiday_policy", _("遇放假"), "choice", options=HolidayPolicy),
    Given("wants_mixed_levels", _("尽量不同层级搭班"), "boolean", required=False),
    Given("start_date", _("从哪天起"), "date"),
)


def read_rule(text):
    """An RRULE from a clerk's words or from an RRULE; InvalidInput for `text` where it is neither."""
    try:
        return normalize_rule(text) if "FREQ=" in text.upper() else parse_reception_text(text)
    except ReceptionRuleError as fault:
        raise InvalidInput({"text": [str(fault)]}) from fault


def _read_time(text, name, label):
    parts = text.replace("：", ":").split(":")
    try:
        hour, minute = (int(part) for part in parts)
        return timezone.datetime(2000, 1, 1, hour, minute).time()
    except ValueError:
        raise InvalidInput({name: [f"{label}须写成 09:00 这样的时间。"]}) from None


def check_rule(data, *, user=None):
    """The fields of a ReceptionRule from what was typed, or InvalidInput."""
    given = clean_given(RULE, data, None, user, step="设定接待日规则")
    given["rrule"] = read_rule(given.pop("text"))
    given["start_time"] = _read_time(given["start_time"], "start_time", "开始")
    given["end_time"] = _read_time(given["end_time"], "end_time", "结束")
    if given["end_time"] <= given["start_time"]:
        raise InvalidInput({"end_time": ["结束须晚于开始，请核对。"]})
    return given


@transaction.atomic
def set_reception_rule(studio, *, by, at, **data):
    """A new rule from `start_date` on; the one in force before ends the day before. Days that are planned and not yet
    published are planned anew; published ones stay until somebody postpones them. Returns the ReceptionRule."""
    if by.user is not None and not rules.may_staff(by.user, studio):
        raise NotAllowed("只有本室的联络员和主管单位的组工干部可以设定接待日，请联系他们。")
    given = check_rule(data, user=by.user)
    start = given["start_date"]
    current = ReceptionRule.objects.select_for_update().filter(studio=studio, end_date=None).first()
    if current and current.start_date > start:
        raise InvalidInput(
            {"start_date": [f"现行规则从 {current.start_date} 起，新规则不能更早，请改日期。"]}
        )
    if current and current.start_date == start:
        for name, value in given.items():
            setattr(current, name, value)
        current.save(update_fields=list(given))
        rule = current
    else:
        if current:
            current.end_date = start - timedelta(days=1)
            current.save(update_fields=["end_date"])
        rule = ReceptionRule.objects.create(studio=studio, **given)
    words = describe_rule(rule.rrule)
    studio.reception_text = words[:60]
    studio.save(update_fields=["reception_text"])
    _forget_planned(studio, since=max(start, timezone.localdate(at)))
    record_event(
        rule,
        "set",
        by=by,
        at=at,
        organization=studio.organization,
        after={"studio": studio.name, "rule": words, "seats": rule.seats, "start_date": start.isoformat()},
    )
    return rule


def _forget_planned(studio, *, since):
    ReceptionDay.objects.filter(
        studio=studio, status=DayStatus.PLANNED, date__gte=since, postponed_from=None
    ).delete()


def make_days(studios, first, last, *, calendar):
    """Write the reception days that the rules yield from `first` to `last` and that are not there yet.

    A planned day that no rule yields any more goes. Returns the number of new days. A second call changes nothing.
    """
    ids = [studio.pk for studio in studios]
    existing = list(
        ReceptionDay.objects.filter(studio__in=ids, date__range=(first, last)).select_related(
            "postponed_from"
        )
    )
    taken = {(day.studio_id, day.date) for day in existing if day.status != DayStatus.POSTPONED}
    # A rule day that was put off stays put off, wherever it went.
    settled = set(
        ReceptionDay.objects.filter(studio__in=ids, status=DayStatus.POSTPONED).values_list(
            "studio_id", "rule_date"
        )
    )
    wanted, fresh = set(), []
    rules_of = ReceptionRule.objects.filter(studio__in=ids).order_by("studio", "start_date")
    for rule, found in rule_days(rules_of, first, last, calendar=calendar):
        key = rule.studio_id, found.date
        wanted.add(key)
        if key in taken or (rule.studio_id, found.rule_date) in settled:
            continue
        taken.add(key)
        fresh.append(_new_day(rule, found))
    gone = [
        day.pk
        for day in existing
        if day.status == DayStatus.PLANNED
        and (day.studio_id, day.date) not in wanted
        and not hasattr(day, "postponed_from")
    ]
    ReceptionDay.objects.filter(pk__in=gone, status=DayStatus.PLANNED).delete()
    ReceptionDay.objects.bulk_create(fresh, batch_size=500)
    return len(fresh)


def _new_day(rule, found):
    return ReceptionDay(
        studio_id=rule.studio_id,
        rule=rule,
        date=found.date,
        rule_date=found.rule_date,
        moved_reason=found.told[:120],
        is_provisional=found.is_provisional,
        start_time=rule.start_time,
        end_time=rule.end_time,
        seats=rule.seats,
        wants_mixed_levels=rule.wants_mixed_levels,
    )
