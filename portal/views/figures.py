from functools import wraps

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.scope import Scope
from portal.access import signed_in
from portal.figures import READERS, columns_of, lay_out, list_behind, places_for, read_period
from records.metrics import Reader, compute_all, get_metric

PAGE_SIZE = 50


def figure_readers_only(view):
    @signed_in
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not Scope.of(request.user).has(*READERS):
            raise PermissionDenied("指标供领导、组工干部和考评人员查看，您的账号没有这些身份。")
        return view(request, *args, **kwargs)

    return guarded


def _places_of(user):
    places = places_for(user)
    if not places:
        raise PermissionDenied("指标按市、县、镇汇总，您所在的单位没有自己的指标。")
    return places


@figure_readers_only
@require_safe
def figures(request):
    places = _places_of(request.user)
    period, faults = read_period(request.GET, places, today=timezone.localdate())
    context = {
        "active": "figures",
        "places": places,
        "period": period,
        "faults": faults,
        "sections": lay_out(period, reader=Reader(request.user)),
        "presets": _presets(period),
        "has_desk": has_desk(request.user),
    }
    return render(request, "portal/figures.html", context)


@figure_readers_only
@require_safe
def figure_records(request, code):
    try:
        metric = get_metric(code)
    except KeyError:
        raise Http404("没有这个指标。") from None
    places = _places_of(request.user)
    period, faults = read_period(request.GET, places, today=timezone.localdate())
    source = get_metric(metric.ratio[0]) if metric.ratio else metric
    reader = Reader(request.user)
    days = period.start, period.as_of
    figure, counted = compute_all(period.organization, *days, [metric, source], reader=reader)
    rows = list_behind(metric, period, reader=reader)
    pages = Paginator(rows, PAGE_SIZE)
    if not source.total and not source.distinct:
        # The figure is the number of its records: no second count.
        pages.count = counted.value
    page = pages.get_page(request.GET.get("page"))
    columns = columns_of(rows.model, masked=not _sees_names(request.user, period.organization))
    context = {
        "active": "figures",
        "metric": metric,
        "figure": figure,
        "numerator": source if metric.ratio else None,
        "denominator": get_metric(metric.ratio[1]) if metric.ratio else None,
        "period": period,
        "faults": faults,
        "columns": columns,
        "rows": [[(column, column.show(row)) for column in columns] for row in page.object_list],
        "page": page,
        "has_desk": has_desk(request.user),
    }
    return render(request, "portal/figure_records.html", context)


def has_desk(user):
    """Does the user work at the desk as well? Then a way back to it stands in the bar."""
    return Scope.of(user).has(*(role for role in Role.staff_roles() if role != Role.LEADER))


def _sees_names(user, organization):
    return Scope.of(user).covers(organization, Role.ORGANIZER)


def _presets(period):
    """This year so far, the month, and the whole of the year before, as of the day that is shown."""
    today = timezone.localdate()
    last = today.year - 1
    spans = (
        ("今年以来", today.replace(month=1, day=1), today),
        ("本月", today.replace(day=1), today),
        ("去年全年", today.replace(year=last, month=1, day=1), today.replace(year=last, month=12, day=31)),
    )
    return [
        (
            label,
            f"?organization={period.organization.code}&from={start}&as_of={end}",
            (start, end) == (period.start, period.as_of),
        )
        for label, start, end in spans
    ]
