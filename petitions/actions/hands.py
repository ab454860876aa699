"""Changing hands (R60): co-units and their countersignature, handing back and on, taking over."""

from django.utils import timezone

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput
from accounts.scope import Scope
from petitions import notices, rules
from petitions.actions.moving import iso, lapse_extension, move_on, next_due
from petitions.confidential import name_offices, take_words_back
from petitions.deadlines import limit_of
from petitions.enums import AssignmentEnd, AssignmentRole, Step
from petitions.models import Assignment
from workdays.queries import load_calendar


def hand_to_unit(petition, *, by, at, note):
    """The lead unit has it in hand from now on; the office that gave it out is kept, for it alone hands it on."""
    Assignment.objects.create(
        petition=petition,
        organization=petition.lead_unit,
        role=AssignmentRole.LEAD,
        given_out_by=_assigning_office(petition, by.user),
        assigned_at=at,
        due_date=petition.due_date,
        note=note,
    )
    notices.tell_unit(petition, at=at)


def _assigning_office(petition, user):
    """Hers; where the person or the representative has it handled again, the one that gave it out before."""
    if office := rules.own_office(petition, user):
        return office
    before = petition.assignments.filter(role=AssignmentRole.LEAD).select_related("given_out_by")
    last = before.order_by("-assigned_at", "-pk").first()
    return last.given_out_by if last else None


def add_co_units(petition, units, *, at, note):
    Assignment.objects.bulk_create(
        Assignment(
            petition=petition,
            organization=unit,
            role=AssignmentRole.CO,
            assigned_at=at,
            received_at=petition.received_at,
            due_date=petition.due_date,
            note=note,
        )
        for unit in units
    )
    notices.tell_co_units(petition, units, at=at)


def check_co_units(units, lead_unit):
    if lead_unit in units:
        raise InvalidInput({"co_units": [f"{lead_unit.display_name}已是主办单位，不能同时协办，请去掉。"]})


def end_assignments(petition, reason, *, at, **which):
    """Those who had it in hand have it no longer, and no longer see it."""
    Assignment.objects.active().filter(petition=petition, **which).update(ended_at=at, end_reason=reason)


def check_countersigned(petition):
    """The lead unit answers for all: it waits for every co-unit, or the organizer releases one (R60)."""
    missing = petition.assignments.helping().filter(countersigned_at=None).select_related("organization")
    names = [assignment.organization.display_name for assignment in missing]
    if names:
        raise Conflict(
            f"还有协办单位没有会签：{'、'.join(names)}。请催它会签；不用等的，请组工干部在「调整协办」里解除。",
            code="not-countersigned",
        )


def _co_units(petition, move, *, by, at, co_units, reason):
    check_co_units(co_units, petition.lead_unit)
    before = {
        row.organization_id: row for row in petition.assignments.helping().select_related("organization")
    }
    wanted = {unit.pk: unit for unit in co_units}
    added = [unit for pk, unit in wanted.items() if pk not in before]
    released = [row.organization for pk, row in before.items() if pk not in wanted]
    if not added and not released:
        raise InvalidInput({"co_units": ["协办单位没有变化。请选要增加的单位，或去掉要解除的单位。"]})
    after = {"added": [unit.display_name for unit in added], "released": [u.display_name for u in released]}
    move_on(petition, move, by=by, at=at, changes={"lead_unit": petition.lead_unit}, after=after, note=reason)
    end_assignments(
        petition, AssignmentEnd.RELEASED, at=at, role=AssignmentRole.CO, organization__in=released
    )
    add_co_units(petition, added, at=at, note=reason)
    notices.tell_released(petition, released, at=at)


def _own_assignment(petition, unit, by):
    """The co-unit's row that the user speaks for."""
    rows = petition.assignments.helping().select_for_update().select_related("organization").order_by("pk")
    mine = [row for row in rows if Scope.of(by.user).covers(row.organization, Role.HANDLER)]
    if unit is not None:
        mine = [row for row in mine if row.organization_id == unit.pk]
    if not mine:
        raise Conflict("本单位已不再协办这件事。请刷新页面，看最新进展。")
    if len(mine) > 1:
        names = "、".join(row.organization.display_name for row in mine)
        raise InvalidInput({"organization": [f"您经办的协办单位有：{names}。请选是哪一个。"]})
    return mine[0]


def _countersign(petition, move, *, by, at, content, organization):
    row = _own_assignment(petition, organization, by)
    if row.countersigned_at:
        raise Conflict(f"{row.organization.display_name}已经会签过了。有补充请联系主办单位。")
    after = {"unit": row.organization.display_name}
    move_on(
        petition, move, by=by, at=at, changes={"lead_unit": petition.lead_unit}, after=after, note=content
    )
    row.countersigned_at, row.countersigned_by, row.countersign_content = at, by.user, content
    row.save(update_fields=["countersigned_at", "countersigned_by", "countersign_content"])
    notices.tell_countersigned(petition, row.organization, at=at, unless=by.user)


def _decline(petition, move, *, by, at, reason, organization):
    row = _own_assignment(petition, organization, by)
    if row.countersigned_at:
        raise Conflict("已经会签的，不能再退出协办。确有变化的，请联系组工干部。")
    after = {"unit": row.organization.display_name}
    move_on(petition, move, by=by, at=at, changes={"lead_unit": petition.lead_unit}, after=after, note=reason)
    end_assignments(petition, AssignmentEnd.DECLINED, at=at, pk=row.pk)
    notices.tell_declined(petition, row.organization, reason, at=at, unless=by.user)


def _hand_back(petition, move, *, by, at, reason):
    unit = petition.lead_unit
    _check_hand_back(petition, on=timezone.localdate(at))
    changes = {
        "lead_unit": None,
        "assigned_at": None,
        "came_back": True,
        **next_due(Step.ASSIGN, petition, at),
    }
    after = {"unit": unit.display_name, "due_date": iso(changes["due_date"])}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=reason)
    end_assignments(petition, AssignmentEnd.HANDED_BACK, at=at, role=AssignmentRole.LEAD)
    end_assignments(petition, AssignmentEnd.RELEASED, at=at, role=AssignmentRole.CO)
    notices.tell_handed_back(petition, unit, reason, at=at, unless=by.user)


def _check_hand_back(petition, *, on):
    """Within so many work days of having received it, else it is theirs (五华县办法)."""
    limit = limit_of(Step.HAND_BACK, petition, on=on)
    held = petition.assignments.leading().order_by("-assigned_at", "-pk").first()
    if limit is None or held is None:
        return
    last = load_calendar().add_workdays(timezone.localdate(held.assigned_at), limit.work_days).date
    if on > last:
        raise Conflict(
            f"退回须在收到后 {limit.work_days} 个工作日内，已于{last.month}月{last.day}日到期。"
            "确不属本单位职责的，请联系交办的组工干部改派。",
            code="too-late",
        )


def _hand_on(petition, move, *, by, at, organization, reason, restart):
    _give_to(petition, move, organization, by=by, at=at, reason=reason, restart=restart)


def _take_over(petition, move, *, by, at, reason):
    office = rules.own_office(petition, by.user) or petition.organization
    if office.pk == petition.lead_unit_id:
        raise Conflict("这件事已经由本级组织自办，不用再收回。")
    if any(office.path.startswith(accused.path) for accused in rules.accused_of(petition)):
        raise Conflict("这件事反映的就是本级组织，不能由本级自办。请改派或报上级。")
    _give_to(petition, move, office, by=by, at=at, reason=reason, restart=False)


def _give_to(petition, move, unit, *, by, at, reason, restart):
    before = petition.lead_unit
    changes = {"lead_unit": unit, "extension_requested_at": None}
    if restart:
        changes |= {"assigned_at": at, **next_due(Step.HANDLE, petition, at)}
    due = changes.get("due_date", petition.due_date)
    after = {"from_unit": before.display_name, "lead_unit": unit.display_name, "due_date": iso(due)}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=reason)
    lapse_extension(petition, at=at)
    end_assignments(petition, AssignmentEnd.REPLACED, at=at, role=AssignmentRole.LEAD)
    # Whoever helped and now leads does not sign beside itself.
    end_assignments(petition, AssignmentEnd.RELEASED, at=at, role=AssignmentRole.CO, organization=unit)
    hand_to_unit(petition, by=by, at=at, note=reason)
    if restart:
        Assignment.objects.active().filter(petition=petition).update(due_date=petition.due_date)
    notices.tell_moved_on(petition, before, at=at, unless=by.user)


def _name_accused(petition, move, *, by, at, accused, note):
    offices = name_offices(petition, accused)
    after = {"accused": len(offices)}
    move_on(petition, move, by=by, at=at, changes={"is_accusation": True}, after=after, note=note)
    take_words_back(petition)


DEEDS = {
    "co_units": _co_units,
    "countersign": _countersign,
    "decline": _decline,
    "hand_back": _hand_back,
    "hand_on": _hand_on,
    "take_over": _take_over,
    "name_accused": _name_accused,
}
