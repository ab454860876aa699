"""Figures about matters (R53–R59), reconstructed for any day from the dates and, where a matter was reopened, from
its time line.

All figures of a period speak of the same matters, those received from `start` to `as_of`; so *resolved* can never
exceed *collected*, and the states add up to what was collected.
"""

import csv
from datetime import datetime, time, timedelta
from pathlib import Path

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from accounts.scope import under
from petitions import clock_figures
from petitions.enums import Kind, Outcome, Status
from petitions.models import Channel, Petition
from petitions.moves import TABLE
from records.metrics import Metric, Pair, register, register_family
from records.models import Event

PERIOD = "起始日至截至日（含当日）接待的事项，按工作室（站）所属组织归口，一事一件，含后来撤回的。"
MOVING = ("receive", "imported", *TABLE.by_verb)
"""Verbs whose event tells the state that the matter came into."""


def _day_start(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _collected(organization, start, as_of, **conditions):
    rows = Petition.objects.filter(
        under("organization__path", [organization.path]),
        received_at__gte=_day_start(start),
        received_at__lt=_day_start(as_of + timedelta(days=1)),
        **conditions,
    )
    return rows.with_names()


def _events(until, verbs):
    """Events of a matter before `until`, the newest first."""
    return Event.objects.filter(
        subject_type=Petition._meta.label_lower, subject_id=OuterRef("pk"), verb__in=verbs, at__lt=until
    ).order_by("-at", "-pk")


def with_state_on(rows, as_of):
    """Annotate `state_on`, `replied_on`, `outcome_on`: how the matter stood at the end of that day.

    A matter that was reopened, or came back, has lost its earlier dates, so its time line is asked; it is one in a
    hundred.
    """
    until = _day_start(as_of + timedelta(days=1))
    # What went back and forth, or was solved after it was answered, is told by its time line alone.
    winding = Q(reopen_count__gt=0) | Q(came_back=True)
    solved_later = Q(resolved_at__gt=F("replied_at"))
    answers = _events(until, ("reply", "resolve", "reopen"))
    state = Subquery(
        _events(until, MOVING).filter(after__status__isnull=False).values(state=KT("after__status"))[:1]
    )
    return rows.annotate(
        state_on=Case(
            When(winding, then=Coalesce(state, Value(Status.RECEIVED.value), output_field=CharField())),
            When(withdrawn_at__lt=until, then=Value(Status.WITHDRAWN.value)),
            When(archived_at__lt=until, then=Value(Status.ARCHIVED.value)),
            When(routed_out_at__lt=until, then=Value(Status.ROUTED_OUT.value)),
            When(replied_at__lt=until, then=Value(Status.FEEDBACK.value)),
            When(assigned_at__lt=until, then=Value(Status.HANDLING.value)),
            When(registered_at__lt=until, then=Value(Status.REGISTERED.value)),
            default=Value(Status.RECEIVED.value),
            output_field=CharField(),
        ),
        outcome_on=Case(
            When(winding | solved_later, then=Subquery(answers.values(outcome=KT("after__outcome"))[:1])),
            When(replied_at__lt=until, then=F("outcome")),
            default=None,
            output_field=CharField(),
        ),
        replied_on=Case(
            When(winding, then=Subquery(answers.filter(verb="reply").values("at")[:1])),
            default=F("replied_at"),
        ),
    )


def _with_limit(rows, as_of):
    return clock_figures.with_limit(rows, until=_day_start(as_of + timedelta(days=1)))


ANSWERED = (Status.FEEDBACK, Status.ARCHIVED)


def _in_state(*states):
    def records(organization, start, as_of):
        return with_state_on(_collected(organization, start, as_of), as_of).filter(state_on__in=states)

    return records


def _resolved(organization, start, as_of):
    return _in_state(*ANSWERED)(organization, start, as_of).filter(outcome_on=Outcome.SOLVED)


def _fed_back(organization, start, as_of):
    until = _day_start(as_of + timedelta(days=1))
    rows = _in_state(*ANSWERED)(organization, start, as_of)
    # The last of telling and reopening decides for a matter that came back.
    last = _events(until, ("feedback", "reopen")).values("verb")[:1]
    told = Q(reopen_count=0, fed_back_at__lt=until) | Q(reopen_count__gt=0, told_verb="feedback")
    return rows.annotate(told_verb=Case(When(reopen_count__gt=0, then=Subquery(last)))).filter(told)


def _overdue(organization, start, as_of):
    return _with_limit(_in_state(Status.HANDLING)(organization, start, as_of), as_of).filter(
        limit_on__lt=as_of
    )


def _answer_due(organization, start, as_of):
    rows = _with_limit(with_state_on(_collected(organization, start, as_of), as_of), as_of)
    overdue = Q(state_on=Status.HANDLING, limit_on__lt=as_of)
    return rows.filter(Q(state_on__in=ANSWERED, limit_on__isnull=False) | overdue)


def _answered_on_time(organization, start, as_of):
    rows = _answer_due(organization, start, as_of).filter(state_on__in=ANSWERED)
    return rows.annotate(replied_date=TruncDate("replied_on")).filter(replied_date__lte=F("limit_on"))


def _of_clock(narrowed):
    def records(organization, start, as_of):
        until = _day_start(as_of + timedelta(days=1))
        return narrowed(_collected(organization, start, as_of), until=until)

    return records


def _of_kind(kind, records):
    def of_kind(organization, start, as_of):
        return records(organization, start, as_of).filter(kind=kind)

    return of_kind


def _declare(code, name, definition, queryset=None, *, unit="件", ratio=None, pair=Pair.OPINION):
    register(
        Metric(
            code=code, name=name, unit=unit, definition=definition, pair=pair, queryset=queryset, ratio=ratio
        )
    )


def _declare_part(code, name, definition, **conditions):
    def records(organization, start, as_of):
        return _collected(organization, start, as_of, **conditions)

    _declare(code, name, f"{PERIOD}{definition}", records, unit="条")


def _starting_channels():
    with (Path(__file__).parent / "data" / "channels.csv").open(encoding="utf-8") as lines:
        return [(row["code"], row["name"]) for row in csv.DictReader(lines)]


def _other_channels(organization, start, as_of):
    codes = [code for code, _name in _starting_channels()]
    return _collected(organization, start, as_of).exclude(channel__code__in=codes)


def _added_channels():
    """A figure for each channel that staff have added (R53)."""
    known = {code for code, _name in _starting_channels()}
    return [_channel_metric(channel) for channel in Channel.objects.all() if channel.code not in known]


def _channel_metric(channel):
    def records(organization, start, as_of):
        return _collected(organization, start, as_of, channel=channel)

    return Metric(
        code=f"channel_{channel.code}",
        name=f"来自{channel.name}",
        unit="条",
        definition=f"{PERIOD}其中来源渠道为「{channel.name}」的。",
        pair=Pair.OPINION,
        queryset=records,
    )


_declare("collected", "收集意见、建议、咨询", PERIOD, _collected, unit="条")
for _kind in Kind:
    _declare_part(f"collected_{_kind.value}", _kind.label, f"其中类别为「{_kind.label}」的。", kind=_kind)
for _code, _name in _starting_channels():
    _declare_part(f"channel_{_code}", f"来自{_name}", f"其中来源渠道为「{_name}」的。", channel__code=_code)
_declare(
    "channel_other",
    "来自增设渠道",
    f"{PERIOD}其中来源渠道是后来增设的；各渠道另有分项。",
    _other_channels,
    unit="条",
)
register_family(_added_channels)
for _status in Status:
    _declare(
        f"state_{_status.value}",
        f"处于{_status.label}环节" if _status in Status.open_states() else f"已{_status.label}",
        f"{PERIOD}其中截至日当天处于「{_status.label}」的；按各环节时间还原，与今天的状态无关。",
        _in_state(_status),
    )
_declare(
    "answered",
    "已答复",
    f"{PERIOD}其中截至日已由承办单位答复、且没有退回重办的，不论答复类别。",
    _in_state(*ANSWERED),
)
_declare(
    "resolved",
    "协调解决",
    f"{PERIOD}其中截至日的答复类别为 A（已解决）的；B、C、D 类只算答复，不算解决。",
    _resolved,
)
_declare("fed_back", "已反馈", f"{PERIOD}其中截至日已把办理结果告知反映人、且没有退回重办的。", _fed_back)
_declare(
    "answer_rate", "答复率", "已答复 ÷ 收集意见、建议、咨询。", unit="%", ratio=("answered", "collected")
)
_declare(
    "resolve_rate", "解决率", "协调解决 ÷ 收集意见、建议、咨询。", unit="%", ratio=("resolved", "collected")
)
_declare(
    "overdue",
    "办理逾期",
    f"{PERIOD}其中截至日仍在处理、且已过办理期限的；期限按截至日当天的算，此前批准的延期计入，停表期间不算逾期。",
    _overdue,
)
_declare("extended", "批准延期", f"{PERIOD}其中截至日前已批准延期的。", _of_clock(clock_figures.extended))
_declare("paused", "停表中", f"{PERIOD}其中截至日正停着表的。", _of_clock(clock_figures.paused))
_declare(
    "supervised",
    "督办事项",
    f"{PERIOD}其中截至日前由上级督办过的，不论是否已解除。",
    _of_clock(clock_figures.supervised),
)
_declare(
    "answer_due",
    "到期应答复",
    f"{PERIOD}其中有办理期限，且截至日已答复或已过期限的；未到期又未答复的不计。",
    _answer_due,
)
_declare(
    "answered_on_time", "按期答复", f"{PERIOD}其中答复日期不晚于办理期限的（同日算按期）。", _answered_on_time
)
_declare(
    "on_time_rate",
    "按期答复率",
    "按期答复 ÷ 到期应答复。",
    unit="%",
    ratio=("answered_on_time", "answer_due"),
)
_declare(
    "requests_resolved",
    "诉求协调解决",
    f"{PERIOD}其中类别为「诉求」、截至日的答复类别为 A（已解决）的。",
    _of_kind(Kind.REQUEST, _resolved),
    pair=Pair.ACTION,
)
_declare(
    "request_resolve_rate",
    "诉求解决率",
    "诉求协调解决 ÷ 诉求。",
    unit="%",
    ratio=("requests_resolved", "collected_request"),
    pair=Pair.ACTION,
)
_declare(
    "consultations_answered",
    "政策咨询已解答",
    f"{PERIOD}其中类别为「咨询」、截至日已由承办单位答复的，不论答复类别。",
    _of_kind(Kind.CONSULTATION, _in_state(*ANSWERED)),
    pair=Pair.ACTION,
)
_declare(
    "consultation_answer_rate",
    "咨询解答率",
    "政策咨询已解答 ÷ 咨询。",
    unit="%",
    ratio=("consultations_answered", "collected_consultation"),
    pair=Pair.ACTION,
)

# What the families below build upon; they are declared when this module is loaded.
collected, fed_back, declare = _collected, _fed_back, _declare


def day_after(as_of):
    """The first moment that no longer belongs to the day."""
    return _day_start(as_of + timedelta(days=1))


from petitions import dispute_metrics, satisfaction_metrics  # noqa: E402, F401  (declaring)
