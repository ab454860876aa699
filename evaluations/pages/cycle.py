"""The page of one cycle: where it stands, the next thing to do, and the numbers that open lists."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from accounts.enums import Role
from accounts.scope import Scope
from evaluations.actions.assessors import APPOINTABLE
from evaluations.disclosure import DECIDERS, INSIDERS
from evaluations.enums import CycleStatus, EvaluationStatus, Grade, grade_label
from evaluations.models import Appeal, Evaluation, Scheme
from evaluations.moves import CYCLES
from evaluations.pages.chips import CYCLE_CHIPS, GRADE_CHIPS
from evaluations.rules import may_organize
from records.models import Event

STAGES = (
    (CycleStatus.DRAFT, "筹备", None),
    (CycleStatus.REPORTING, "述职", "report_due_date"),
    (CycleStatus.ASSESSING, "测评", "assess_due_date"),
    (CycleStatus.DECIDING, "评定", "decide_due_date"),
    (CycleStatus.PUBLICITY, "公示", "publicity_end_date"),
    (CycleStatus.APPEALS, "申诉", "appeal_end_date"),
    (CycleStatus.FINAL, "定档", None),
)
OPENED = (CycleStatus.DECIDING, *CycleStatus.told())
"""The sheets are open, and grades are suggested."""
FORWARD = {
    CycleStatus.DRAFT: "open",
    CycleStatus.REPORTING: "start_assessment",
    CycleStatus.ASSESSING: "suggest",
    CycleStatus.DECIDING: "publish",
    CycleStatus.PUBLICITY: "end_publicity",
    CycleStatus.APPEALS: "finalize",
}


@dataclass
class Stage:
    label: str
    state: str
    """"is-done", "is-now" or "" """
    due: object
    is_late: bool


@dataclass
class Number:
    label: str
    count: object
    query: str
    """Of the list of appraisals; "" where there is no list."""
    is_alarm: bool = False
    list_of: str = "evaluation"


@dataclass
class GradeLine:
    label: str
    chip: str
    suggested: int | None
    decided: int | None
    grade: str


@dataclass
class CyclePage:
    cycle: object
    chip: str
    stages: list
    numbers: list
    grades: list
    moves: list
    forward: object
    """The move that leads on; None for who may not."""
    next_words: str
    next_step: str
    """What stands in red: a verb, "appoint", "decide", "appeals", "seal" or ""."""
    to_decide: int
    """How many could be decided as suggested."""
    assessors: list
    sealed: int
    counting: int
    may_organize: bool
    may_edit: bool
    may_appoint: bool
    own_seat: object
    schemes: list
    timeline: list


def cycle_page(cycle, user, *, on):
    organizes = may_organize(user, cycle)
    scope = Scope.of(user)
    decides = cycle.is_told or scope.covers(cycle.organization, *DECIDERS)
    knows_suggested = cycle.is_told or (
        cycle.status in OPENED and scope.covers(cycle.organization, *INSIDERS)
    )
    tally = _Tally(cycle, user)
    seats = list(cycle.assessors.select_related("user").order_by("pk"))
    counting = [seat for seat in seats if seat.excused_at is None]
    appeals = Appeal.objects.visible_to(user).filter(evaluation__cycle=cycle, status="lodged").count()
    moves = CYCLES.allowed(cycle, user)
    page = CyclePage(
        cycle=cycle,
        chip=CYCLE_CHIPS[cycle.status],
        stages=_stages(cycle, on=on),
        numbers=_numbers(cycle, tally, counting, appeals, decides=decides, knows=knows_suggested),
        grades=_grades(cycle, tally, decides=decides, knows=knows_suggested),
        moves=moves,
        forward=next((move for move in moves if move.verb == FORWARD.get(cycle.status)), None),
        next_words="",
        next_step="",
        to_decide=tally.decidable if organizes and cycle.status == CycleStatus.DECIDING else 0,
        assessors=seats if scope.covers(cycle.organization, Role.ORGANIZER, Role.LEADER) else [],
        sealed=sum(seat.sealed_at is not None for seat in counting),
        counting=len(counting),
        may_organize=organizes,
        may_edit=organizes and cycle.status in (CycleStatus.DRAFT, *CycleStatus.running()[:4]),
        may_appoint=organizes and cycle.status in APPOINTABLE,
        own_seat=_own_seat(cycle, counting, user),
        schemes=list(Scheme.objects.filter(pk__in=cycle.evaluations.order_by().values("scheme"))[:8]),
        timeline=_timeline(cycle) if scope.covers(cycle.organization, *DECIDERS) else [],
    )
    page.next_words, page.next_step = _next(page, tally, appeals, on=on)
    return page


def _own_seat(cycle, counting, user):
    """Who has been asked to assess here gets to her sheet from here."""
    if cycle.status != CycleStatus.ASSESSING:
        return None
    return next((seat for seat in counting if seat.user_id == user.pk and seat.sealed_at is None), None)


def _timeline(cycle):
    return list(Event.objects.about(cycle).order_by("-at", "-pk")[:30])


class _Tally:
    """Everything that is counted of the appraisals of a cycle, in one query."""

    def __init__(self, cycle, user):
        rows = Evaluation.objects.of_office(user).filter(cycle=cycle).order_by()
        columns = ("status", "suggested_grade", "decided_grade", "is_over_quota")
        self.status, self.suggested, self.decided = Counter(), Counter(), Counter()
        self.differs = self.over_quota = self.decidable = 0
        for status, suggested, decided, is_over, count in rows.values_list(*columns).annotate(n=Count("pk")):
            self.status[status] += count
            if status == EvaluationStatus.EXCUSED:
                continue
            self.suggested[suggested] += count
            self.decided[decided] += count
            self.over_quota += count * is_over
            self.differs += count * bool(decided and decided != suggested)
            if status in EvaluationStatus.undecided() and suggested:
                self.decidable += count

    @property
    def appraised(self):
        return sum(self.status[status] for status in EvaluationStatus.appraised())

    @property
    def undecided(self):
        return sum(self.status[status] for status in EvaluationStatus.undecided())


def _stages(cycle, *, on):
    order = [status for status, _label, _due in STAGES]
    # Cancelled is no stage: nothing of it is lit.
    now = order.index(cycle.status) if cycle.status in order else -1
    stages = []
    for place, (status, label, name) in enumerate(STAGES):
        due = getattr(cycle, name) if name else None
        state = "is-done" if place < now else "is-now" if place == now else ""
        if status == CycleStatus.FINAL and cycle.status == CycleStatus.FINAL:
            state = "is-done"
        late = place == now and due is not None and due < on
        stages.append(Stage(label, state, due, late))
    return stages


def _numbers(cycle, tally, counting, appeals, *, decides, knows):
    if not cycle.evaluations.exists():
        return []
    noun = "个工作室（站）" if cycle.is_of_venues else "人"
    here = f"cycle={cycle.pk}"
    numbers = [Number(f"参加考评（{noun}）", tally.appraised, here)]
    is_open = cycle.status in (CycleStatus.REPORTING, CycleStatus.ASSESSING)
    reported = tally.appraised - tally.status[EvaluationStatus.PENDING]
    if is_open:
        pending = tally.status[EvaluationStatus.PENDING]
        numbers.append(Number("已述职", reported, f"{here}&report=in"))
        numbers.append(Number("还没有述职", pending, f"{here}&report=missing", is_alarm=bool(pending)))
    if cycle.status == CycleStatus.ASSESSING and counting:
        sealed = sum(seat.sealed_at is not None for seat in counting)
        numbers.append(Number("已封存的测评表", f"{sealed}/{len(counting)}", "", list_of=""))
    if decides and cycle.status in OPENED:
        decided = tally.appraised - tally.undecided
        numbers.append(Number("已评定", decided, f"{here}&look=decided"))
        if tally.undecided:
            numbers.append(Number("还没有评定", tally.undecided, f"{here}&look=undecided", is_alarm=True))
        if tally.differs:
            numbers.append(Number("与建议不同", tally.differs, f"{here}&look=differs"))
    if knows and tally.over_quota:
        numbers.append(Number("超出优秀名额", tally.over_quota, f"{here}&look=over_quota"))
    if appeals:
        query = f"{here}&status__exact=lodged"
        numbers.append(Number("申诉待答复", appeals, query, is_alarm=True, list_of="appeal"))
    if excused := tally.status[EvaluationStatus.EXCUSED]:
        numbers.append(Number("不参加", excused, f"{here}&look=excused"))
    return numbers


def _grades(cycle, tally, *, decides, knows):
    if cycle.status not in OPENED or not (decides or knows):
        return []
    return [
        GradeLine(
            grade_label(grade, cycle.kind),
            GRADE_CHIPS[grade],
            tally.suggested[grade] if knows else None,
            tally.decided[grade] if decides else None,
            grade.value,
        )
        for grade in Grade
    ]


def _next(page, tally, appeals, *, on):
    """(the sentence of what is to be done now, what of it stands in red)"""
    cycle = page.cycle
    if not page.may_organize:
        return "", ""
    noun = "个工作室（站）" if cycle.is_of_venues else "人"
    return {
        CycleStatus.DRAFT: _before,
        CycleStatus.REPORTING: _reporting,
        CycleStatus.ASSESSING: _assessing,
        CycleStatus.DECIDING: _deciding,
        CycleStatus.PUBLICITY: _public,
        CycleStatus.APPEALS: _appealing,
    }.get(cycle.status, _over)(page, tally, appeals, noun, on)


def _before(page, _tally, _appeals, _noun, on):
    cycle = page.cycle
    if cycle.cut_off_date > on:
        return (
            f"{cycle.open_date}自动开始述职；在那以前先启用考评办法，请好测评人。",
            "" if page.counting else "appoint",
        )
    if not page.counting:
        return "先请好测评人，再开始述职。", "appoint"
    return f"都已就绪；{cycle.open_date}自动开始，也可以现在开始。", "open"


def _reporting(page, tally, _appeals, noun, on):
    pending = tally.status[EvaluationStatus.PENDING]
    if not page.counting:
        return "测评开始前要请好测评人。", "appoint"
    if pending and page.cycle.report_due_date >= on:
        return f"还有 {pending} {noun}没有述职，截止前系统会提醒；截止后自动开始测评。", ""
    if pending:
        return f"述职已截止，{pending} {noun}没有上报，按没有述职计。可以开始测评。", "start_assessment"
    return "都已述职，可以开始测评。", "start_assessment"


def _assessing(page, _tally, _appeals, _noun, _on):
    left = page.counting - page.sealed
    if left:
        return f"还有 {left} 位测评人没有封存，封存前谁的打分都看不到。", ""
    return "测评表都已封存，可以拆封、生成建议等次。", "suggest"


def _deciding(_page, tally, _appeals, noun, _on):
    if tally.decidable:
        return (
            f"还有 {tally.undecided} {noun}没有评定：与建议不同的先逐个评定，其余的一次按建议评定。",
            "decide",
        )
    if tally.undecided:
        return f"还有 {tally.undecided} {noun}没有建议等次，请逐个评定。", "look"
    return "都已评定，可以开始公示。", "publish"


def _public(page, _tally, appeals, _noun, on):
    end = page.cycle.publicity_end_date
    if appeals:
        return f"有 {appeals} 件申诉待答复。公示到{end}。", "appeals"
    if end >= on:
        return f"公示到{end}，期满后自动转入申诉期。", ""
    return "公示期已满。", "end_publicity"


def _appealing(page, _tally, appeals, _noun, on):
    end = page.cycle.appeal_end_date
    if appeals:
        return f"有 {appeals} 件申诉待答复，答复后才能定档。", "appeals"
    if end >= on:
        return f"申诉受理到{end}，期满后自动定档。", ""
    return "申诉期已满，没有待答复的申诉，可以定档。", "finalize"


def _over(_page, _tally, _appeals, _noun, _on):
    return "", ""
