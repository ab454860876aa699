"""Does the house agree with itself? Sums, time lines, numbers, the duty ledger, places, seals.

Each check yields Chinese sentences that name what is wrong; none means that it holds. Nothing is changed.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone

from accounts.models import Organization
from accounts.scope import STEP
from petitions.enums import Kind, Status
from petitions.metrics import ANSWERED, MOVING
from petitions.models import Assignment, Dispute, Feedback, NumberCounter, Petition, Reply
from petitions.numbers import county_code
from portal.appraisal_checks import check_appraisals
from portal.file_checks import check_files
from portal.group_checks import check_groups
from portal.reception_checks import check_receptions
from portal.training_checks import check_trainings
from records.metrics import compute_all, get_metric, records_of
from records.models import Event
from records.seals import verify_chain
from representatives.enums import Level
from representatives.ledger import check_ledger
from representatives.models import Mandate
from studios.enums import HelperKind
from studios.models import Duty, GroupPlacement, Helper, ReceptionDay, Visit
from training.enums import TrainingKind

BEGINNING = date(2000, 1, 1)
TOLD = 10
"""As many single cases as a check names; the rest are counted."""
PETITION = Petition._meta.label_lower
NUMBER = re.compile(r"\d{6}-\d{4}-\d{6,}")
ARCHIVE_NUMBER = re.compile(r"\d{6}-DA-\d{4}-\d{6,}")


@dataclass
class Check:
    code: str
    name: str
    faults: list = field(default_factory=list)


def verify_house(*, on, only=None):
    """All checks, or `only` those of these codes, each with its faults, as of the day `on`."""
    return [
        Check(code, name, _told(run(on)))
        for code, name, run in (
            ("sums", "合计关系", _sums),
            ("places", "各县市区之和", _places),
            ("timelines", "环节与时间线", _timelines),
            ("steps", "办理记录", _steps),
            ("numbers", "编号与计数", _numbers),
            ("ledger", "履职记录", _ledger),
            ("receptions", "接待日与驻室", _receptions),
            ("trainings", "培训班与参训", _trainings),
            ("groups", "代表小组", _groups),
            ("appraisals", "年度考评", _appraisals),
            ("files", "荣誉、清单与异议", _files),
            ("disputes", "纠纷与追回款项", _disputes),
            ("scope", "组织归口", _scope),
            ("seals", "留痕封印", _seals),
        )
        if only is None or code in only
    ]


def _told(faults):
    faults = iter(faults)
    told = list(islice(faults, TOLD))
    more = sum(1 for _fault in faults)
    return [*told, f"……另有同类问题 {more} 处。"] if more else told


def _sums(on):
    """The sums of the requirements, by the register itself."""
    root = Organization.objects.order_by("path").first()
    if root is None:
        yield "系统里还没有组织，请先运行 manage.py setup。"
        return
    value = {figure.metric.code: figure.value for figure in compute_all(root, BEGINNING, on)}
    parts = {
        "mandates": [f"mandates_{level.value}" for level in Level],
        "frontline": [f"frontline_{level.value}" for level in Level],
        "venues": ["workrooms", "stations"],
        "collected": [f"collected_{kind.value}" for kind in Kind],
        "answered": [f"state_{status.value}" for status in ANSWERED],
        "reception_due": ["reception_held", "reception_missed", "reception_unrecorded"],
        "sessions": [f"sessions_{level.value}" for level in Level],
        "visits": ["visits_members", "visits_others"],
        "helpers": [f"helpers_{kind.value}" for kind in HelperKind],
        "trainings": [f"trainings_{kind.value}" for kind in TrainingKind],
        "attendances": [f"attendances_{kind.value}" for kind in TrainingKind],
        "links": ["links_cadre", "links_branch"],
        "pairs": ["pairs_representative", "pairs_cadre"],
    }
    parts["collected (state)"] = [f"state_{status.value}" for status in Status]
    parts["collected (channel)"] = [code for code in value if code.startswith("channel_")]
    for whole, codes in parts.items():
        total, summed = value[whole.split()[0]], sum(value[code] for code in codes)
        if total != summed:
            yield f"{whole} 为 {total}，各部分之和为 {summed}，不相等。"
    for smaller, larger in (
        ("frontline", "mandates"), ("persons", "mandates"), ("resolved", "answered"), ("answered", "collected"),
        ("state_archived", "fed_back"), ("fed_back", "answered"), ("answered_on_time", "answer_due"),
        ("clues_mediated", "clues"), ("disputes_mediated", "disputes"),
        ("reception_held", "sessions"), ("reception_city_frontline", "reception_held"),
        ("reception_city_frontline", "sessions_city_frontline"), ("sessions_city_frontline", "sessions"),
        ("sessions_by_code", "sessions"), ("reception_monthly", "venues"), ("frontline_with_venue", "frontline"),
        ("minimum_reached", "persons"), ("groups_frontline", "groups"), ("groups_proper", "groups"), ("groups_led", "groups"),
        ("seated_frontline", "seatable_frontline"), ("seatable_frontline", "frontline"), ("links_frontline", "frontline"), ("links_kept_up", "links"),
        ("pairs_kept_up", "pairs"), ("pairs_mentors", "pairs"), ("pairs_reached", "pairs_concluded"),
        ("duty_people", "duty_lines"), ("training_people", "attendances"),
        ("training_certificates", "attendances"), ("training_frontline", "frontline"),
        ("training_first_year_done", "training_first_year_due"), ("training_first_year_due", "mandates"),
        ("training_main_class", "training_main_class_base"), ("training_planned_held", "training_planned"),
        *((f"frontline_{level.value}", f"mandates_{level.value}") for level in Level),
    ):  # fmt: skip
        if value[smaller] > value[larger]:
            yield f"{smaller} 为 {value[smaller]}，多于 {larger} 的 {value[larger]}。"


def _places(on):
    """The counties' figures and what hangs on the city itself make up the city's."""
    root = Organization.objects.order_by("path").first()
    if root is None:
        return
    codes = ("mandates", "frontline", "venues", "collected", "answered", "resolved")
    metrics = [get_metric(code) for code in (*codes, "reception_held", "sessions", "visits", "helpers")]
    whole = compute_all(root, BEGINNING, on, metrics)
    summed = Counter()
    for county in Organization.objects.county_level():
        for figure in compute_all(county, BEGINNING, on, metrics):
            summed[figure.metric.code] += figure.value
    for figure in whole:
        own = _of_the_city_itself(figure.metric, root, on)
        if figure.value != summed[figure.metric.code] + own:
            counted = f"各县市区之和 {summed[figure.metric.code]}、市本级 {own}"
            yield f"{figure.metric.name}全市为 {figure.value}，{counted}，合不上。"


_PATHS = {
    ReceptionDay: "studio__organization__path",
    Duty: "day__studio__organization__path",
    Visit: "day__studio__organization__path",
    Helper: "studio__organization__path",
}
"""Where the place of a record stands, if it has none of its own."""


def _of_the_city_itself(metric, root, on):
    """The part of a figure that lies in no county."""
    rows = records_of(metric, root, BEGINNING, on)
    path = _PATHS.get(rows.model, "organization__path")
    county = Organization.objects.county_level().filter(path=Substr(OuterRef(path), 1, 2 * STEP))
    rows = rows.filter(~Exists(county))
    return rows.aggregate(total=Sum(metric.total))["total"] or 0 if metric.total else rows.count()


_STAMPS = {
    "receive": "received_at",
    "register": "registered_at",
    "assign": "assigned_at",
    "reopen": "assigned_at",
    "reply": "replied_at",
    "feedback": "fed_back_at",
    "archive": "archived_at",
    "withdraw": "withdrawn_at",
}
_CLEARED_BY_REOPENING = ("replied_at", "fed_back_at", "archived_at")


def _timelines(_on):
    """Each matter stands where its events have brought it, and its dates are those of the events."""
    events = defaultdict(list)
    rows = Event.objects.filter(subject_type=PETITION, verb__in=MOVING).order_by("at", "pk")
    for subject, verb, at, before, after in rows.values_list(
        "subject_id", "verb", "at", "before", "after"
    ).iterator(5000):
        events[subject].append((verb, at, before.get("status"), after.get("status")))
    stamps = (
        "received_at",
        "registered_at",
        "assigned_at",
        "replied_at",
        "fed_back_at",
        "archived_at",
        "withdrawn_at",
    )
    petitions = Petition.objects.order_by("pk").values("pk", "number", "status", *stamps)
    for petition in petitions.iterator(5000):
        yield from _timeline_faults(petition, events.pop(petition["pk"], []))
    if events:
        yield f"有 {len(events)} 件事项只剩时间线，事项本身已不在库中。"


def _timeline_faults(petition, events):
    number = petition["number"]
    if not events:
        yield f"{number} 没有任何时间线。"
        return
    state, dates, is_imported = None, {}, False
    for verb, at, before, after in events:
        is_imported |= verb == "imported"
        if state is not None and before is not None and before != state:
            yield f"{number} 的「{verb}」自称从 {before} 开始，上一步却停在 {state}。"
        state = after or state
        if verb in _STAMPS:
            dates[_STAMPS[verb]] = at
        if verb == "merge":
            # It has come as far as the main matter in one go.
            dates |= {name: at for name in ("registered_at", "assigned_at") if petition[name] == at}
        if verb == "reopen":
            for name in _CLEARED_BY_REOPENING:
                dates.pop(name, None)
    if state != petition["status"]:
        yield f"{number} 现为 {petition['status']}，时间线却停在 {state}。"
    for name in set(_STAMPS.values()):
        # What came by a ledger brought its own, older dates.
        if petition[name] != dates.get(name) and not (is_imported and name not in dates):
            yield f"{number} 的 {name} 与时间线不一致。"
    yield from _order_faults(petition)


def _order_faults(petition):
    names = ("received_at", "registered_at", "assigned_at", "replied_at", "fed_back_at", "archived_at")
    known = [(name, petition[name]) for name in names if petition[name]]
    for (first, earlier), (second, later) in zip(known, known[1:], strict=False):
        if later < earlier:
            yield f"{petition['number']} 的 {second} 早于 {first}。"


def _steps(_on):
    """Behind each state lies the record of the step: assignment, reply, telling."""
    mine = {"petition": OuterRef("pk")}
    dated = Assignment.objects.exclude(received_at=F("petition__received_at"))
    leading = Assignment.objects.filter(organization=OuterRef("lead_unit"), **mine)
    latest = Reply.objects.filter(**mine).order_by("-replied_at", "-pk")
    checks = (
        ("已有承办单位，却没有交办记录", Q(assigned_at__isnull=False) & ~Exists(leading)),
        ("已答复，却没有答复记录", Q(status__in=ANSWERED) & ~Exists(latest)),
        ("已反馈，却没有反馈记录", Q(fed_back_at__isnull=False) & ~Exists(Feedback.objects.filter(**mine))),
        ("未答复，却有解决时间", Q(resolved_at__isnull=False) & ~Q(status__in=ANSWERED)),
        ("已归档，却还没有反馈", Q(archived_at__isnull=False, fed_back_at=None)),
        ("交办记录里的接待时间与事项不同", Q(pk__in=dated.values("petition"))),
    )
    for sentence, condition in checks:
        for number in Petition.objects.filter(condition).order_by("pk").values_list("number", flat=True):
            yield f"{number} {sentence}。"
    answered = Petition.objects.filter(status__in=ANSWERED).annotate(
        told=Subquery(latest.values("outcome")[:1])
    )
    # What was solved after it was answered keeps the answer it got.
    for number in (
        answered.exclude(told=F("outcome"))
        .exclude(resolved_at__gt=F("replied_at"))
        .values_list("number", flat=True)
    ):
        yield f"{number} 的答复类别与最近一次答复不一致。"


def _numbers(_on):
    """Numbers name the county, the year and a place in the count that the counter has passed."""
    counters = dict(NumberCounter.objects.values_list("key", "last"))
    codes = {
        place.pk: county_code(place)
        for place in Organization.objects.filter(petitions__isnull=False).distinct()
    }
    highest = Counter()
    rows = Petition.objects.values_list("number", "archive_number", "organization_id", "received_at")
    for number, archive_number, place, received_at in rows.iterator(5000):
        expected = f"{codes[place]}-{timezone.localtime(received_at).year}"
        if not NUMBER.fullmatch(number) or number.rsplit("-", 1)[0] != expected:
            yield f"编号 {number} 与县市区、年份（应为 {expected}）不符。"
            continue
        if archive_number and not ARCHIVE_NUMBER.fullmatch(archive_number):
            yield f"档案号 {archive_number} 不合规定的样式。"
            continue
        for text in filter(None, (number, archive_number)):
            key, serial = text.rsplit("-", 1)
            highest[key] = max(highest[key], int(serial))
    for key, last in sorted(highest.items()):
        if counters.get(key, 0) < last:
            yield f"计数 {key} 停在 {counters.get(key, 0)}，已发到 {last}，再发会重号。"


def _ledger(_on):
    """The duty ledger, recomputed from its sources."""
    yield from check_ledger()


def _receptions(_on):
    yield from check_receptions()


def _trainings(_on):
    yield from check_trainings()


def _groups(_on):
    yield from check_groups()


def _appraisals(_on):
    yield from check_appraisals()


def _files(_on):
    yield from check_files()


def _disputes(_on):
    """What came back is the sum of the payments that stand, and no more than was claimed, unless it is said why."""
    standing = Coalesce(Sum("recoveries__amount", filter=Q(recoveries__cancelled_at=None)), Decimal(0))
    for dispute in Dispute.objects.annotate(standing=standing).order_by("pk").iterator(2000):
        if dispute.recovered != dispute.standing.quantize(Decimal("0.01")):
            yield f"{dispute.number} 记的已追回 {dispute.recovered} 元，各笔合计 {dispute.standing} 元，不相等。"
        if dispute.claimed is not None and dispute.recovered > dispute.claimed and not dispute.excess_reason:
            yield f"{dispute.number} 追回 {dispute.recovered} 元，多于涉及的 {dispute.claimed} 元，没有说明。"


def _scope(_on):
    """Paths follow the tree, and what belongs together lies in one place."""
    for name, path, parent in Organization.objects.exclude(parent=None).values_list(
        "name", "path", "parent__path"
    ):
        if path[:-STEP] != parent:
            yield f"组织「{name}」的路径与上级不一致。"
    for number in Petition.objects.exclude(organization=F("studio__organization")).values_list(
        "number", flat=True
    ):
        yield f"{number} 的归口组织与工作室（站）的不一致。"
    for number in Mandate.objects.exclude(level=F("congress__level")).values_list(
        "certificate_number", flat=True
    ):
        yield f"代表证 {number} 的层级与届次不一致。"
    placements = GroupPlacement.objects.values_list(
        "group__name", "group__organization__path", "studio__name", "studio__organization__path"
    )
    for group, group_path, studio, studio_path in placements:
        if not studio_path.startswith(group_path[: 2 * STEP]):
            yield f"「{group}」不在「{studio}」所在的县市区。"


def _seals(_on):
    yield from verify_chain().faults
