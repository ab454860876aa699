import csv
from pathlib import Path

from django.db import transaction

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
    forget_calendar()
    return len(new)
