from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

FIRST_YEAR = 2021


def years():
    """Next year's plans are made in December."""
    return list(range(timezone.localdate().year + 1, FIRST_YEAR, -1))


class YearFilter(DropdownFilter):
    """Rows of one year, by their field `year`."""

    title = "年度"
    parameter_name = "year"
    field = "year"

    def lookups(self, request, model_admin):
        return [(str(year), f"{year}年") for year in years()]

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal() or len(self.value()) > 4:
            return queryset
        return queryset.filter(**{self.field: int(self.value())})


class TrainingYearFilter(YearFilter):
    field = "start_date__year"


class EnrolmentYearFilter(YearFilter):
    field = "training__start_date__year"
