import csv
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from records.actions import record_event
from workdays.models import CalendarDay, CalendarYear, DayKind
from workdays.queries import forget_calendar

DATA = Path(__file__).parent / "data"


def _rows(name):
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


@transaction.atomic
def load_calendar_seed():
    """2020–2026 from the State Council's notices; the years after that provisionally, statutory days only.

    A year that is there already stays as staff left it. Returns how many years were new.
    """
    known = set(CalendarYear.objects.values_list("year", flat=True))
    years, days = {}, []
    for row in _rows("years.csv"):
        years[int(row["year"])] = CalendarYear(year=row["year"], source=row["source"], provisional=False)
    for row in _rows("days.csv"):
        days.append((int(row["year"]), row["date"], row["kind"], row["name"]))
    for row in _rows("provisional_days.csv"):
        year = int(row["date"][:4])
        years.setdefault(
            year, CalendarYear(year=year, source="法定节假日推算，待国务院办公厅通知", provisional=True)
        )
        days.append((year, row["date"], DayKind.OFF, row["name"]))
    new = {number: year for number, year in years.items() if number not in known}
    for year in new.values():
        year.save()
    taken = {str(day) for day in CalendarDay.objects.values_list("date", flat=True)}
    CalendarDay.objects.bulk_create(
        CalendarDay(date=date, kind=kind, name=name, year=new[number])
        for number, date, kind, name in days
        if number in new and date not in taken
    )
    _forget_now_and_after()
    return len(new)


@transaction.atomic
def enter_notice(notice, *, text, by, at, source="", url=""):
    """A year's notice is out: its days replace what was guessed, and the year is settled (R58).

    Dates already computed stay as they were told. Raises InvalidInput with the notice's faults, NotAllowed for
    anybody but an organizer of the city. Returns the CalendarYear. `source` is the notice's own title unless told.
    """
    scope = Scope.of(by.user)
    roots = Organization.objects.filter(parent=None)
    if not all(scope.covers(root, Role.ORGANIZER) for root in roots):
        raise NotAllowed("只有市级组工干部能录入放假通知。")
    if notice.faults or not notice.days:
        raise InvalidInput({"text": notice.faults or ["没有读出任何放假安排，请粘贴通知原文。"]})
    source = source or notice.title
    year, _new = CalendarYear.objects.update_or_create(
        year=notice.year,
        defaults={
            "source": source[:120],
            "notice_url": (url or notice.address)[:300],
            "notice_text": text,
            "provisional": False,
        },
    )
    dates = [day.date for day in notice.days]
    CalendarDay.objects.filter(Q(year=year) | Q(date__in=dates)).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            date=day.date, kind=DayKind.OFF if day.is_off else DayKind.MAKEUP, name=day.name[:20], year=year
        )
        for day in notice.days
    )
    record_event(
        year,
        "notice_entered",
        by=by,
        at=at,
        organization=roots.first(),
        after={"days": len(dates)},
        note=source,
    )
    _forget_now_and_after()
    return year


def _forget_now_and_after():
    """Now for the rest of this transaction; after the commit for whoever read the old days meanwhile."""
    forget_calendar()
    transaction.on_commit(forget_calendar)
