"""A representative's duties as her phone shows them: the next one, what she may do about each, and in what words."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Prefetch, Q

from studios.enums import DayStatus, DutyStatus, SwapState
from studios.models import Duty, Leave, SwapRequest

LEAD_DAYS = 31
"""A duty no farther away than this stands first on the home page."""

CHIPS = {
    DutyStatus.ASSIGNED: "handling",
    DutyStatus.CONFIRMED: "registered",
    DutyStatus.SERVED: "archived",
    DutyStatus.ABSENT: "overdue",
    DutyStatus.ON_LEAVE: "withdrawn",
    DutyStatus.SWAPPED: "withdrawn",
    DutyStatus.REPLACED: "withdrawn",
}


@dataclass(frozen=True)
class Line:
    """One duty of hers with what the page says and offers about it on the day `on`."""

    duty: Duty
    colleagues: list
    """Duties of those who sit on the same day."""
    swap: SwapRequest | None
    """Her offer of this duty that is still open."""
    days_left: int

    @property
    def is_ahead(self):
        """Still to be served, and something may still be done about it."""
        day = self.duty.day
        return self.duty.is_ahead and day.status == DayStatus.PUBLISHED and self.days_left >= 0

    @property
    def is_today(self):
        return self.days_left == 0

    @property
    def is_here(self):
        """She has checked in and the day is not over."""
        return self.is_today and self.duty.status == DutyStatus.SERVED

    @property
    def waits_for_her(self):
        """She has not yet said that she comes, or has to check in today."""
        return self.can_confirm or self.can_check_in

    @property
    def can_confirm(self):
        """Not while she looks for somebody else to come."""
        return self.can_offer and self.duty.status == DutyStatus.ASSIGNED

    @property
    def can_check_in(self):
        return self.is_ahead and self.is_today

    @property
    def can_offer(self):
        return self.is_ahead and not self.is_today and self.swap is None

    @property
    def left_words(self):
        near = {0: "今天", 1: "明天", 2: "后天"}
        return near.get(self.days_left, f"还有 {self.days_left} 天")

    @property
    def hours(self):
        return f"{self.duty.day.start_time:%H:%M}–{self.duty.day.end_time:%H:%M}"

    @property
    def with_words(self):
        """与王雯代表同班; empty where she sits alone."""
        names = "、".join(other.person.name for other in self.colleagues)
        return f"与{names}代表同班" if names else ""

    @property
    def chip(self):
        if self.swap is not None:
            return "handling" if self.swap.state == SwapState.OPEN else "feedback"
        return CHIPS[self.duty.status]

    @property
    def state_words(self):
        """The state, and where it says nothing yet, what is being waited for."""
        if self.swap is not None:
            return "等人接班" if self.swap.state == SwapState.OPEN else "换班待同意"
        if self.duty.is_ahead and self.days_left < 0:
            return "等联络员登记"
        return self.duty.get_status_display()


def duties_of(user):
    """Her published duties, with day, venue and colleagues: three queries, however many."""
    colleagues = Duty.objects.holding().select_related("person", "mandate").order_by("pk")
    open_swaps = SwapRequest.objects.open().select_related("taken_by__person", "in_return__day")
    return (
        Duty.objects.visible_to(user)
        .of_user(user)
        .select_related("day__studio", "person", "mandate__person")
        .prefetch_related(
            Prefetch("day__duties", queryset=colleagues, to_attr="sitting"),
            Prefetch("swap_requests", queryset=open_swaps, to_attr="open_swaps"),
        )
    )


def line_of(duty, *, on):
    return Line(
        duty=duty,
        colleagues=[other for other in duty.day.sitting if other.person_id != duty.person_id],
        swap=next(iter(duty.open_swaps), None),
        days_left=(duty.date - on).days,
    )


def next_line(user, *, on):
    """The duty that stands first on the home page: the next one, or today's on which she is sitting right now."""
    here = Q(status=DutyStatus.SERVED, date=on)
    ahead = Q(status__in=DutyStatus.ahead(), date__range=(on, on + timedelta(days=LEAD_DAYS)))
    duty = (
        duties_of(user)
        .filter(here | ahead, day__status=DayStatus.PUBLISHED)
        .order_by("date", "day__start_time", "pk")
        .first()
    )
    return line_of(duty, on=on) if duty else None


def lines_of(user, *, on):
    """([coming, the soonest first], [gone by or given up this year, the newest first])"""
    rows = duties_of(user).filter(Q(date__year=on.year) | Q(date__gt=on)).order_by("date", "pk")
    lines = [line_of(duty, on=on) for duty in rows]
    coming = [line for line in lines if line.is_ahead or line.is_here]
    return coming, [line for line in reversed(lines) if line not in coming]


def standing_leaves(user, *, on):
    """Her leave that is not over, the next first."""
    rows = Leave.objects.filter(person__user_id=user.pk).standing().filter(end_date__gte=on)
    return list(rows.order_by("start_date", "pk"))
