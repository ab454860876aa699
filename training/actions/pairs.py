"""The verbs of pairs: taking somebody on, goals, records, and how it ends (R34–R36)."""

import re
import unicodedata

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from records.actions import record_event
from records.moves import check_move, clean_given, make_move
from representatives.actions import reverse_duty_records, write_duty_record
from representatives.enums import DutyKind, Level, MandateStatus
from representatives.models import Mandate, Person
from representatives.pinyin import initials
from training import pair_rules
from training.enums import PairKind, PairStatus
from training.models import MentorPair, PairGoal, PairRecord
from training.moves.pairs import GOAL, PAIR, PAIRS, REACH, RECORD
from training.pair_policies import PairPolicies

PHONE = re.compile(r"[0-9+][0-9]{4,19}")
NO_ORGANIZER = "只有当地组织部门的组工干部可以安排结对，请联系他们。"
NOT_HERS = "帮带情况由帮带代表本人或组工干部登记，请联系他们。"


def pair_address(pair):
    """On the phone; this room does not know the portal."""
    return f"/pairs/{pair.pk}/"


def age_on(birth_month, day):
    """Whole years; the month counts, the day is not known."""
    return day.year - birth_month.year - (day.month < birth_month.month)


@transaction.atomic
def make_pair(*, by, at, reason="人工指定", **data):
    """A mentor takes on a young one. Returns the MentorPair; InvalidInput tells which rule of R34–R36 it breaks."""
    if by.user is not None and not Scope.of(by.user).has(Role.ORGANIZER):
        raise NotAllowed(NO_ORGANIZER)
    given = clean_given(PAIR, _plain(data), None, by.user, step="结对")
    # Two pairs at one moment: the second one waits here, and then finds the first.
    list(Organization.objects.filter(parent=None).select_for_update(no_key=True).values_list("pk"))
    mentee = _mentee(given)
    _check_pair(given, mentee, at=at)
    mentor = given["mentor"]
    pair = MentorPair.objects.create(
        kind=given["kind"],
        mentor=mentor,
        mentee=mentee,
        organization=given["organization"],
        field=_field_of(mentee) or mentor.field,
        start_date=given["start_date"],
        planned_end_date=given["planned_end_date"],
        reason=reason,
    )
    PairGoal.objects.create(pair=pair, content=given["goal"], due_date=pair.planned_end_date)
    record_event(
        pair,
        "pair",
        by=by,
        at=at,
        organization=pair.organization,
        after={"kind": pair.kind, "mentor": str(mentor), "start_date": pair.start_date.isoformat()},
    )
    notify(
        [mentor.person.user, mentee.user],
        title=f"{mentor.person.name}代表与{mentee.name}结对帮带，从{pair.start_date:%Y-%m-%d}起",
        body=f"第一个目标：{given['goal']}",
        link=pair_address(pair),
        at=at,
        kind=NoticeKind.OTHER,
    )
    return pair


def _plain(data):
    phone = data.get("phone")
    if isinstance(phone, str):
        data = {**data, "phone": re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", phone))}
    return data


def _mentee(given):
    """The young one: known, or entered anew. A month of birth that was missing is written down."""
    person, born = given["mentee"], given["birth_month"]
    born = born and born.replace(day=1)
    if person is None:
        return _new_mentee(given, born)
    if given["name"] or given["phone"]:
        raise InvalidInput({"name": ["已选了系统里的人，就不用再填姓名和电话，请去掉一样。"]})
    if person.birth_month and born and person.birth_month != born:
        raise InvalidInput({"birth_month": ["和系统里登记的出生年月不一致，请核对；要更正请到人员页面。"]})
    if person.birth_month is None and born:
        person.birth_month = born
        person.save(update_fields=["birth_month"])
    return person


def _new_mentee(given, born):
    if given["kind"] == PairKind.REPRESENTATIVE:
        raise InvalidInput({"mentee": ["青年党代表须从名册里选。"]})
    errors = {}
    if len(given["name"]) < 2:
        errors["name"] = ["请选择系统里的人，或填写姓名。"]
    if not PHONE.fullmatch(given["phone"]):
        errors["phone"] = ["电话应为5到20位数字，可带区号，请核对。"]
    if born is None:
        errors["birth_month"] = ["请填写出生年月，用来核对年龄。"]
    if errors:
        raise InvalidInput(errors)
    person, _is_new = Person.objects.get_or_create(
        name=given["name"],
        phone=given["phone"],
        birth_month=born,
        defaults={"employer": given["employer"], "pinyin": initials(given["name"])},
    )
    return person


def _check_pair(given, mentee, *, at):
    mentor, kind, start = given["mentor"], given["kind"], given["start_date"]
    policy = PairPolicies().at(given["organization"])
    errors = {}
    if start > timezone.localdate(at):
        errors["start_date"] = ["结对日期不能晚于今天，请核对。"]
    if given["planned_end_date"] <= start:
        errors["planned_end_date"] = ["计划到期须在结对日期之后，请核对。"]
    if mentor.level not in Level.city_and_above() or mentor.status != MandateStatus.IN_OFFICE:
        errors["mentor"] = ["帮带代表须是市级以上的在任党代表，请另选。"]
    elif mentor.person_id == mentee.pk:
        errors["mentor"] = ["不能和自己结对，请另选。"]
    else:
        carried = MentorPair.objects.active().filter(mentor__person=mentor.person_id).count()
        if carried >= policy.most_mentees:
            errors["mentor"] = [
                f"{mentor.person.name}代表已带 {carried} 人，最多带 {policy.most_mentees} 人，请另选。"
            ]
    if fault := _mentee_fault(kind, mentee, start, policy):
        errors["mentee"] = [fault]
    if errors:
        raise InvalidInput(errors)


def _mentee_fault(kind, mentee, start, policy):
    is_cadre = kind == PairKind.CADRE
    limit, word = (policy.cadre_age, "青年干部") if is_cadre else (policy.representative_age, "青年党代表")
    if mentee.birth_month is None:
        return f"{mentee.name}没有登记出生年月，核对不了年龄，请先补上。"
    age = age_on(mentee.birth_month, start)
    if age > limit:
        return f"{mentee.name}结对时 {age} 周岁，{word}不超过 {limit} 周岁，请另选，或先调整设置。"
    if age < 18:
        return f"{mentee.name}不满18周岁，请核对出生年月。"
    if not is_cadre and not Mandate.objects.in_office().filter(person=mentee).exists():
        return f"{mentee.name}现在没有在任的代表资格，请另选，或改为「带青年干部」。"
    known = MentorPair.objects.active().filter(mentee=mentee, kind=kind).with_names().first()
    if known:
        return f"{mentee.name}已由{known.mentor.person.name}代表帮带，要换人请先解除或总结。"
    return ""


def _field_of(person):
    seat = Mandate.objects.in_office().filter(person=person).exclude(field="").order_by("pk").first()
    return seat.field if seat else ""


def perform_pair(verb, pair, *, by, at, data=None):
    """Conclude, stop or reopen a pair as the table says. Returns the pair."""
    move = PAIRS[verb]
    check_move(pair, move, by=by, status=PairStatus)
    given = move.clean(data or {}, pair, by.user)
    with transaction.atomic():
        _DO[verb](pair, move, by=by, at=at, **given)
    return pair


def _move(pair, move, *, by, at, changes, note):
    make_move(
        pair,
        move,
        by=by,
        at=at,
        organization=pair.organization,
        status=PairStatus,
        changes=changes,
        after={"ended_date": str(changes["ended_date"] or "")},
        note=note,
    )


def _check_end(pair, ended_date, *, at):
    if ended_date > timezone.localdate(at):
        raise InvalidInput({"ended_date": ["结束日期不能晚于今天，请核对。"]})
    if ended_date < pair.start_date:
        raise InvalidInput({"ended_date": [f"结束日期不能早于结对的{pair.start_date}，请核对。"]})
    later = pair.records.standing().filter(on__gt=ended_date).order_by("-on").first()
    if later:
        raise InvalidInput({"ended_date": [f"{later.on}还有帮带记录，结束日期不能早于它。"]})


def _conclude(pair, move, *, by, at, outcome, ended_date, summary):
    _check_end(pair, ended_date, at=at)
    waiting = pair.goals.filter(reached_date=None).count()
    if outcome == "reached" and waiting:
        raise InvalidInput(
            {"outcome": [f"还有 {waiting} 个目标没有登记达到，请先登记，或改选「目标部分达到」。"]}
        )
    changes = {"outcome": outcome, "ended_date": ended_date, "summary": summary}
    _move(pair, move, by=by, at=at, changes=changes, note=summary)
    _tell_ended(pair, "结对帮带已总结", pair.get_outcome_display(), at=at)


def _stop(pair, move, *, by, at, ended_date, reason):
    _check_end(pair, ended_date, at=at)
    _move(pair, move, by=by, at=at, changes={"ended_date": ended_date}, note=reason)
    _tell_ended(pair, "结对帮带已解除", reason, at=at)


def stop_with_seat(pair, *, by, at, ended_date, reason):
    """The mentor's seat is over. Its own level has decided that; the pair follows, whoever's place the young one's is."""
    _stop(pair, PAIRS["stop"], by=by, at=at, ended_date=ended_date, reason=reason)


def _reopen(pair, move, *, by, at, reason):
    other = MentorPair.objects.active().filter(mentee=pair.mentee_id, kind=pair.kind).with_names().first()
    if other:
        raise Conflict(f"{pair.mentee.name}已另由{other.mentor.person.name}代表帮带，不能恢复。")
    changes = {"ended_date": None, "outcome": "", "summary": ""}
    _move(pair, move, by=by, at=at, changes=changes, note=reason)


def _tell_ended(pair, title, body, *, at):
    users = [pair.mentor.person.user, pair.mentee.user]
    notify(
        users,
        title=f"{title}：{pair.mentor.person.name}代表—{pair.mentee.name}",
        body=body,
        link=pair_address(pair),
        at=at,
        kind=NoticeKind.OTHER,
    )


_DO = {"conclude": _conclude, "stop": _stop, "reopen": _reopen}


def _check_recording(pair, *, by):
    if by.user is not None and not pair_rules.may_record(by.user, pair):
        raise NotAllowed(NOT_HERS)
    if pair.status != PairStatus.ACTIVE:
        raise Conflict(f"这一对现在是「{pair.get_status_display()}」，不能再登记。", code="wrong-state")


def _check_day(pair, day, name, *, at):
    if day > timezone.localdate(at):
        raise InvalidInput({name: ["日期不能晚于今天，请核对。"]})
    if day < pair.start_date:
        raise InvalidInput({name: [f"结对从{pair.start_date}开始，请填这天以后的日期。"]})


@transaction.atomic
def add_goal(pair, *, by, at, **data):
    _check_recording(pair, by=by)
    given = clean_given(GOAL, data, pair, by.user, step="定目标")
    if given["due_date"] <= pair.start_date:
        raise InvalidInput({"due_date": ["须在结对日期之后，请核对。"]})
    goal = PairGoal.objects.create(pair=pair, **given)
    after = {"content": goal.content, "due_date": goal.due_date.isoformat()}
    record_event(pair, "add_goal", by=by, at=at, organization=pair.organization, after=after)
    return goal


@transaction.atomic
def reach_goal(pair, *, by, at, **data):
    """Returns the goal, now reached."""
    _check_recording(pair, by=by)
    given = clean_given(REACH, data, pair, by.user, step="达到目标")
    _check_day(pair, given["reached_date"], "reached_date", at=at)
    goal = given.pop("goal")
    if PairGoal.objects.filter(pk=goal.pk, reached_date=None).update(**given) != 1:
        raise Conflict("刚才已有人登记了这个目标。请刷新页面。")
    goal.refresh_from_db()
    after = {"content": goal.content, "reached_date": goal.reached_date.isoformat()}
    record_event(
        pair, "reach_goal", by=by, at=at, organization=pair.organization, after=after, note=goal.evidence
    )
    return goal


@transaction.atomic
def record_mentoring(pair, *, by, at, **data):
    """What the two did; one line of the mentor's duty ledger. Returns the PairRecord."""
    _check_recording(pair, by=by)
    given = clean_given(RECORD, data, pair, by.user, step="记帮带")
    _check_day(pair, given["on"], "on", at=at)
    # Two taps on one button: the second waits here, and then finds the first.
    list(MentorPair.objects.filter(pk=pair.pk).select_for_update(no_key=True).values_list("pk"))
    if pair.records.standing().filter(**given).exists():
        raise InvalidInput({"content": ["这一条刚才已经记过了。"]})
    record = PairRecord.objects.create(pair=pair, recorded_at=at, recorded_by=by.user, **given)
    record_event(
        pair,
        "record",
        by=by,
        at=at,
        organization=pair.organization,
        after={"on": record.on.isoformat(), "kind": record.kind},
    )
    write_duty_record(pair.mentor, DutyKind.MENTORING, on=record.on, source=record)
    return record


@transaction.atomic
def cancel_mentoring(record, *, by, at):
    """Entered by mistake: it stays, no longer counts, and the ledger takes its line back."""
    pair = record.pair
    if by.user is not None and not pair_rules.may_record(by.user, pair):
        raise NotAllowed(NOT_HERS)
    if PairRecord.objects.filter(pk=record.pk, cancelled_at=None).update(cancelled_at=at) != 1:
        raise Conflict("刚才已有人更正了这一条。请刷新页面。", code="wrong-state")
    record.cancelled_at = at
    before = {"on": record.on.isoformat(), "kind": record.kind}
    record_event(pair, "cancel_record", by=by, at=at, organization=pair.organization, before=before)
    reverse_duty_records([record], at=at)
    return record
