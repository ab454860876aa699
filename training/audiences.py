"""Who belongs on the roster of a session, and why (R30): seats in office, one for each person."""

from django.db.models import Exists, OuterRef, Q

from accounts.enums import OrganizationKind
from accounts.scope import under
from representatives.enums import Level
from representatives.models import Mandate
from training.enums import Audience, EnrolmentStatus, Trainer
from training.models import Enrolment
from training.policies import training_duties
from training.responsibility import levels_of

RANK = {level.value: position for position, level in enumerate(Level)}


def trainer_at(organization):
    """What the place trains by the table: the city's part, or that of a county; below a county there is none."""
    if organization.kind == OrganizationKind.CITY:
        return Trainer.CITY
    return Trainer.COUNTY


def responsible_for(organization, duties):
    """Q of the seats that the place trains in their first year."""
    condition = Q(pk__in=[])
    for level, is_frontline_only in levels_of(trainer_at(organization), duties):
        condition |= Q(level=level, is_frontline=True) if is_frontline_only else Q(level=level)
    return condition


def audience_of(training, *, duties=None):
    """Seats in office at the session's place and below that its rule calls."""
    rows = Mandate.objects.in_office().filter(under("organization__path", [training.organization.path]))
    if training.audience == Audience.HAND:
        return rows.none()
    if training.audience == Audience.GROUP:
        return rows.filter(group=training.group_id) if training.group_id else rows.none()
    if training.audience == Audience.RESPONSIBLE:
        return rows.filter(
            responsible_for(training.organization, training_duties() if duties is None else duties)
        )
    if training.levels:
        rows = rows.filter(level__in=training.levels)
    if training.frontline_only:
        rows = rows.filter(is_frontline=True)
    return rows.filter(field=training.field) if training.field else rows


def trained_between(start, end):
    """Exists: the person of a seat has come to a session that began in these days (both included)."""
    return Exists(
        Enrolment.objects.attended().filter(
            person=OuterRef("person"), training__start_date__range=(start, end)
        )
    )


def placed_ahead(on):
    """Exists: the person of a seat has a place in a session that has still to be held."""
    ahead = Enrolment.objects.filter(
        person=OuterRef("person"),
        status__in=(EnrolmentStatus.LISTED, *EnrolmentStatus.ahead()),
        training__status__in=("planned", "open"),
        training__end_date__gte=on,
    )
    return Exists(ahead)


def one_seat_each(mandates):
    """One seat for each person, that of her highest level."""
    best = {}
    for mandate in mandates:
        known = best.get(mandate.person_id)
        if known is None or RANK[mandate.level] < RANK[known.level]:
            best[mandate.person_id] = mandate
    return list(best.values())


def reason_for(training, mandate):
    """Why she is on the list, in one sentence."""
    what = f"{mandate.get_level_display()}代表{'（生产和工作一线）' if mandate.is_frontline else ''}"
    if training.audience == Audience.GROUP:
        return f"{what}，属{training.group.name}"
    if training.audience == Audience.RESPONSIBLE:
        return f"{what}，按培训职责由{training.organization.display_name}培训"
    extra = f"，行业领域为{training.field}" if training.field else ""
    return f"{what}{extra}，符合名单条件"
