"""Who is told what about appraisals. Addresses of the phone are paths: this room does not know the portal."""

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.models import Membership, User
from accounts.scope import under
from studios.models import Keeper

PHONE = "/me/appraisal/"


def cycle_link(cycle):
    return f"/admin/evaluations/cycle/{cycle.pk}/change/"


def evaluation_link(evaluation):
    return f"/admin/evaluations/evaluation/{evaluation.pk}/change/"


def sheet_link(assessor):
    return f"/admin/evaluations/assessor/{assessor.pk}/change/"


def people_of(evaluations, *, on):
    """The accounts of those appraised: the representatives, or the keepers of the venues."""
    keepers = Keeper.objects.current(on=on).filter(studio__in=evaluations.values("studio"))
    representatives = User.objects.filter(person__mandates__in=evaluations.values("mandate"))
    either = representatives.filter(is_active=True) | User.objects.filter(
        pk__in=keepers.values("user"), is_active=True
    )
    return either.distinct()


def tell_appraised(cycle, evaluations, title, *, on, at, body="", link=PHONE):
    if cycle.is_of_venues:
        link = "/admin/evaluations/venuereport/"
    notify(people_of(evaluations, on=on), title=title, body=body, link=link, at=at, kind=NoticeKind.OTHER)


def tell_one(evaluation, title, *, on, at, body=""):
    rows = type(evaluation).objects.filter(pk=evaluation.pk)
    tell_appraised(evaluation.cycle, rows, title, on=on, at=at, body=body)


def tell_organizers(cycle, title, *, at, body="", link="", unless=None):
    """Those of the place whose committee decides."""
    users = User.objects.filter(
        memberships__in=_posts(cycle),
        is_active=True,
    ).distinct()
    notify(
        [user for user in users if user != unless],
        title=title,
        body=body,
        link=link or cycle_link(cycle),
        at=at,
        kind=NoticeKind.OTHER,
    )


def _posts(cycle):
    return Membership.objects.filter(organization=cycle.organization, role=Role.ORGANIZER)


def tell_assessors(assessors, title, *, at, body=""):
    for assessor in assessors:
        notify(
            [assessor.user], title=title, body=body, link=sheet_link(assessor), at=at, kind=NoticeKind.OTHER
        )


def staff_near(organization):
    """Accounts that hold an office in this place, below it or above it: whoever may be asked to assess."""
    above = [organization.path[:n] for n in range(4, len(organization.path) + 1, 4)]
    here = under("memberships__organization__path", [organization.path])
    offices = (Role.ORGANIZER, Role.ASSESSOR, Role.LEADER)
    nearby = User.objects.filter(here, memberships__role__in=offices)
    over = User.objects.filter(memberships__organization__path__in=above, memberships__role__in=offices)
    return (nearby | over).filter(is_active=True, is_service=False).distinct()
