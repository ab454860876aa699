"""Do groups, their officers and their members agree? Part of `manage.py verify`."""

from django.db.models import F, Q
from django.db.models.functions import Substr

from accounts.enums import OrganizationKind
from accounts.scope import STEP
from representatives.enums import Level, MandateStatus
from representatives.models import Group, Mandate


def check_groups():
    yield from _officers()
    yield from _members()


def _officers():
    for office, words in (("leader", "组长"), ("secretary", "联络员")):
        named = Group.objects.filter(**{f"{office}__isnull": False})
        strangers = named.exclude(**{f"{office}__group": F("pk")})
        for name in strangers.order_by("pk").values_list("name", flat=True):
            yield f"「{name}」的{words}不是本组成员。"
    both = Group.objects.filter(leader__isnull=False, leader=F("secretary"))
    for name in both.order_by("pk").values_list("name", flat=True):
        yield f"「{name}」的组长和联络员是同一个人。"


def _members():
    """Nobody sits in a group that is no more, of another county, or, by R10, of a higher level."""
    seated = Mandate.objects.filter(status=MandateStatus.IN_OFFICE, group__isnull=False).annotate(
        own=Substr("organization__path", 1, 2 * STEP), theirs=Substr("group__organization__path", 1, 2 * STEP)
    )
    whole = Q(group__organization__kind=OrganizationKind.CITY)
    for sentence, rows in (
        ("在已撤并的小组里", seated.filter(group__dissolved_date__isnull=False)),
        ("在别的县市区的小组里", seated.exclude(whole).exclude(own=F("theirs"))),
        ("层级不编小组，却编在小组里", seated.exclude(level__in=Level.grouped())),
    ):
        for number in rows.order_by("pk").values_list("certificate_number", flat=True):
            yield f"代表证 {number} {sentence}。"
