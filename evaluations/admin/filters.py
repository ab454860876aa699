"""Filters of appraisals and appeals. What a reader may not be told, she may not filter by either."""

from django.db.models import F, Q
from unfold.contrib.filters.admin import DropdownFilter

from accounts.admin_filters import CountyFilter
from accounts.models import Organization
from accounts.scope import Scope, under
from evaluations.disclosure import DECIDERS, INSIDERS
from evaluations.enums import CycleStatus, EvaluationStatus, Grade
from evaluations.models import Cycle
from training.admin.filters import YearFilter

OPENED = (CycleStatus.DECIDING, *CycleStatus.told())


def knows_decided(user):
    """Q of the appraisals whose decided grade the user may know."""
    told = Q(cycle__status__in=CycleStatus.told())
    return told | under("organization__path", Scope.of(user).prefixes(*DECIDERS))


def knows_suggested(user):
    told = Q(cycle__status__in=CycleStatus.told())
    inside = under("organization__path", Scope.of(user).prefixes(*INSIDERS))
    return told | (Q(cycle__status__in=OPENED) & inside)


class CycleFilter(DropdownFilter):
    title = "哪一次考评"
    parameter_name = "cycle"
    field = "cycle"

    def lookups(self, request, model_admin):
        cycles = Cycle.objects.visible_to(request.user).order_by("-year", "organization__path")
        return [(str(pk), title) for pk, title in cycles.values_list("pk", "title")[:100]]

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal() or len(self.value()) > 18:
            return queryset
        return queryset.filter(**{self.field: int(self.value())})


class AppealCycleFilter(CycleFilter):
    field = "evaluation__cycle"


class CycleYearFilter(YearFilter):
    field = "cycle__year"


class ReportFilter(DropdownFilter):
    title = "述职"
    parameter_name = "report"

    def lookups(self, request, model_admin):
        return [("in", "已述职"), ("missing", "没有述职")]

    def queryset(self, request, queryset):
        if self.value() == "in":
            return queryset.exclude(status__in=(EvaluationStatus.PENDING, EvaluationStatus.EXCUSED)).filter(
                reported_at__isnull=False
            )
        if self.value() == "missing":
            return queryset.appraised().filter(reported_at__isnull=True)
        return queryset


class LookFilter(DropdownFilter):
    """The lists for which the office comes here."""

    title = "评定"
    parameter_name = "look"

    def lookups(self, request, model_admin):
        return [
            ("undecided", "还没有评定"),
            ("decided", "已评定"),
            ("differs", "与建议不同"),
            ("over_quota", "超出优秀名额"),
            ("excused", "不参加考评"),
        ]

    def queryset(self, request, queryset):
        asked, user = self.value(), request.user
        if asked == "undecided":
            return queryset.filter(knows_decided(user), status__in=EvaluationStatus.undecided())
        if asked == "decided":
            decided = (EvaluationStatus.DECIDED, EvaluationStatus.FINAL)
            return queryset.filter(knows_decided(user), status__in=decided)
        if asked == "differs":
            rows = queryset.filter(knows_decided(user)).exclude(decided_grade="")
            return rows.exclude(decided_grade=F("suggested_grade"))
        if asked == "over_quota":
            return queryset.filter(knows_suggested(user), is_over_quota=True)
        if asked == "excused":
            return queryset.filter(status=EvaluationStatus.EXCUSED)
        return queryset


class GradeFilter(DropdownFilter):
    def lookups(self, request, model_admin):
        return list(Grade.choices)


class SuggestedFilter(GradeFilter):
    title = "建议等次"
    parameter_name = "suggested"

    def queryset(self, request, queryset):
        if self.value() not in Grade.values:
            return queryset
        return queryset.filter(knows_suggested(request.user), suggested_grade=self.value())


class DecidedFilter(GradeFilter):
    title = "评定等次"
    parameter_name = "decided"

    def queryset(self, request, queryset):
        if self.value() not in Grade.values:
            return queryset
        return queryset.filter(knows_decided(request.user), decided_grade=self.value())


class AppealCountyFilter(CountyFilter):
    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal() or len(self.value()) > 18:
            return queryset
        place = Organization.objects.visible_to(request.user).filter(pk=self.value()).first()
        if place is None:
            return queryset.none()
        return queryset.filter(under("evaluation__organization__path", [place.path]))
