"""Reception days and duties as other systems see them: flat rows, read by `.values()`.

What only the office may know (who cannot come and why, what a seat lacks, what visitors wanted) is left empty for
representatives, who see the days of their venues.
"""

from django.db.models import Count, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from rest_framework import serializers

from accounts.rest.rendering import local_iso
from representatives.enums import Level
from studios.enums import CheckInMeans, DayStatus, DutyStatus
from studios.models import Duty, ReceptionDay, Studio, Visit

DAY_OWN = (
    "id",
    "studio",
    "date",
    "start_time",
    "end_time",
    "seats",
    "wants_mixed_levels",
    "status",
    "rule_date",
    "moved_reason",
    "is_provisional",
    "unfilled_reason",
    "published_at",
    "postponed_to",
    "reason",
    "minutes",
    "closed_at",
)
DAY_JOINED = {
    "studio_name": "studio__name",
    "organization": "studio__organization",
    "organization_code": "studio__organization__code",
    "organization_name": "studio__organization__name",
}
DAY_COUNTED = ("seats_filled", "visitors", "visitors_members")
DAY_COLUMNS = [*DAY_OWN, *DAY_JOINED.values(), *DAY_COUNTED]
DAY_LABELS = {status.value: str(status.label) for status in DayStatus}

DUTY_OWN = (
    "id",
    "day",
    "date",
    "mandate",
    "person",
    "status",
    "reason",
    "is_pinned",
    "left_reason",
    "replaces",
    "confirmed_at",
    "checked_in_at",
    "checked_in_by",
    "changed_at",
)
DUTY_JOINED = {
    "start_time": "day__start_time",
    "end_time": "day__end_time",
    "day_status": "day__status",
    "studio": "day__studio",
    "studio_name": "day__studio__name",
    "organization": "day__studio__organization",
    "organization_code": "day__studio__organization__code",
    "person_name": "person__name",
    "level": "mandate__level",
    "person_user": "person__user_id",
}
DUTY_COLUMNS = [*DUTY_OWN, *DUTY_JOINED.values()]
DUTY_LABELS = {status.value: str(status.label) for status in DutyStatus}
LEVELS = {level.value: str(level.label) for level in Level}


def counted(days):
    """The days with how many seats are filled and how many visitors came."""
    holding = Duty.objects.holding().filter(day=OuterRef("pk")).order_by().values("day")
    came = Visit.objects.filter(day=OuterRef("pk"), cancelled_at=None).order_by().values("day")
    return days.annotate(
        seats_filled=_or_none(holding.annotate(n=Count("pk")).values("n")),
        visitors=_or_none(came.annotate(n=Sum("count")).values("n")),
        visitors_members=_or_none(came.filter(is_member=True).annotate(n=Sum("count")).values("n")),
    )


def _or_none(rows):
    return Coalesce(Subquery(rows), Value(0))


def of_office(user, studios):
    """Those of the venues (ids) that the user sees by office, in one query."""
    return set(Studio.objects.of_office(user).filter(pk__in=set(studios)).values_list("pk", flat=True))


def day_rows(rows, user):
    rows = list(rows)
    known = of_office(user, (row["studio"] for row in rows))
    return [_day_row(row, by_office=row["studio"] in known) for row in rows]


def _day_row(values, *, by_office):
    told = {name: values[name] for name in DAY_OWN}
    for name, path in DAY_JOINED.items():
        told[name] = values[path]
    for name in DAY_COUNTED:
        told[name] = values[name]
    for name in ("published_at", "closed_at"):
        told[name] = told[name] and local_iso(told[name])
    if not by_office:
        told["unfilled_reason"] = ""
    told["status_display"] = DAY_LABELS[told["status"]]
    return told


def duty_rows(rows, user):
    rows = list(rows)
    known = of_office(user, (row["day__studio"] for row in rows))
    return [_duty_row(row, user, by_office=row["day__studio"] in known) for row in rows]


def _duty_row(values, user, *, by_office):
    told = {name: values[name] for name in DUTY_OWN}
    for name, path in DUTY_JOINED.items():
        told[name] = values[path]
    told["is_mine"] = told.pop("person_user") == user.pk
    for name in ("confirmed_at", "checked_in_at", "changed_at"):
        told[name] = told[name] and local_iso(told[name])
    if not (by_office or told["is_mine"]):
        told["left_reason"] = ""
    told["status_display"] = DUTY_LABELS[told["status"]]
    told["level_display"] = LEVELS[told["level"]]
    return told


def duties_of_day(day, user):
    rows = Duty.objects.visible_to(user).filter(day=day).order_by("pk")
    return duty_rows(rows.values(*DUTY_COLUMNS), user)


def visit_rows(day):
    return [
        {
            "id": visit.pk,
            "is_member": visit.is_member,
            "count": visit.count,
            "name": visit.masked_name,
            "note": visit.note,
            "recorded_at": local_iso(visit.recorded_at),
            "cancelled_at": visit.cancelled_at and local_iso(visit.cancelled_at),
        }
        for visit in day.visits.order_by("recorded_at", "pk")
    ]


def companion_rows(day):
    rows = day.companions.select_related("person").order_by("pk")
    return [
        {
            "id": companion.pk,
            "person": companion.person_id,
            "person_name": companion.person.name,
            "role": companion.role,
            "role_display": companion.get_role_display(),
        }
        for companion in rows
    ]


class DutySerializer(serializers.ModelSerializer):
    """The description of `duty_rows` for the API document; it serializes nothing itself."""

    start_time = serializers.TimeField()
    end_time = serializers.TimeField()
    day_status = serializers.ChoiceField(choices=DayStatus.choices, help_text="接待日的状态")
    studio = serializers.IntegerField()
    studio_name = serializers.CharField()
    organization = serializers.IntegerField()
    organization_code = serializers.CharField()
    person_name = serializers.CharField()
    level = serializers.ChoiceField(choices=Level.choices, help_text="代表层级")
    level_display = serializers.CharField()
    status_display = serializers.CharField()
    checked_in_by = serializers.ChoiceField(choices=[("", "—"), *CheckInMeans.choices])
    is_mine = serializers.BooleanField(help_text="是您自己的班")
    reason = serializers.CharField(help_text="为什么排她，一句话")
    left_reason = serializers.CharField(help_text="为什么不来；只有本人和工作人员看得到")

    class Meta:
        model = Duty
        fields = [
            *DUTY_OWN,
            *(name for name in DUTY_JOINED if name != "person_user"),
            "is_mine",
            "status_display",
            "level_display",
        ]


class DutyDetailSerializer(DutySerializer):
    open_swap = serializers.IntegerField(allow_null=True, help_text="正在等人接的换班")
    allowed_verbs = serializers.ListField(child=serializers.CharField(), help_text="您现在可以做的动作")

    class Meta(DutySerializer.Meta):
        fields = [*DutySerializer.Meta.fields, "open_swap", "allowed_verbs"]


class VisitSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    is_member = serializers.BooleanField(help_text="党员")
    count = serializers.IntegerField(help_text="人次")
    name = serializers.CharField(help_text="打码；没有记的为空")
    note = serializers.CharField(help_text="来意")
    recorded_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True, help_text="更正掉的不计人次")


class CompanionSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    person = serializers.IntegerField()
    person_name = serializers.CharField()
    role = serializers.CharField(help_text="helper 协助人员、mentee 结对青年")
    role_display = serializers.CharField()


class ReceptionDaySerializer(serializers.ModelSerializer):
    """The description of `day_rows` for the API document."""

    studio_name = serializers.CharField()
    organization = serializers.IntegerField()
    organization_code = serializers.CharField()
    organization_name = serializers.CharField()
    seats_filled = serializers.IntegerField(help_text="已排代表数")
    visitors = serializers.IntegerField(help_text="来访人次")
    visitors_members = serializers.IntegerField(help_text="其中党员人次")
    status_display = serializers.CharField()
    unfilled_reason = serializers.CharField(help_text="为什么没有排满；只有工作人员看得到")

    class Meta:
        model = ReceptionDay
        fields = [*DAY_OWN, *DAY_JOINED, *DAY_COUNTED, "status_display"]


class ReceptionDayDetailSerializer(ReceptionDaySerializer):
    summary = serializers.CharField(help_text="小结")
    postponed_from = serializers.IntegerField(allow_null=True, help_text="由哪个接待日改来")
    duties = DutySerializer(many=True)
    visits = VisitSerializer(many=True, help_text="只有工作人员看得到逐条登记")
    companions = CompanionSerializer(many=True)
    allowed_verbs = serializers.ListField(child=serializers.CharField(), help_text="您现在可以做的动作")

    class Meta(ReceptionDaySerializer.Meta):
        fields = [
            *ReceptionDaySerializer.Meta.fields,
            "summary",
            "postponed_from",
            "duties",
            "visits",
            "companions",
            "allowed_verbs",
        ]


def day_detail(day, user, *, verbs):
    rows = counted(ReceptionDay.objects.filter(pk=day.pk))
    (values,) = rows.values(*DAY_COLUMNS, "summary", earlier=F("postponed_from"))
    (told,) = day_rows([values], user)
    by_office = bool(of_office(user, [day.studio_id]))
    return told | {
        "summary": values["summary"],
        "postponed_from": values["earlier"],
        "duties": duties_of_day(day, user),
        "visits": visit_rows(day) if by_office else [],
        "companions": companion_rows(day),
        "allowed_verbs": verbs,
    }
