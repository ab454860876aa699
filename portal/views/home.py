from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, Sum, Window
from django.db.models.functions import RowNumber
from django.shortcuts import redirect, render
from django.utils import timezone

from petitions.enums import Status
from petitions.models import Petition
from portal.access import is_representative, signed_in, staff_door_of
from portal.agenda import next_line
from portal.appraising import next_appraisal
from portal.learning import next_lesson, open_surveys
from portal.worklist import count_tabs, in_tab, matters_of, rows_of
from representatives.enums import DutyKind
from representatives.ledger import unit_of
from representatives.models import DutyRecord
from workdays.queries import load_calendar

TOP = 4
"""As many matters as fit under the counts on one phone screen."""


@signed_in
def home(request):
    """A representative's first page; everybody else is shown to the door of her own work."""
    if is_representative(request.user):
        return _representative_home(request, at=timezone.now())
    door = staff_door_of(request.user)
    if door is None:
        raise PermissionDenied("您的账号还没有任职，请联系本单位组工干部添加。")
    return redirect(door)


def _representative_home(request, *, at):
    today = timezone.localdate(at)
    mine = matters_of(request.user, whose="mine")
    counts = count_tabs(mine, reader=request.user, on=today)
    urgent, first = _most_urgent(mine, on=today)
    # The ids first: to join all that rows name, and then sort it, costs more the longer she has received matters.
    found = Petition.objects.with_names().in_bulk([*urgent, *first])
    calendar = load_calendar()
    rows = rows_of([found[pk] for pk in urgent], reader=request.user, on=today, calendar=calendar)
    lead = found[first[0]] if first else None
    line = next_line(request.user, on=today)
    lesson = next_lesson(request.user, on=today)
    duty_is_red = line is not None and (line.waits_for_her or line.is_here)
    # What has to be done today goes before what may be confirmed until next week.
    duty_is_today = line is not None and line.is_today and duty_is_red
    lesson_is_red = (
        lesson is not None
        and lesson.waits_for_her
        and (not duty_is_red or (lesson.can_check_in and not duty_is_today))
    )
    appraisal = next_appraisal(request.user, on=today)
    context = {
        "active": "home",
        "appraisal": appraisal,
        # A report that is due at once comes before all that has no day of its own.
        "appraisal_is_first": appraisal is not None
        and appraisal.is_soon
        and not duty_is_red
        and not lesson_is_red,
        "line": line,
        # One red button: the duty's while it waits for her word, then the training's, else the matter's.
        "duty_is_red": duty_is_red or lesson_is_red,
        "lesson": lesson,
        "lesson_is_red": lesson_is_red,
        "surveys": [survey for survey, answer in open_surveys(request.user, on=today) if answer is None],
        "greeting": greeting(timezone.localtime(at).hour),
        "counts": counts,
        "rows": rows,
        "lead": rows_of([lead], reader=request.user, on=today, calendar=calendar)[0]
        if lead
        else _first_overdue(rows),
        "lead_is_told": lead is not None,
        "duty": duty_of_year(request.user, year=today.year),
        "year": today.year,
    }
    return render(request, "portal/home.html", context)


def _most_urgent(matters, *, on):
    """(ids of the first few, ids of the first one that waits for her), in one query: overdue first, then what waits for
    her, then the rest: the date does exactly that for open matters."""
    by_date = (F("due_date").asc(nulls_last=True), F("pk").asc())
    rows = in_tab(matters, "open", on=on).filter(fed_back_at=None)
    rows = rows.annotate(
        nth=Window(RowNumber(), order_by=by_date),
        nth_of_its_kind=Window(RowNumber(), partition_by=F("status"), order_by=by_date),
    )
    rows = rows.filter(Q(nth__lte=TOP) | Q(nth_of_its_kind=1, status=Status.FEEDBACK)).order_by("nth")
    found = list(rows.values_list("pk", "nth", "status"))
    first = [pk for pk, _nth, status in found if status == Status.FEEDBACK][:1]
    return [pk for pk, nth, _status in found if nth <= TOP], first


def _first_overdue(rows):
    return next((row for row in rows if row.due.tone == "overdue"), None)


def greeting(hour):
    for until, words in ((5, "夜深了"), (8, "早上好"), (11, "上午好"), (13, "中午好"), (18, "下午好")):
        if hour < until:
            return words
    return "晚上好"


@dataclass(frozen=True)
class DutyLine:
    label: str
    quantity: object
    unit: str = "件"


def duty_of_year(user, *, year):
    """What the ledger holds for this year, a line for each kind, also for those with nothing yet."""
    records = DutyRecord.objects.standing().filter(mandate__person__user_id=user.pk, on__year=year)
    sums = dict(records.order_by().values_list("kind").annotate(total=Sum("quantity")))
    return [DutyLine(kind.label, (sums.get(kind.value) or 0), unit_of(kind)) for kind in DutyKind]
