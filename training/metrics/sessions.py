"""Figures about training (R28–R33). Attendances are 人次, people are 名, and a rate names both its parts."""

from datetime import date

from django.db.models import Exists, OuterRef

from accounts.scope import under
from records.metrics import Metric, Pair, register
from representatives.models import Mandate, Person
from training.audiences import trained_between
from training.enums import TrainingKind, TrainingStatus
from training.models import Enrolment, NeedAnswer, Training
from training.policies import TrainingPolicies, training_duties
from training.reports.coverage import first_year_seats, term_starts, trained_in_first_year
from training.reports.quota import placed_in_main_class, quota_base

HELD = "起始日至截至日（含当日）开班、已经结束登记的培训班，按主办单位归口；一期计一期。"
CAME = (
    "起始日至截至日（含当日）开班、已经结束登记的培训班上签到或登记参训的人，按代表所在地归口"
    "（陪同参训的结对青年按主办单位）；一人参加一期计一人次。"
)


def _held(**conditions):
    def records(organization, start, as_of):
        rows = Training.objects.held().filter(
            under("organization__path", [organization.path]),
            start_date__range=(start, as_of),
            **conditions,
        )
        return rows.select_related("organization", "plan").order_by("start_date", "pk")

    return records


def _came(**conditions):
    def records(organization, start, as_of):
        rows = Enrolment.objects.attended().filter(
            under("organization__path", [organization.path]),
            training__start_date__range=(start, as_of),
            **conditions,
        )
        return rows.select_related("training__organization", "person", "mandate").order_by(
            "training__start_date", "pk"
        )

    return records


def _people(organization, start, as_of):
    came = _came()(organization, start, as_of).order_by().filter(person=OuterRef("pk"))
    return Person.objects.filter(Exists(came)).order_by("pk")


def _seats(rows, organization):
    rows = rows.filter(under("organization__path", [organization.path]))
    return rows.select_related("person", "congress", "organization", "group").order_by("pk")


def _frontline_trained(organization, start, as_of):
    rows = Mandate.objects.held_on(as_of).frontline().filter(trained_between(start, as_of))
    return _seats(rows, organization)


def _first_year_due(organization, _start, as_of):
    return _seats(first_year_seats(training_duties(), on=as_of), organization)


def _first_year_done(organization, _start, as_of):
    starts = term_starts()
    due = first_year_seats(training_duties(), on=as_of, starts=starts)
    return _seats(due.filter(trained_in_first_year(as_of, starts)), organization)


def policy_at(organization):
    return TrainingPolicies().at(organization)


def _quota_base(organization, _start, as_of):
    rows = quota_base(Mandate.objects.all(), policy_at(organization).quota_base, on=as_of)
    return _seats(rows, organization)


def _quota_placed(organization, _start, as_of):
    """Places given in the calendar year of `as_of`, also in classes that begin later in it."""
    whole = (date(as_of.year, 1, 1), date(as_of.year, 12, 31))
    return _quota_base(organization, _start, as_of).filter(placed_in_main_class(*whole))


def _certified(organization, start, as_of):
    return _came()(organization, start, as_of).exclude(certificate_number=None)


def _answers(organization, start, as_of):
    rows = NeedAnswer.objects.filter(
        under("organization__path", [organization.path]), answered_at__date__range=(start, as_of)
    )
    return rows.select_related("survey", "person", "mandate", "organization").order_by("answered_at", "pk")


def _planned(organization, start, as_of):
    """Of a plan of the calendar year of `as_of`, and not cancelled: what was meant to be held."""
    rows = Training.objects.filter(
        under("organization__path", [organization.path]), plan__year=as_of.year
    ).exclude(status=TrainingStatus.CANCELLED)
    return rows.select_related("organization", "plan").order_by("start_date", "pk")


def _planned_held(organization, start, as_of):
    return _planned(organization, start, as_of).filter(status=TrainingStatus.HELD, start_date__lte=as_of)


def _declare(code, name, unit, definition, queryset=None, **more):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, **more))


_declare("trainings", "培训班", "期", HELD, _held())
_declare("attendances", "参训", "人次", CAME, _came())
for _kind in TrainingKind:
    _declare(
        f"trainings_{_kind.value}",
        f"{_kind.label}期数",
        "期",
        f"{HELD}其中类别为「{_kind.label}」的。",
        _held(kind=_kind),
    )
for _kind in TrainingKind:
    _declare(
        f"attendances_{_kind.value}",
        f"{_kind.label}参训",
        "人次",
        f"{CAME}其中类别为「{_kind.label}」的。",
        _came(training__kind=_kind),
    )
_declare("training_people", "参训人数", "名", f"{CAME}去掉重复，一人只计一名。", _people)
_declare("training_hours", "参训学时", "学时", f"{CAME}各人次实得学时之和。", _came(), total="hours")
_declare("training_certificates", "发放结业证", "份", f"{CAME}其中学满学时、发了结业证的。", _certified)
_declare(
    "training_frontline",
    "参训的一线党代表",
    "名",
    "截至日在任或暂停的一线代表资格中，本人在起始日至截至日至少参训一期的；按代表所在地归口，一个资格计一名。",
    _frontline_trained,
)
_declare(
    "training_frontline_rate",
    "一线党代表参训覆盖率",
    "%",
    "参训的一线党代表 ÷ 生产和工作一线党代表。",
    ratio=("training_frontline", "frontline"),
)
_declare(
    "training_first_year_due",
    "任期第一年应培训的代表资格",
    "名",
    "截至日在任或暂停、按培训职责（市培训市级以上一线代表，县市区培训本地全体代表）应在任期第一年培训的代表资格；"
    "任期第一年以后补选的不计；按代表所在地归口，与起始日无关。",
    _first_year_due,
)
_declare(
    "training_first_year_done",
    "任期第一年已培训的代表资格",
    "名",
    "任期第一年应培训的代表资格中，本人在该届任期第一年内、截至日前参训过的；与起始日无关。",
    _first_year_done,
)
_declare(
    "training_first_year_rate",
    "任期第一年培训率",
    "%",
    "任期第一年已培训的代表资格 ÷ 任期第一年应培训的代表资格。",
    ratio=("training_first_year_done", "training_first_year_due"),
)
_declare(
    "training_main_class",
    "安排参加党校主体班的代表",
    "名",
    "下列「主体班比例的分母」中，截至日所在年度安排到县乡党校主体班（含已参训和已排上、没有请假或移出）的；与起始日无关。",
    _quota_placed,
)
_declare(
    "training_main_class_base",
    "主体班比例的分母",
    "名",
    "截至日在任或暂停的县、镇两级代表资格；培训设置里可以改为其中生产和工作一线的；按代表所在地归口。",
    _quota_base,
)
_declare(
    "training_main_class_rate",
    "党校主体班安排比例",
    "%",
    "安排参加党校主体班的代表 ÷ 主体班比例的分母；默认要求每年不少于10%。",
    ratio=("training_main_class", "training_main_class_base"),
)
_declare(
    "training_needs",
    "培训需求调查",
    "份",
    "起始日至截至日（含当日）代表填写的培训需求，一人一次调查计一份，按代表所在地归口。",
    _answers,
)
_declare(
    "training_planned",
    "年度计划内的培训班",
    "期",
    "截至日所在年度培训计划里的培训班，取消的不计；按主办单位归口，与起始日无关。",
    _planned,
)
_declare(
    "training_planned_held",
    "年度计划内已办的培训班",
    "期",
    "年度计划内的培训班中，截至日前开班并已结束登记的；与起始日无关。",
    _planned_held,
)
_declare(
    "training_plan_rate",
    "培训计划完成率",
    "%",
    "年度计划内已办的培训班 ÷ 年度计划内的培训班。",
    ratio=("training_planned_held", "training_planned"),
)
