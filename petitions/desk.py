"""The desk's view of matters: the work list in tabs, and the first page with what is to be done today."""

from dataclasses import dataclass

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.admin_site import navigation, tasks
from accounts.enums import Role
from accounts.scope import Scope
from petitions.counting import count_each
from petitions.enums import Status
from petitions.models import Petition, Supervision
from petitions.models.petitions import sees_few
from petitions.pages.due import NEAR_WORKDAYS, due_words
from petitions.searches import recent_matters
from studios.enums import DayStatus
from studios.models import Keeper, ReceptionDay
from studios.pages.chips import day_chip
from workdays.queries import load_calendar


@dataclass(frozen=True)
class Tab:
    code: str
    label: str
    condition: object
    """function (day) → Q"""


TABS = (
    Tab("received", "待登记", lambda on: Q(status=Status.RECEIVED)),
    Tab("registered", "待交办", lambda on: Q(status=Status.REGISTERED)),
    Tab("handling", "办理中", lambda on: Q(status=Status.HANDLING)),
    Tab("feedback", "待反馈", lambda on: Q(status=Status.FEEDBACK, fed_back_at=None)),
    Tab("told", "待归档", lambda on: Q(status=Status.FEEDBACK, fed_back_at__isnull=False)),
    Tab("archived", "已归档", lambda on: Q(status=Status.ARCHIVED)),
    Tab("withdrawn", "已撤回", lambda on: Q(status=Status.WITHDRAWN)),
    Tab("routed_out", "已转出", lambda on: Q(status=Status.ROUTED_OUT)),
)
OVERDUE = Tab(
    "overdue",
    "已逾期",
    lambda on: Q(status__in=Status.open_states(), due_date__lt=on, fed_back_at=None),
)
NEAR = Tab(
    "near",
    "快到期",
    lambda on: Q(
        status__in=Status.open_states(),
        due_date__gte=on,
        due_date__lte=load_calendar().add_workdays(on, NEAR_WORKDAYS).date,
        fed_back_at=None,
    ),
)
EXTENSION = Tab("extension", "待批延期", lambda on: Q(extension_requested_at__isnull=False))
PAUSED = Tab("paused", "已停表", lambda on: Q(paused_at__isnull=False))
SUPERVISED = Tab("supervised", "督办", lambda on: Q(supervised_at__isnull=False))
SUPERVISION_LATE = Tab(
    "supervision_late",
    "督办逾期",
    lambda on: Q(
        supervised_at__isnull=False,
        pk__in=Supervision.objects.filter(closed_at=None, reply_due__lt=on).values("petition"),
    ),
)
ASIDE = (EXTENSION, PAUSED, SUPERVISED)
"""Tabs of the list that are no stages."""
BY_CODE = {tab.code: tab for tab in (*TABS, OVERDUE, NEAR, *ASIDE, SUPERVISION_LATE)}


def count_tabs(user, *, on):
    """{code: number of matters she sees, counted no further than is shown}, in one query."""
    conditions = {tab.code: tab.condition(on) for tab in BY_CODE.values()}
    return count_each(Petition.objects.visible_to(user), conditions, few=sees_few(user))


def tabs_shown(counts, current):
    """Overdue in front, then what waits aside where there is any, then the stages."""
    aside = [
        tab
        for tab in (*ASIDE, SUPERVISION_LATE)
        if tab.code == current or (tab in ASIDE and counts[tab.code])
    ]
    return [OVERDUE, *aside, *TABS]


@dataclass(frozen=True)
class Buttons:
    """What the page offers: the next thing to do in red and one or two beside it, the rest in a menu."""

    shown: list
    """[(move, tone)]"""
    more: list


def buttons_of(moves):
    """The steps forward first, and only the first of them in red; side steps behind 更多, what ends or undoes a matter
    last. A decision that waits, or a clock that stands, comes before the usual step."""
    pressing = [move for move in moves if move.verb in PRESSING]
    others = [move for move in moves if move.verb not in PRESSING]
    in_order = sorted([*pressing, *others], key=lambda move: TONES.index(move.tone))
    first = in_order[0] if in_order else None
    toned = [
        (move, "plain" if move.tone == "primary" and move is not first else move.tone) for move in in_order
    ]
    forward = sum(move.tone == "primary" for move in in_order)
    # One alone in the menu might as well stand outside.
    visible = len(toned) if len(toned) <= MOST_BUTTONS else max(1, min(forward, MOST_BUTTONS))
    if toned and toned[0][0].verb in DECISIONS:
        # Both answers to what was asked stand side by side, and nothing between them.
        other = next(row for row in toned if row[0].verb == DECISIONS[toned[0][0].verb])
        toned = [toned[0], other, *(row for row in toned[1:] if row is not other)]
        visible = max(2, visible)
    return Buttons(toned[:visible], toned[visible:])


MOST_BUTTONS = 3
MOST_DAYS = 12
"""Reception days on the first page."""
PRESSING = ("approve_extension", "resume", "countersign")
DECISIONS = {"approve_extension": "refuse_extension"}
TONES = ("primary", "plain", "danger")


def tab_link(code):
    return f"{reverse('admin:petitions_petition_changelist')}?tab={code}"


# What each role meets first: the tabs that wait for it, the most pressing one in front.
FIRST = {
    Role.ORGANIZER: (
        "overdue",
        "supervision_late",
        "extension",
        "received",
        "registered",
        "near",
        "told",
        "supervised",
    ),
    Role.KEEPER: ("received", "feedback", "told", "overdue"),
    Role.HANDLER: ("overdue", "handling", "near", "supervised"),
    Role.LEADER: ("overdue", "supervision_late", "supervised", "handling", "feedback"),
}
SHOWN_DUE = 8
ALARMS = {"overdue", "supervision_late"}
SHOWN_IF_ANY = {"supervision_late", "supervised"}
"""Cards that stay away while they count nothing, so that the first page keeps to what there is."""


def _links_for(request):
    """What somebody without matters came for: her side bar as a list, figures and trail in front."""
    items = [item for group in navigation(request) for item in group["items"] if not item["active"]]
    return sorted(items, key=lambda item: item["title"] not in ("指标", "留痕"))


OWN_STEPS = {Role.KEEPER: (Status.RECEIVED, Status.FEEDBACK), Role.HANDLER: (Status.HANDLING,)}
"""Whose first page lists only what she can move herself; an organizer and a leader look at everything that is late."""

WHOSE_TURN = {
    Status.RECEIVED: "等联络员登记",
    Status.REGISTERED: "等组工干部交办",
    Status.HANDLING: "等承办单位答复",
    Status.FEEDBACK: "等接待代表或联络员告知本人",
}


def whose_turn(petition):
    """Who has to act next, in words; empty once nobody has to."""
    if petition.waits_for_archive:
        return "等联络员归档"
    if petition.is_paused:
        return "等到了就恢复计时"
    if petition.extension_requested_at:
        return "等组工干部批复延期，同时继续办理"
    return WHOSE_TURN.get(petition.status, "")


def days_to_keep(user, *, on):
    """Reception days at the venues she keeps: today's, and those that have passed without being written down."""
    days = ReceptionDay.objects.filter(
        studio__in=Keeper.objects.studios_of(user), status=DayStatus.PUBLISHED, date__lte=on
    )
    return list(days.select_related("studio").order_by("-date", "start_time")[:MOST_DAYS])


def _due_first(petitions):
    """The ids first: to join all that the rows name and then sort it would cost seconds in a full register."""
    ids = list(petitions.order_by(F("due_date").asc(), "pk").values_list("pk", flat=True)[:SHOWN_DUE])
    rows = Petition.objects.with_names().in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def dashboard(request, context):
    """The first page: how many wait at which step, and the matters that are due first."""
    on = timezone.localdate()
    scope = Scope.of(request.user)
    role = next((role for role in FIRST if scope.has(role)), None)
    if role is None:
        return context | {
            "title": "工作台",
            "desk_cards": [],
            "desk_rows": [],
            "desk_role": None,
            "desk_tasks": tasks(request),
            "desk_links": _links_for(request),
            "desk_days": [],
            "desk_unwritten": [],
        }
    petitions = Petition.objects.visible_to(request.user)
    counts = count_tabs(request.user, on=on)
    pressing = petitions.open().filter(fed_back_at=None, due_date__isnull=False)
    if role in OWN_STEPS:
        pressing = pressing.filter(status__in=OWN_STEPS[role])
    calendar = load_calendar()
    rows = [
        {"petition": petition, "due": due_words(petition, on=on, calendar=calendar)}
        for petition in _due_first(pressing)
    ]
    cards = [
        {
            "label": BY_CODE[code].label,
            "count": counts[code],
            "link": tab_link(code),
            "is_alarm": code in ALARMS and counts[code] > 0,
        }
        for code in FIRST[role]
        if counts[code] or code not in SHOWN_IF_ANY
    ]
    may_receive = scope.has(Role.ORGANIZER, Role.KEEPER)
    days = days_to_keep(request.user, on=on) if scope.has(Role.KEEPER) else []
    return context | {
        "desk_days": [(day, day_chip(day, on=on)) for day in days if day.date == on],
        "desk_unwritten": [(day, day_chip(day, on=on)) for day in days if day.date < on],
        "title": "今天要办",
        "desk_tasks": tasks(request),
        "desk_cards": cards,
        "desk_rows": rows,
        "desk_role": role,
        "desk_may_receive": may_receive,
        "desk_recent": recent_matters(request.user, limit=5),
    }
