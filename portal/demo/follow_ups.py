"""What came after the appraisals of the demo city: talks that were held and followed up, people proposed and chosen, items
improved. Each step by the office's own verbs, on the days on which it was done."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.actor import Actor
from evaluations.actions.candidates import perform_candidate
from evaluations.actions.improvements import add_improvement, perform_improvement
from evaluations.actions.talks import perform_talk
from evaluations.enums import Grade
from evaluations.models import Candidate, Evaluation, ReminderTalk
from portal.demo.receptions.planning import HERS
from workdays.queries import load_calendar

CONTENTS = (
    "指出全年没有驻室接待、参加活动少，群众反映找不到人。本人承认忙于生意，疏忽了代表职责，愿意改正。",
    "指出没有上报述职、培训缺席，履职档案几乎空白。本人说明家中有病人，表示今后有事先请假、不缺席。",
    "指出接手的意见拖着不反馈，党员群众有意见。本人认识到拖延不对，答应逐件回访。",
)
PLANS = (
    "每季度至少驻室接待一次，上半年参加一期培训，每月走访一次联系户。",
    "不再缺席小组活动，年内完成一次调研，按时上报述职。",
    "手里的事逐件办、件件有回音，每月把进展报联络员。",
)
AFTER = (
    ("接待日都到了，群众反映的三件事已反馈。", "improved"),
    ("参加了培训，驻室少了一次，已约定补上。", "partly"),
    ("活动按时参加，走访记录齐全。", "improved"),
    ("仍有两次无故缺席，已再次提醒。", "not_improved"),
)
ITEMS = (
    ("每季度驻室接待一次", "四个季度都按排班到了，签到表在站里。"),
    ("参加一期县级以上培训", "参加了县委党校春季班，已结业。"),
    ("走访联系户，留下记录", "走访了十二户，履职笔记已上交。"),
    ("手里的意见一周内反馈一次进展", "都反馈过了，联络员核对过。"),
)
HONOURS = ("推荐为全市优秀党代表", "推荐为优秀共产党员")
SHARE_PROPOSED, SHARE_CHOSEN = 0.15, 0.7
MOST_ITEMS = 20
"""Set for as many a year: the others had nothing that could be put into a sentence."""


def tell_follow_ups(staff, now, *, rng):
    """After `tell_appraisals`. What would lie behind `now` is left for the days to come."""
    telling = FollowUps(staff, now, rng)
    telling.talks()
    telling.candidates()
    for year in (2021, 2022):
        telling.items(year)
    telling.open_items()


class FollowUps:
    def __init__(self, staff, now, rng):
        self.staff, self.now, self.rng = staff, now, rng
        self.calendar = load_calendar()

    def _by(self, evaluation):
        return Actor(user=self.staff.organizers[evaluation.cycle.organization.path], door="admin")

    def _moment(self, day, hour=16):
        return datetime.combine(self.calendar.next_workday(day), time(hour), self.now.tzinfo)

    def talks(self):
        for talk in ReminderTalk.objects.with_names().order_by("pk"):
            by = self._by(talk.evaluation)
            first = timezone.localdate(talk.evaluation.cycle.closed_at)
            held = self._moment(first + timedelta(days=self.rng.randrange(4, 20)))
            if held >= self.now:
                continue
            if self.rng.random() < 0.04:
                perform_talk("drop", talk, by=by, at=held, data={"reason": "调离本市，代表资格终止"})
                continue
            back = self.calendar.next_workday(held.date() + timedelta(days=self.rng.randrange(85, 100)))
            data = {
                "talk_date": held.date(),
                "talker": f"{talk.evaluation.cycle.organization.display_name}党委组织部门负责同志",
                "content": self.rng.choice(CONTENTS),
                "plan": self.rng.choice(PLANS),
                "follow_up_date": back,
            }
            perform_talk("hold", talk, by=by, at=held, data=data)
            closed = self._moment(back + timedelta(days=self.rng.randrange(3)), 17)
            if closed < self.now:
                words, outcome = self.rng.choice(AFTER)
                data = {"followed_up_on": closed.date(), "follow_up": words, "outcome": outcome}
                perform_talk("close", talk, by=by, at=closed, data=data)

    def candidates(self):
        for candidate in Candidate.objects.with_names().order_by("pk"):
            if self.rng.random() > SHARE_PROPOSED:
                continue
            by = self._by(candidate.evaluation)
            proposed = self._moment(timezone.localdate(candidate.listed_at) + timedelta(days=40))
            settled = self._moment(proposed.date() + timedelta(days=60))
            if settled >= self.now:
                continue
            reason = self.rng.choice(HONOURS)
            data = {"purpose": "honour", "reason": reason}
            perform_candidate("propose", candidate, by=by, at=proposed, data=data)
            if self.rng.random() < SHARE_CHOSEN:
                number = f"潍组发〔{settled.year}〕{self.rng.randrange(20, 60)}号"
                data = {"document_number": number, "reason": reason.replace("推荐为", "授予") + "称号"}
                perform_candidate("choose", candidate, by=by, at=settled, data=data)
            else:
                data = {"reason": "名额有限，先推荐了得分更高的"}
                perform_candidate("not_choose", candidate, by=by, at=settled, data=data)

    def items(self, year):
        rows = Evaluation.objects.of_people().final().with_names().filter(cycle__year=year)
        rows = rows.filter(decided_grade__in=(Grade.BASIC, Grade.INCOMPETENT))
        for evaluation in rows.order_by("score", "pk")[:MOST_ITEMS]:
            by = self._by(evaluation)
            set_at = self._moment(timezone.localdate(evaluation.cycle.closed_at) + timedelta(days=9))
            due = self.calendar.next_workday(set_at.date() + timedelta(days=180))
            done = self._moment(due - timedelta(days=self.rng.randrange(1, 40)))
            if done >= self.now:
                continue
            content, result = self.rng.choice(ITEMS)
            data = {"content": content, "owner_name": evaluation.name, "due_date": due}
            item = add_improvement(evaluation, by=by, at=set_at, data=data)
            perform_improvement("report_done", item, by=by, at=done, data={"result": result})
            perform_improvement(
                "confirm", item, by=by, at=done + timedelta(hours=1), data={"note": "情况属实"}
            )

    def open_items(self):
        """The pilot's representative has two things to do now."""
        rows = Evaluation.objects.of_people().final().with_names().filter(mandate__person__name=HERS)
        evaluation = rows.exclude(mandate__person__user=None).order_by("-cycle__year", "pk").first()
        if evaluation is None:
            return
        for days, content in ((20, "把今年接待的事逐件回访一遍"), (40, "补上下半年走访联系户的记录")):
            data = {
                "content": content,
                "owner": evaluation.mandate.person.user_id,
                "due_date": self.calendar.next_workday(self.now.date() + timedelta(days=days)),
            }
            add_improvement(evaluation, by=self._by(evaluation), at=self._days_ago(2), data=data)

    def _days_ago(self, days):
        """So many days ago, or before that when people did not work."""
        day = self.now.date() - timedelta(days=days)
        while not self.calendar.is_workday(day):
            day -= timedelta(days=1)
        return datetime.combine(day, time(16), self.now.tzinfo)
