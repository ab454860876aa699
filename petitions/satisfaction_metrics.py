"""Figures of what the people say (R54, R56): how soon they were answered, how they rate handling and result, and what
the call-backs found.

They speak of the same matters as the others, those received in the period. A rating is the last one given until the
day; a matter that was handled again keeps what was said of it before until it is rated anew.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Subquery

from petitions.enums import CallBackState
from petitions.metrics import PERIOD, collected, day_after, declare, fed_back
from petitions.models import CallBack, Feedback

SATISFIED = 4
UNSATISFIED = 2


def _acknowledged(organization, start, as_of):
    return collected(organization, start, as_of).filter(registered_at__lt=day_after(as_of))


def _acknowledged_soon(organization, start, as_of):
    soon = F("received_at") + timedelta(hours=settings.FIRST_ANSWER_HOURS)
    return _acknowledged(organization, start, as_of).filter(registered_at__lte=soon)


def _told_soon(organization, start, as_of):
    soon = F("replied_at") + timedelta(hours=settings.TELLING_HOURS)
    return fed_back(organization, start, as_of).filter(
        fed_back_at__lte=soon, fed_back_at__lt=day_after(as_of)
    )


def _with_ratings(organization, start, as_of):
    """Annotate `handling_said`, `result_said`: the last rating of each until that day."""
    given = Feedback.objects.filter(petition=OuterRef("pk"), told_at__lt=day_after(as_of)).order_by(
        "-told_at", "-pk"
    )
    handling = given.filter(handling_rating__isnull=False).values("handling_rating")[:1]
    result = given.filter(rating__isnull=False).values("rating")[:1]
    rows = collected(organization, start, as_of)
    return rows.annotate(handling_said=Subquery(handling), result_said=Subquery(result))


def _rated(**conditions):
    def records(organization, start, as_of):
        return _with_ratings(organization, start, as_of).filter(**conditions)

    return records


def _called(**conditions):
    def records(organization, start, as_of):
        calls = CallBack.objects.filter(
            petition=OuterRef("pk"), state=CallBackState.DONE, called_at__lt=day_after(as_of), **conditions
        )
        return collected(organization, start, as_of).filter(Exists(calls))

    return records


declare("acknowledged", "已登记受理", f"{PERIOD}其中截至日已登记在册的。", _acknowledged)
declare(
    "acknowledged_soon",
    "及时回应",
    f"{PERIOD}其中接待后 {settings.FIRST_ANSWER_HOURS} 小时内登记的（首次回应用时）。",
    _acknowledged_soon,
)
declare(
    "acknowledged_soon_rate",
    "及时回应率",
    "及时回应 ÷ 已登记受理。",
    unit="%",
    ratio=("acknowledged_soon", "acknowledged"),
)
declare(
    "told_soon",
    "及时反馈",
    f"{PERIOD}其中答复后 {settings.TELLING_HOURS} 小时内告知反映人的（反馈用时）；重新办理过的看最近一次。",
    _told_soon,
)
declare("told_soon_rate", "及时反馈率", "及时反馈 ÷ 已反馈。", unit="%", ratio=("told_soon", "fed_back"))

for _name, _word in (("handling", "办理"), ("result", "结果")):
    _field = f"{_name}_said"
    declare(
        f"rated_{_name}",
        f"评价了{_word}",
        f"{PERIOD}其中截至日反映人给{_word}打过分的，以最近一次为准。",
        _rated(**{f"{_field}__isnull": False}),
    )
    declare(
        f"satisfied_{_name}",
        f"对{_word}满意",
        f"{PERIOD}其中反映人给{_word}打 {SATISFIED} 或 5 分的，以最近一次为准。",
        _rated(**{f"{_field}__gte": SATISFIED}),
    )
    declare(
        f"unsatisfied_{_name}",
        f"对{_word}不满意",
        f"{PERIOD}其中反映人给{_word}打 1 或 {UNSATISFIED} 分的，以最近一次为准。",
        _rated(**{f"{_field}__lte": UNSATISFIED}),
    )
    declare(
        f"satisfied_{_name}_rate",
        f"{_word}满意率",
        f"对{_word}满意 ÷ 评价了{_word}。",
        unit="%",
        ratio=(f"satisfied_{_name}", f"rated_{_name}"),
    )

declare("call_backs", "回访到本人", f"{PERIOD}其中截至日已抽查回访到本人的。", _called())
declare(
    "call_backs_confirmed",
    "回访属实",
    f"{PERIOD}其中回访到本人、本人确认已被告知结果的。",
    _called(was_told=True),
)
declare(
    "call_backs_confirmed_rate",
    "回访属实率",
    "回访属实 ÷ 回访到本人。",
    unit="%",
    ratio=("call_backs_confirmed", "call_backs"),
)
