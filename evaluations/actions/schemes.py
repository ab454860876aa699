"""The verbs of a scheme: draw it up, copy it, approve it, take it back, retire it (R83, R84)."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.enums import IndicatorSource, SchemeStatus, SubjectKind, WhenMissing
from evaluations.models import Indicator, Scheme
from evaluations.moves import SCHEMES
from evaluations.rules import may_organize, places_organized
from records.actions import record_event
from records.moves import Given, check_move, make_move

FULL_WEIGHT = Decimal(100)
COPY = (
    Given("year", _("用于哪一年"), "integer", minimum=2000, maximum=2100),
    Given(
        "organization",
        _("用于哪个组织"),
        "model",
        required=False,
        options=places_organized,
        help=_("不选为原来的组织"),
    ),
)
NOT_A_DRAFT = "只有起草中的办法能改。要改请先「退回修改」；已开始考评的请复制成新版。"
TAKEN = "刚才已有人存了同一年度、层级的办法，这次没有保存。请刷新后核对。"
COPIED = (
    "kind",
    "organization",
    "level",
    "title",
    "note",
    "excellent_from",
    "competent_from",
    "basic_from",
    "excellent_quota_percent",
    "bonus_cap",
    "minimum_answers",
)
COUNTED = (
    "code",
    "name",
    "source",
    "kinds",
    "measure",
    "target",
    "weight",
    "cap",
    "when_missing",
    "position",
    "help",
)


def check_indicator(indicator, kind):
    """{field: [sentence]} of what cannot be, whoever typed it: one indicator of a scheme of this kind."""
    faults = {}
    source = indicator.source
    if source and source not in IndicatorSource.choices_for(kind):
        words = "、".join(str(one.label) for one in IndicatorSource.choices_for(kind))
        faults["source"] = [f"{SubjectKind(kind).label}的数据来源只能从这些里选：{words}。"]
    elif source in IndicatorSource.from_ledger() and not indicator.kinds:
        faults["kinds"] = ["请选择数哪几类履职记录。"]
    elif source in IndicatorSource.marks() and indicator.kinds:
        faults["kinds"] = ["述职、测评、评议和比率不数履职记录，请清空。"]
    if indicator.cap is not None and indicator.weight is not None and indicator.cap < indicator.weight:
        faults["cap"] = ["最多得分不能低于分值；不让多得的，这一格留空。"]
    if indicator.is_bonus and indicator.when_missing == WhenMissing.LEAVE_OUT:
        faults["when_missing"] = ["加分项没有就是不加分，请选「记零分」。"]
    return faults


def check_lines(scheme):
    """{field: [sentence]} where the lines of the grades are not in order."""
    faults = {}
    if not scheme.basic_from < scheme.competent_from:
        faults["competent_from"] = ["须高于下一等次的分数线。"]
    if not scheme.competent_from < scheme.excellent_from:
        faults["excellent_from"] = ["须高于下一等次的分数线。"]
    if scheme.excellent_from > FULL_WEIGHT + scheme.bonus_cap:
        faults["excellent_from"] = ["高于满分加上加分，没有人够得着。"]
    return faults


def weight_of(indicators):
    """What the indicators add up to, without the bonuses."""
    return sum((one.weight for one in indicators if not one.is_bonus), Decimal(0))


def faults_before_use(scheme, indicators):
    """Sentences of what still stands against using a draft; none, and it can be approved."""
    if not indicators:
        return ["还没有指标，请先添加。"]
    found = []
    weight = weight_of(indicators)
    if weight != FULL_WEIGHT:
        found.append(f"各项分值（加分项除外）须合计100分，现在是{plain(weight)}分。")
    for indicator in indicators:
        for sentences in check_indicator(indicator, scheme.kind).values():
            found += [f"{indicator.name}：{sentence}" for sentence in sentences]
    for sentences in check_lines(scheme).values():
        found += [f"等次分数线：{sentence}" for sentence in sentences]
    return found


def plain(number):
    return f"{number:.2f}".rstrip("0").rstrip(".")


def perform_scheme(verb, scheme, *, by, at, data=None):
    """Do one verb of the table on a scheme. Returns the scheme as it now is.

    Raises NotAllowed, Conflict (wrong state, frozen, not yet complete, or somebody was first) or InvalidInput.
    """
    move = SCHEMES[verb]
    check_move(scheme, move, by=by, status=SchemeStatus)
    given = move.clean(data or {}, scheme, by.user)
    try:
        with transaction.atomic():
            _hold(scheme)
            check_move(scheme, move, by=by, status=SchemeStatus)
            _DO[verb](scheme, move, by=by, at=at, **given)
    except IntegrityError as error:
        raise Conflict("刚才已有人启用了同一年度、层级的另一版。请刷新页面，看最新进展。") from error
    return scheme


def _hold(scheme):
    """Whoever changes a scheme or its indicators does it alone."""
    fresh = Scheme.objects.select_for_update().filter(pk=scheme.pk).values("status", "frozen_at").get()
    scheme.status, scheme.frozen_at = fresh["status"], fresh["frozen_at"]


def _move(scheme, move, *, by, at, changes=None, after=None, note=""):
    return make_move(
        scheme,
        move,
        by=by,
        at=at,
        organization=scheme.organization,
        status=SchemeStatus,
        changes=changes,
        after=after,
        note=note,
    )


def _approve(scheme, move, *, by, at, document_number):
    faults = faults_before_use(scheme, list(scheme.indicators.all()))
    if faults:
        raise Conflict("还不能启用。" + " ".join(faults), code="not-complete")
    for former in _siblings(scheme).in_use().select_for_update().select_related("organization"):
        _move(former, SCHEMES["retire"], by=by, at=at, note=f"由第{scheme.version}版代替")
    changes = {"document_number": document_number, "approved_at": at}
    _move(scheme, move, by=by, at=at, changes=changes, note=document_number)


def _siblings(scheme):
    same = {name: getattr(scheme, name) for name in ("kind", "organization_id", "year", "level")}
    return Scheme.objects.filter(**same).exclude(pk=scheme.pk)


def _send_back(scheme, move, *, by, at):
    _move(scheme, move, by=by, at=at, changes={"approved_at": None})


def _retire(scheme, move, *, by, at):
    _move(scheme, move, by=by, at=at)


_DO = {"approve": _approve, "send_back": _send_back, "retire": _retire}


@transaction.atomic
def copy_scheme(scheme, *, by, at, year=None, organization=None):
    """A new draft with the same indicators: the next version of the same year, or the first of another year or place.

    Raises NotAllowed for a place that is not the user's.
    """
    year, organization = year or scheme.year, organization or scheme.organization
    values = {name: getattr(scheme, name) for name in COPIED} | {"year": year, "organization": organization}
    values["title"] = values["title"].replace(str(scheme.year), str(year))
    if organization != scheme.organization:
        values["title"] = values["title"].replace(scheme.organization.name, organization.name)
    indicators = [{name: getattr(one, name) for name in COUNTED} for one in scheme.indicators.all()]
    return draw_up_scheme(values, indicators, by=by, at=at, copied_from=scheme)


@transaction.atomic
def draw_up_scheme(values, indicators, *, by, at, copied_from=None):
    """A draft, in the next version that is free. `indicators`: their fields, in order."""
    draft = Scheme(**values, copied_from=copied_from)
    _check_place(draft, by=by)
    rows = _checked(draft, indicators)
    number_version(draft)
    try:
        with transaction.atomic():
            draft.save()
            _keep_rows(draft, rows)
    except IntegrityError as error:
        raise Conflict(TAKEN) from error
    after = {"title": draft.title, "year": draft.year, "version": draft.version, "indicators": len(rows)}
    record_event(
        draft,
        "copy" if copied_from else "created",
        by=by,
        at=at,
        organization=draft.organization,
        after=after,
        note=f"来自{copied_from}" if copied_from else "",
    )
    return draft


@transaction.atomic
def change_scheme(scheme, values, indicators=None, *, by, at):
    """Change a draft; with `indicators` all of them are replaced. Returns the scheme as it now is."""
    _check_place(scheme, by=by)
    hold_draft(scheme)
    before = {name: _told(getattr(scheme, name)) for name in values}
    for name, value in values.items():
        setattr(scheme, name, value)
    rows = None if indicators is None else _checked(scheme, indicators)
    if rows is None and (faults := check_lines(scheme)):
        raise InvalidInput(faults)
    scheme.save()
    after = {name: _told(getattr(scheme, name)) for name in values}
    if rows is not None:
        scheme.indicators.all().delete()
        _keep_rows(scheme, rows)
        after["indicators"] = len(rows)
    verb = "updated" if rows is None else "change_indicators"
    record_event(scheme, verb, by=by, at=at, organization=scheme.organization, before=before, after=after)
    return scheme


def hold_draft(scheme):
    """Within a transaction: nobody approves it meanwhile, and nobody has. Raises Conflict."""
    _hold(scheme)
    if not scheme.is_editable:
        raise Conflict(NOT_A_DRAFT, code="wrong-state")


def number_version(scheme):
    """The next version of its kind, place, year and level."""
    versions = _siblings(scheme).values_list("version", flat=True)
    scheme.version = max(versions, default=0) + 1


def _check_place(scheme, *, by):
    if by.user is not None and not may_organize(by.user, scheme):
        raise NotAllowed("您只能起草本级及下级组织的考评办法，请联系主管单位的组工干部。")


def _checked(scheme, indicators):
    """Indicators not yet saved, or InvalidInput that says in which row what is wrong."""
    rows = [Indicator(**{"position": n, **fields}) for n, fields in enumerate(indicators, start=1)]
    faults = check_lines(scheme)
    wrong, seen = [], set()
    for number, row in enumerate(rows, start=1):
        row.code = row.code or free_code(row.source, seen)
        for sentences in check_indicator(row, scheme.kind).values():
            wrong += [f"第{number}项「{row.name}」：{sentence}" for sentence in sentences]
        if row.code in seen:
            wrong.append(f"第{number}项「{row.name}」：代码 {row.code} 已经用过，请换一个。")
        seen.add(row.code)
    if wrong:
        faults["indicators"] = wrong
    if faults:
        raise InvalidInput(faults)
    return rows


def free_code(source, taken):
    """A code for somebody who does not care what it is."""
    number = 1
    while f"{source}-{number}" in taken:
        number += 1
    return f"{source}-{number}"


def _keep_rows(scheme, rows):
    for row in rows:
        row.scheme = scheme
    Indicator.objects.bulk_create(rows)


def _told(value):
    return value if isinstance(value, (int, str)) or value is None else str(value)
