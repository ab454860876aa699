"""Do reception days, seats and the register of helpers agree? Part of `manage.py verify`."""

from django.db.models import Count, Exists, F, OuterRef, Q

from studios.enums import DayStatus, DutyStatus
from studios.models import Duty, Helper, ReceptionDay


def check_receptions():
    yield from _days()
    yield from _seats()
    yield from _helpers()


def _day_words(name, date):
    return f"{name} {date}的接待日"


def _days():
    """What became of each day is told, and who served."""
    days = ReceptionDay.objects.order_by("date", "pk")
    served = Duty.objects.filter(day=OuterRef("pk"), status=DutyStatus.SERVED)
    ahead = Duty.objects.filter(day=OuterRef("pk"), status__in=DutyStatus.ahead())
    over = (DayStatus.HELD, DayStatus.MISSED, DayStatus.POSTPONED)
    for sentence, condition in (
        ("记为已接待，却没有代表到岗", Q(status=DayStatus.HELD) & ~Exists(served)),
        ("记为未接待，却有代表到岗", Q(status=DayStatus.MISSED) & Exists(served)),
        ("已经过去，却还有代表待到岗", Q(status__in=over) & Exists(ahead)),
        (
            "没有接待或改了期，却没有写明原因",
            Q(status__in=(DayStatus.MISSED, DayStatus.POSTPONED), reason=""),
        ),
        ("改了期，却不知改到哪天", Q(status=DayStatus.POSTPONED, postponed_to=None)),
        ("改到了别的工作室", Q(status=DayStatus.POSTPONED) & ~Q(postponed_to__studio=F("studio"))),
        ("已公布，却没有公布时间", Q(status__in=DayStatus.told(), published_at=None)),
    ):
        for name, date in days.filter(condition).values_list("studio__name", "date"):
            yield f"{_day_words(name, date)}{sentence}。"
    seated = days.annotate(seated=Count("duties", filter=Q(duties__status__in=DutyStatus.holding())))
    for name, date, seats, number in seated.filter(seated__gt=F("seats")).values_list(
        "studio__name", "date", "seats", "seated"
    ):
        yield f"{_day_words(name, date)}有 {seats} 个席位，却排了 {number} 人。"


def _seats():
    """A seat is of one human being, on one day, within her mandate."""
    holding = Duty.objects.holding().order_by("date", "pk")
    outside = Q(date__lt=F("mandate__start_date")) | Q(date__gte=F("mandate__end_date"))
    for sentence, condition in (
        ("不在任期内", outside),
        ("与所用代表资格不是同一人", ~Q(person=F("mandate__person"))),
        ("日期与接待日的不一致", ~Q(date=F("day__date"))),
    ):
        for name, date in holding.filter(condition).values_list("person__name", "date"):
            yield f"{name} {date}的驻室{sentence}。"
    twice = holding.order_by().values("person__name", "person", "date").annotate(number=Count("pk"))
    for row in twice.filter(number__gt=1):
        yield f"{row['person__name']} {row['date']}排了 {row['number']} 处驻室。"


def _helpers():
    """Nobody helps at two places at one time."""
    other = Helper.objects.filter(
        Q(left_date=None) | Q(left_date__gt=OuterRef("joined_date")),
        Q(joined_date__lt=OuterRef("joined_date"))
        | Q(joined_date=OuterRef("joined_date"), pk__lt=OuterRef("pk")),
        person=OuterRef("person"),
    )
    for name, studio in (
        Helper.objects.filter(Exists(other)).order_by("pk").values_list("person__name", "studio__name")
    ):
        yield f"{name}加入{studio}时还没有退出别的工作室（站），一人只能登记一处。"
