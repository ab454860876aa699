"""The organizer's page of one session: its roster by state, and the next thing to do."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils import timezone

from records.models import Attachment, Event
from training.audiences import audience_of
from training.enums import Audience, EnrolmentStatus, TrainingStatus
from training.models import Enrolment
from training.moves import ENROLMENTS, TRAININGS
from training.pages.chips import ENROLMENT_CHIPS, training_chip
from training.rules import may_organize

PER_PAGE = 60


@dataclass
class Tab:
    status: str
    label: str
    count: int
    is_active: bool


@dataclass
class SessionPage:
    training: object
    chip: tuple
    may_organize: bool
    moves: list
    tabs: list
    rows: object
    """A page of the paginator, of Enrolments with `chip` and `buttons`."""
    taken: int
    asked_leave: int
    waiting: int
    """Expected and not here yet."""
    called: int | None
    """How many the rule would call; None where there is no rule or the session is over."""
    files: list
    timeline: list
    has_begun: bool
    next_step: str = ""

    @property
    def free(self):
        return max(self.training.seats - self.taken, 0)


def session_page(training, user, *, at, status="", number=None):
    on = timezone.localdate(at)
    organizes = may_organize(user, training)
    roster = Enrolment.objects.visible_to(user).filter(training=training)
    counts = dict(roster.order_by().values_list("status").annotate(n=Count("pk")))
    rows = roster.select_related("person", "mandate", "organization").order_by("organization__path", "pk")
    if status in EnrolmentStatus.values:
        rows = rows.filter(status=status)
    else:
        rows = rows.exclude(status=EnrolmentStatus.REMOVED)
    page = Paginator(rows, PER_PAGE).get_page(number)
    begun = training.start_date <= on
    for row in page:
        row.training = training
        row.chip = ENROLMENT_CHIPS[row.status]
        row.buttons = _buttons(row, user, begun=begun) if organizes else []
    shown = SessionPage(
        training=training,
        chip=training_chip(training, on=on),
        may_organize=organizes,
        moves=TRAININGS.allowed(training, user) if organizes else [],
        tabs=_tabs(counts, status),
        rows=page,
        taken=sum(counts.get(state, 0) for state in EnrolmentStatus.placed()),
        asked_leave=counts.get(EnrolmentStatus.LEAVE_ASKED, 0),
        waiting=counts.get(EnrolmentStatus.INVITED, 0) + counts.get(EnrolmentStatus.CONFIRMED, 0),
        called=_called(training) if organizes else None,
        files=list(Attachment.objects.about(training)),
        timeline=list(Event.objects.about(training).order_by("-at", "-pk")[:30]) if organizes else [],
        has_begun=begun,
    )
    shown.next_step = _next(shown, counts, on=on)
    return shown


def _called(training):
    if not training.is_coming or training.audience == Audience.HAND:
        return None
    return audience_of(training).values("person").distinct().count()


def _buttons(row, user, *, begun):
    is_open = row.training.status == TrainingStatus.OPEN
    # On the day itself people come or do not: there is nothing else to press but what answers a leave.
    open_verbs = {
        "check_in": is_open and begun,
        "undo_check_in": is_open and begun,
        "grant_leave": is_open,
        "refuse_leave": is_open,
        "confirm": is_open and not begun,
        "remove": row.training.is_coming and not begun,
    }
    return [move for move in ENROLMENTS.allowed(row, user) if open_verbs.get(move.verb)]


def _tabs(counts, status):
    whole = sum(count for state, count in counts.items() if state != EnrolmentStatus.REMOVED)
    tabs = [Tab("", "全部", whole, status not in EnrolmentStatus.values)]
    for state in EnrolmentStatus:
        if counts.get(state):
            tabs.append(Tab(state.value, state.label, counts[state], status == state))
    return tabs


def _next(page, counts, *, on):
    """The one thing that stands in red."""
    training = page.training
    if not page.may_organize or not training.is_coming:
        return ""
    if training.status == TrainingStatus.PLANNED:
        return "publish" if counts.get(EnrolmentStatus.LISTED) else "enrol"
    if training.start_date > on:
        return "leave" if page.asked_leave else ""
    if training.end_date < on or not page.waiting:
        return "close"
    return "check_in"
