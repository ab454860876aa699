"""Figures about what follows from an appraisal: candidates (R87), reminder talks (R88), items to improve (R91)."""

from datetime import timedelta

from django.db.models import Q

from accounts.scope import under
from evaluations.enums import CandidateStatus, ImprovementStatus, TalkStatus
from evaluations.metrics.periods import midnight, within
from evaluations.models import Candidate, Improvement, ReminderTalk
from records.metrics import Metric, Pair, register

CANDIDATES = (
    "起始日至截至日（含当日）列入、没有撤下的：同一届任期内连续两年优秀的代表资格，按代表所在地归口。"
)
TALKS = "起始日至截至日（含当日）定档为不称职、需要提醒谈话的，一个代表资格计一名，按代表所在地归口；登记为不再需要的不计。"
ITEMS = "起始日至截至日（含当日）列出的改进事项，按所在地归口；取消的不计。"


def _home(organization):
    return under("evaluation__organization__path", [organization.path])


def _candidates(**conditions):
    def records(organization, start, as_of):
        rows = Candidate.objects.filter(_home(organization), **within("listed_at", start, as_of))
        return rows.exclude(status=CandidateStatus.STRUCK).filter(**conditions).with_names()

    return records


def _talks(organization, start, as_of):
    rows = ReminderTalk.objects.filter(
        _home(organization), **within("evaluation__cycle__closed_at", start, as_of)
    )
    return rows.exclude(status=TalkStatus.DROPPED).with_names()


def _talks_held(organization, start, as_of):
    return _talks(organization, start, as_of).filter(talk_date__lte=as_of)


def _talks_closed(organization, start, as_of):
    return _talks_held(organization, start, as_of).filter(followed_up_on__lte=as_of)


def _talks_late(organization, start, as_of):
    """Neither held by the day nor in time."""
    waiting = Q(talk_date=None) | Q(talk_date__gt=as_of)
    return _talks(organization, start, as_of).filter(waiting, due_date__lt=as_of)


def _items(organization, start, as_of):
    rows = Improvement.objects.filter(_home(organization), **within("created_at", start, as_of))
    return rows.exclude(status=ImprovementStatus.DROPPED).with_names()


def _confirmed(as_of):
    until = midnight(as_of + timedelta(days=1))
    return Q(status=ImprovementStatus.CONFIRMED, settled_at__lt=until)


def _items_done(organization, start, as_of):
    return _items(organization, start, as_of).filter(_confirmed(as_of))


def _items_open(organization, start, as_of):
    return _items(organization, start, as_of).exclude(_confirmed(as_of))


def _declare(code, name, unit, definition, queryset=None, **more):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, **more))


_declare("candidates", "优先人选", "名", CANDIDATES, _candidates())
_declare(
    "candidates_chosen",
    "采用的优先人选",
    "名",
    f"{CANDIDATES}其中已采用的。",
    _candidates(status=CandidateStatus.CHOSEN),
)
_declare("talks", "应提醒谈话", "名", TALKS, _talks)
_declare("talks_held", "已提醒谈话", "名", f"{TALKS}其中截至日已谈话的。", _talks_held)
_declare("talks_closed", "谈话已回访办结", "名", f"{TALKS}其中截至日已回访的。", _talks_closed)
_declare("talks_late", "谈话逾期", "名", f"{TALKS}其中截至日已过最迟谈话日期、还没有谈的。", _talks_late)
_declare("talks_held_rate", "提醒谈话率", "%", "已提醒谈话 ÷ 应提醒谈话。", ratio=("talks_held", "talks"))
_declare("improvements", "改进事项", "条", ITEMS, _items)
_declare("improvements_open", "还没办结的改进事项", "条", f"{ITEMS}其中截至日还没有验收的。", _items_open)
_declare("improvements_done", "已验收的改进事项", "条", f"{ITEMS}其中截至日已验收的。", _items_done)
_declare(
    "improvements_done_rate",
    "改进完成率",
    "%",
    "已验收的改进事项 ÷ 改进事项。",
    ratio=("improvements_done", "improvements"),
)
