"""Do sessions of training, their rosters and what they gave agree? Part of `manage.py verify`."""

from itertools import groupby

from django.db.models import Count, Exists, F, OuterRef, Q

from training.enums import EnrolmentStatus, TrainingStatus
from training.models import Enrolment, Training


def check_trainings():
    yield from _sessions()
    yield from _places()
    yield from _at_two_places()


def _sessions():
    """What became of each session is told, and who came."""
    came = Enrolment.objects.filter(training=OuterRef("pk"), status=EnrolmentStatus.ATTENDED)
    ahead = Enrolment.objects.filter(
        training=OuterRef("pk"), status__in=(EnrolmentStatus.LISTED, *EnrolmentStatus.ahead())
    )
    held = Q(status=TrainingStatus.HELD)
    for sentence, condition in (
        ("已结束，却没有人参训", held & ~Exists(came)),
        ("已结束，却还有人待参加", held & Exists(ahead)),
        ("已取消，却有人参训", Q(status=TrainingStatus.CANCELLED) & Exists(came)),
        ("已取消，却没有写明原因", Q(status=TrainingStatus.CANCELLED, reason="")),
        (
            "已通知，却没有通知时间",
            Q(status__in=(TrainingStatus.OPEN, TrainingStatus.HELD), published_at=None),
        ),
        ("没有编号", Q(code=None)),
        ("不在所属计划的年度", ~Q(plan=None) & ~Q(plan__year=F("start_date__year"))),
        ("不是所属计划的主办单位", ~Q(plan=None) & ~Q(plan__organization=F("organization"))),
    ):
        for code, title in Training.objects.filter(condition).order_by("pk").values_list("code", "title"):
            yield f"培训班 {code or ''}「{title}」{sentence}。"
    placed = Count("enrolments", filter=Q(enrolments__status__in=EnrolmentStatus.placed()))
    full = Training.objects.filter(status__in=TrainingStatus.coming()).annotate(placed=placed)
    for code, seats, number in full.filter(placed__gt=F("seats")).values_list("code", "seats", "placed"):
        yield f"培训班 {code} 有 {seats} 个名额，却列了 {number} 人。"


def _places():
    """A place is of one human being, within what the session lasted."""
    rows = Enrolment.objects.order_by("pk")
    attended = Q(status=EnrolmentStatus.ATTENDED)
    for sentence, condition in (
        ("与所用代表资格不是同一人", ~Q(mandate=None) & ~Q(person=F("mandate__person"))),
        ("归口的所在地与代表资格的不一致", ~Q(mandate=None) & ~Q(organization=F("mandate__organization"))),
        ("实得学时多于培训班的学时", Q(hours__gt=F("training__hours"))),
        ("没有参训，却记了学时", ~attended & Q(hours__gt=0)),
        ("参训了，却不知怎样签到", attended & Q(checked_in_by="")),
    ):
        for name, title in rows.filter(condition).values_list("person__name", "training__title"):
            yield f"{name}在「{title}」的参训记录{sentence}。"


def _at_two_places():
    """Nobody learns at two places on one day."""
    rows = (
        Enrolment.objects.attended()
        .order_by("person_id", "training__start_date", "pk")
        .values_list("person_id", "training__start_date", "training__end_date", "person__name")
    )
    for _person, visits in groupby(rows.iterator(5000), key=lambda row: row[0]):
        last = None
        for _id, start, end, name in visits:
            if last is not None and start <= last:
                yield f"{name} {start}同时参加了两个培训班。"
            last = end if last is None else max(last, end)
