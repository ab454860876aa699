"""What followed from the appraisals of 2021 and 2022: talks that were held and looked into, candidates that were proposed
and chosen, things that were done better. Nothing of 2022 is left lying today but a few candidates."""

from datetime import timedelta

from evaluations.actions.finalizing import excellent_pairs
from evaluations.enums import (
    CandidatePurpose,
    CandidateStatus,
    Grade,
    ImprovementStatus,
    TalkOutcome,
    TalkStatus,
)
from evaluations.models import Candidate, Evaluation, Improvement, ReminderTalk
from portal.demo.ledger import Line
from workdays.queries import load_calendar

POINTS = (
    "全年没有驻室接待，小组活动缺席三次，没有述职。指出代表职务不是荣誉，要求回到岗位上来。",
    "群众托办的两件事没有回音，联系的支部一次没去。要求把事接着办完，给群众一个答复。",
    "长期在外务工，没有请假也没有参加活动。说明了代表的责任，本人表示能安排好时间。",
)
PLANS = (
    "每月到工作站值一次班；先把欠着的两件事办完，月底前告诉群众。",
    "参加小组的每次活动，去不了提前请假；一季度走访一次联系的支部。",
)
VISITS = (
    "按月值班，两件事都已答复，群众说比以前上心。",
    "小组活动到了四次，支部去了一次，还要继续。",
)
ITEMS = ("到工作站值班，每月至少一次", "走访联系的党支部，每季度至少一次", "参加小组活动，有事提前请假")
CHOSEN = ("潍坊市优秀党代表", "履职先进个人", "优秀共产党员")


def tell_consequences(cycles, organizer_of, rng):
    """Write what followed from these cycles. `organizer_of(cycle)` is who keeps the books. Returns the events."""
    telling = _Telling(organizer_of, rng)
    by_pk = {cycle.pk: cycle for cycle in cycles}
    rows = Evaluation.objects.filter(cycle__in=by_pk).select_related("mandate__person__user")
    incompetent = rows.filter(decided_grade=Grade.INCOMPETENT).defer("report", "points").order_by("pk")
    for row in incompetent:
        telling.talk(row, by_pk[row.cycle_id])
    for row in excellent_pairs().filter(cycle__in=by_pk).defer("report", "points"):
        telling.candidate(row, by_pk[row.cycle_id])
    telling.write()
    return telling.lines


class _Telling:
    def __init__(self, organizer_of, rng):
        self.organizer_of, self.rng, self.calendar = organizer_of, rng, load_calendar()
        self.talks, self.candidates, self.items, self.told = [], [], [], []
        self.lines = []

    def write(self):
        ReminderTalk.objects.bulk_create(self.talks)
        Candidate.objects.bulk_create(self.candidates, batch_size=500)
        Improvement.objects.bulk_create(self.items)
        for subject, cycle, at, verb, before, after in self.told:
            self.lines.append(
                Line(
                    at,
                    verb,
                    subject._meta.label_lower,
                    subject,
                    subject.evaluation.organization_id,
                    self.organizer_of(cycle),
                    "admin",
                    {"status": str(before)} if before else None,
                    {"status": str(after)},
                )
            )

    def _tell(self, subject, cycle, steps):
        for at, verb, before, after in steps:
            self.told.append((subject, cycle, at, verb, before, after))

    def _day(self, day):
        return self.calendar.next_workday(day)

    def talk(self, row, cycle):
        on = cycle.closed_at.date()
        held = self._day(on + timedelta(days=self.rng.randrange(6, 24)))
        back = self._day(held + timedelta(days=90))
        better = self.rng.random()
        talk = ReminderTalk(
            evaluation=row,
            status=TalkStatus.CLOSED,
            due_date=self.calendar.add_workdays(on, 20).date,
            talk_date=held,
            talker="县委组织部副部长" if cycle.levels == ["county", "town"] else "市委组织部副部长",
            content=self.rng.choice(POINTS),
            plan=self.rng.choice(PLANS),
            follow_up_date=back,
            followed_up_on=back,
            follow_up=VISITS[0] if better < 0.7 else VISITS[1],
            outcome=TalkOutcome.IMPROVED if better < 0.7 else TalkOutcome.PARTLY,
        )
        self.talks.append(talk)
        talked = cycle.closed_at + (held - on) + timedelta(hours=1)
        visited = cycle.closed_at + (back - on) + timedelta(hours=1)
        self._tell(
            talk,
            cycle,
            (
                (cycle.closed_at, "due", None, TalkStatus.DUE),
                (talked, "hold", TalkStatus.DUE, TalkStatus.HELD),
                (visited, "close", TalkStatus.HELD, TalkStatus.CLOSED),
            ),
        )
        self._item(row, cycle, talked, visited)

    def _item(self, row, cycle, talked, visited):
        item = Improvement(
            evaluation=row,
            content=self.rng.choice(ITEMS),
            owner=row.mandate.person.user,
            owner_name="" if row.mandate.person.user_id else row.mandate.person.name,
            due_date=visited.date(),
            status=ImprovementStatus.CONFIRMED,
            result="已经做到，值班和走访都有记录。",
            created_at=talked,
            done_at=visited,
            settled_at=visited,
        )
        self.items.append(item)
        steps = (
            (talked, "created", None, ImprovementStatus.OPEN),
            (visited, "report_done", ImprovementStatus.OPEN, ImprovementStatus.DONE),
            (visited + timedelta(minutes=9), "confirm", ImprovementStatus.DONE, ImprovementStatus.CONFIRMED),
        )
        self._tell(item, cycle, steps)

    def candidate(self, row, cycle):
        lot = self.rng.random()
        listed = cycle.closed_at
        proposed = listed + (self._day(listed.date() + timedelta(days=40)) - listed.date())
        settled = listed + (self._day(listed.date() + timedelta(days=100)) - listed.date())
        candidate = Candidate(evaluation=row, previous_id=row.previous_id, listed_at=listed)
        steps = [(listed, "listed", None, CandidateStatus.LISTED)]
        if lot < 0.4:
            is_chosen = lot < 0.25
            candidate.purpose = CandidatePurpose.HONOUR
            candidate.status = CandidateStatus.CHOSEN if is_chosen else CandidateStatus.NOT_CHOSEN
            candidate.reason = self.rng.choice(CHOSEN) if is_chosen else "名额有限，下一年优先考虑"
            candidate.document_number = f"潍组发〔{settled.year}〕{settled.month + 10}号" if is_chosen else ""
            candidate.settled_at = settled
            verb = "choose" if is_chosen else "not_choose"
            steps.append((proposed, "propose", CandidateStatus.LISTED, CandidateStatus.PROPOSED))
            steps.append((settled, verb, CandidateStatus.PROPOSED, candidate.status))
        self.candidates.append(candidate)
        self._tell(candidate, cycle, steps)
