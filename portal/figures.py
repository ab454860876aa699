"""How the register of figures is laid out for a leader: three pairs, a few large figures, families below."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from accounts.enums import OrganizationKind, Role
from accounts.masking import mask_name
from accounts.models import Organization
from accounts.scope import Scope, under
from evaluations.models import Candidate, Evaluation, Improvement, ReminderTalk, Survey
from petitions.enums import Status
from petitions.metrics import with_state_on
from petitions.models import Dispute, Petition, Recovery
from records.metrics import Pair, compute_all, records_of, year_start
from representatives.ledger import unit_of
from representatives.models import (
    Contact,
    ContactLink,
    DutyObjection,
    DutyRecord,
    Group,
    Honour,
    Mandate,
    Person,
)
from studios.models import Companion, Duty, Helper, ReceptionDay, Studio, Visit
from training.models import Enrolment, MentorPair, NeedAnswer, PairRecord, Training

READERS = (Role.LEADER, Role.ORGANIZER, Role.ASSESSOR)
HEADLINES = (
    "mandates", "frontline", "venues", "venues_qualified_rate", "frontline_coverage", "helpers",
    "attendances", "training_frontline_rate", "sessions_city_frontline", "visits", "reception_rate", "collected", "resolved", "on_time_rate", "overdue",
    "requests_resolved", "request_resolve_rate", "consultations_answered", "consultation_answer_rate",
)  # fmt: skip
FAMILIES = (
    ("mandates_", "各层级党代表"),
    ("frontline_", "一线党代表各层级"),
    ("helpers_", "协助人员"),
    ("companions", "同驻室"),
    ("reception_", "接待日"),
    ("sessions", "代表驻室"),
    ("visits_", "来访人次"),
    ("minimum_", "年度接待次数"),
    ("trainings", "培训班"),
    ("attendances", "参训人次"),
    ("training_first_year", "任期第一年培训"),
    ("training_main_class", "党校主体班"),
    ("training_plan", "培训计划"),
    ("training_", "培训效果"),
    ("appraised", "党代表考评"),
    ("venues_appraised", "工作室（站）考核"),
    ("candidates", "优先人选"),
    ("talks", "提醒谈话"),
    ("improvements", "改进事项"),
    ("groups", "代表小组"),
    ("seat", "编组"),
    ("links", "结对联系"),
    ("pairs", "结对帮带"),
    ("duty_", "履职记录"),
    ("honours", "荣誉表彰"),
    ("objections", "履职记录异议"),
    ("state_", "截至日所处环节"),
    ("collected_", "类别"),
    ("channel_", "来源渠道"),
    ("acknowledged", "首次回应"),
    ("told_soon", "及时反馈"),
    ("rated_", "评价"),
    ("survey", "群众评议"),
    ("satisfied_", "满意"),
    ("unsatisfied_", "不满意"),
    ("call_backs", "抽查回访"),
    ("clues", "纠纷线索"),
    ("disputes", "纠纷调解"),
    ("money_", "纠纷金额"),
)
"""Figures whose code begins so stand together; whatever fits nowhere stands in the last family of its pair."""
REST = {Pair.ABILITY: "人员与场所", Pair.OPINION: "答复与反馈", Pair.ACTION: "攻坚与政策解答"}
PLACES = (*OrganizationKind.county_level(), OrganizationKind.CITY, OrganizationKind.TOWN)


@dataclass(frozen=True)
class Family:
    title: str
    figures: list


@dataclass(frozen=True)
class Section:
    """One of the three pairs: the large figures, then the families."""

    pair: Pair
    headlines: list
    families: list


@dataclass(frozen=True)
class Period:
    """What a reader asked for: a place and two days."""

    organization: Organization
    start: date
    as_of: date

    @property
    def query(self):
        return f"?organization={self.organization.code}&from={self.start}&as_of={self.as_of}"


def places_for(user):
    """The places whose figures the user may read, each with its next level; the widest first."""
    prefixes = Scope.of(user).prefixes(*READERS)
    rows = Organization.objects.filter(under("path", prefixes), kind__in=PLACES).order_by("path")
    if any(len(path) > 4 for path in prefixes):
        return list(rows)
    return [row for row in rows if row.kind != OrganizationKind.TOWN]


def read_period(data, places, *, today):
    """(Period, faults) from what the address says; a fault leaves the default standing."""
    faults = []
    as_of = _day(data.get("as_of"), today, "截至日", faults)
    start = _day(data.get("from"), year_start(as_of), "起始日", faults)
    if start > as_of:
        faults.append("起始日不能晚于截至日，已改为截至日当年的1月1日。")
        start = year_start(as_of)
    code = data.get("organization")
    place = next((place for place in places if place.code == code), None)
    if code and place is None:
        faults.append("没有这个组织，或您不能看它的数字，已改为您所在的组织。")
    return Period(place or places[0], start, as_of), faults


def _day(text, default, label, faults):
    try:
        day = date.fromisoformat(text) if text else default
        if day.year in (MINYEAR, MAXYEAR):  # no day before, or none after
            raise ValueError(text)
        return day
    except ValueError:
        faults.append(f"{label}请写成 2022-10-28 这样的日期。")
        return default


def lay_out(period, *, reader):
    figures = compute_all(period.organization, period.start, period.as_of, reader=reader)
    return [_section(pair, [figure for figure in figures if figure.metric.pair == pair]) for pair in Pair]


def _section(pair, figures):
    by_code = {figure.metric.code: figure for figure in figures}
    headlines = [by_code.pop(code) for code in HEADLINES if code in by_code]
    families = []
    for prefix, title in FAMILIES:
        members = [figure for code, figure in by_code.items() if code.startswith(prefix)]
        if members:
            families.append(Family(title, members))
            by_code = {code: figure for code, figure in by_code.items() if not code.startswith(prefix)}
    if by_code:
        families.append(Family(REST[pair], list(by_code.values())))
    return Section(pair, headlines, families)


def list_behind(metric, period, *, reader):
    """The records of a figure, as many as its number tells this reader; matters with the state in which they were on
    that day."""
    rows = records_of(metric, period.organization, period.start, period.as_of, reader=reader)
    if rows.model is Petition and "state_on" not in rows.query.annotations:
        rows = with_state_on(rows, period.as_of)
    return rows


@dataclass(frozen=True)
class Column:
    """A column of the list behind a figure: a heading and how a record shows in it."""

    label: str
    show: object
    is_short: bool = False
    """Never broken over two lines."""
    is_state: bool = False


def columns_of(model, *, masked):
    """The columns for records of a model. Petitioners never show; names of people in full for organizers alone."""
    name = mask_name if masked else str
    return {
        Mandate: [
            Column("姓名", lambda row: name(row.person.name), is_short=True),
            Column("层级", lambda row: row.get_level_display(), is_short=True),
            Column("一线", lambda row: "生产和工作一线" if row.is_frontline else "—"),
            Column("行业领域", lambda row: row.field or "—"),
            Column("所在地", lambda row: row.organization.display_name),
            Column("代表小组", lambda row: row.group.name if row.group else "—"),
        ],
        Person: [
            Column("姓名", lambda row: name(row.name), is_short=True),
            Column("性别", lambda row: row.get_gender_display()),
            Column("单位及职务", lambda row: row.employer or "—"),
            Column("联系电话", lambda row: row.masked_phone or "—"),
        ],
        Group: [
            Column("代表小组", lambda row: row.name),
            Column("行业领域", lambda row: row.field or "—"),
            Column("所属组织", lambda row: row.organization.display_name),
        ],
        Studio: [
            Column("工作室（站）", lambda row: row.name),
            Column("类别", lambda row: row.get_kind_display()),
            Column("所属组织", lambda row: row.organization.display_name),
            Column("地址", lambda row: row.address or "—"),
            Column("接待日", lambda row: row.reception_text or "—"),
        ],
        ReceptionDay: [
            Column("日期", lambda row: row.date, is_short=True),
            Column("工作室（站）", lambda row: row.studio.name),
            Column("状态", lambda row: row.get_status_display(), is_short=True),
            Column("所属组织", lambda row: row.studio.organization.display_name),
            Column("说明", lambda row: row.reason or row.moved_reason or "—"),
        ],
        Duty: [
            Column("日期", lambda row: row.date, is_short=True),
            Column("代表", lambda row: name(row.person.name), is_short=True),
            Column("层级", lambda row: row.mandate.get_level_display(), is_short=True),
            Column("一线", lambda row: "生产和工作一线" if row.mandate.is_frontline else "—"),
            Column("工作室（站）", lambda row: row.day.studio.name),
            Column("签到", lambda row: row.get_checked_in_by_display() or "—"),
        ],
        Visit: [
            Column("日期", lambda row: row.day.date, is_short=True),
            Column("人次", lambda row: row.count, is_short=True),
            Column("身份", lambda row: "党员" if row.is_member else "群众", is_short=True),
            Column("工作室（站）", lambda row: row.day.studio.name),
            Column("所属组织", lambda row: row.day.studio.organization.display_name),
        ],
        Helper: [
            Column("姓名", lambda row: name(row.person.name), is_short=True),
            Column("类别", lambda row: row.get_kind_display(), is_short=True),
            Column("工作室（站）", lambda row: row.studio.name),
            Column("加入日期", lambda row: row.joined_date, is_short=True),
        ],
        Companion: [
            Column("日期", lambda row: row.day.date, is_short=True),
            Column("姓名", lambda row: name(row.person.name), is_short=True),
            Column("身份", lambda row: row.get_role_display(), is_short=True),
            Column("工作室（站）", lambda row: row.day.studio.name),
        ],
        ContactLink: [
            Column("党代表", lambda row: name(row.mandate.person.name), is_short=True),
            Column("类别", lambda row: row.get_kind_display()),
            Column("和谁结对", lambda row: name(row.cadre.label) if row.cadre else str(row.branch)),
            Column("所在地", lambda row: row.mandate.organization.display_name),
            Column("起", lambda row: row.start_date, is_short=True),
        ],
        Contact: [
            Column("日期", lambda row: row.on, is_short=True),
            Column("党代表", lambda row: name(row.link.mandate.person.name), is_short=True),
            Column(
                "和谁", lambda row: name(row.link.cadre.label) if row.link.cadre else str(row.link.branch)
            ),
            Column("方式", lambda row: row.get_method_display(), is_short=True),
        ],
        DutyRecord: [
            Column("日期", lambda row: row.on, is_short=True),
            Column("党代表", lambda row: name(row.mandate.person.name), is_short=True),
            Column("做了什么", lambda row: row.get_kind_display()),
            Column("数量", lambda row: f"{row.quantity.normalize():f} {unit_of(row.kind)}", is_short=True),
            Column("所在地", lambda row: row.mandate.organization.display_name),
        ],
        Honour: [
            Column("授予日期", lambda row: row.granted_date, is_short=True),
            Column("党代表", lambda row: name(row.mandate.person.name), is_short=True),
            Column("荣誉", lambda row: row.title),
            Column("级别", lambda row: row.get_level_display(), is_short=True),
            Column("授予单位", lambda row: row.granted_by),
            Column("所在地", lambda row: row.mandate.organization.display_name),
        ],
        DutyObjection: [
            Column("提出时间", lambda row: row.made_at, is_short=True),
            Column("党代表", lambda row: name(row.mandate.person.name), is_short=True),
            Column("异议", lambda row: str(row)),
            Column("状态", lambda row: row.get_status_display(), is_short=True),
            Column("所在地", lambda row: row.mandate.organization.display_name),
        ],
        Training: [
            Column("开始日期", lambda row: row.start_date, is_short=True),
            Column("培训班", lambda row: row.title),
            Column("类别", lambda row: row.get_kind_display(), is_short=True),
            Column("主办单位", lambda row: row.organization.display_name),
            Column("学时", lambda row: f"{row.hours:g}", is_short=True),
            Column("状态", lambda row: row.get_status_display(), is_short=True),
        ],
        Enrolment: [
            Column("开始日期", lambda row: row.training.start_date, is_short=True),
            Column("姓名", lambda row: name(row.person.name), is_short=True),
            Column(
                "层级", lambda row: row.mandate.get_level_display() if row.mandate else "—", is_short=True
            ),
            Column("培训班", lambda row: row.training.title),
            Column("学时", lambda row: f"{row.hours:g}", is_short=True),
            Column("结业证号", lambda row: row.certificate_number or "—", is_short=True),
        ],
        NeedAnswer: [
            Column("姓名", lambda row: name(row.person.name), is_short=True),
            Column("需求调查", lambda row: row.survey.title),
            Column("所在地", lambda row: row.organization.display_name),
            Column("还缺什么", lambda row: row.lacking or "—"),
        ],
        MentorPair: [
            Column("帮带代表", lambda row: name(row.mentor.person.name), is_short=True),
            Column("青年", lambda row: name(row.mentee.name), is_short=True),
            Column("类别", lambda row: row.get_kind_display()),
            Column("青年所在地", lambda row: row.organization.display_name),
            Column("结对日期", lambda row: row.start_date, is_short=True),
        ],
        PairRecord: [
            Column("日期", lambda row: row.on, is_short=True),
            Column("帮带代表", lambda row: name(row.pair.mentor.person.name), is_short=True),
            Column("青年", lambda row: name(row.pair.mentee.name), is_short=True),
            Column("做了什么", lambda row: row.get_kind_display()),
        ],
        Survey: [
            Column("评的是", lambda row: row.studio.name if row.studio_id else name(row.mandate.person.name)),
            Column("年度", lambda row: f"{row.year}年", is_short=True),
            Column("状态", lambda row: row.get_status_display(), is_short=True),
            Column("收到份数", lambda row: row.answers_count, is_short=True),
            Column("所在地", lambda row: row.organization.display_name),
        ],
        Evaluation: [
            Column("考评对象", lambda row: row.studio.name if row.studio_id else name(row.name)),
            Column("年度", lambda row: row.cycle.year, is_short=True),
            Column("等次", lambda row: row.decided_label, is_short=True),
            Column("总分", lambda row: "—" if row.score is None else f"{row.score_value:.2f}", is_short=True),
            Column("所在地", lambda row: row.organization.display_name),
        ],
        Candidate: [
            Column("党代表", lambda row: name(row.evaluation.name), is_short=True),
            Column("状态", lambda row: row.get_status_display(), is_short=True),
            Column("为什么列入", lambda row: row.why),
            Column("所在地", lambda row: row.evaluation.organization.display_name),
        ],
        ReminderTalk: [
            Column("党代表", lambda row: name(row.evaluation.name), is_short=True),
            Column("年度", lambda row: row.evaluation.cycle.year, is_short=True),
            Column("最迟谈话", lambda row: row.due_date, is_short=True),
            Column("谈话日期", lambda row: row.talk_date or "—", is_short=True),
            Column("状态", lambda row: row.get_status_display(), is_short=True),
        ],
        Improvement: [
            Column("改进事项", lambda row: row.content),
            Column("谁的考评", lambda row: _about(row.evaluation, name)),
            Column("完成期限", lambda row: row.due_date, is_short=True),
            Column("状态", lambda row: row.get_status_display(), is_short=True),
        ],
        Dispute: [
            Column("纠纷", lambda row: row.title),
            Column("状态", lambda row: row.get_state_display(), is_short=True),
            Column("纠纷号", lambda row: row.number, is_short=True),
            Column("涉及金额（元）", lambda row: _yuan(row.claimed), is_short=True),
            Column("已追回（元）", lambda row: _yuan(row.recovered), is_short=True),
            Column("调解工作室", lambda row: row.studio.name),
        ],
        Recovery: [
            Column("到账日期", lambda row: row.paid_on, is_short=True),
            Column("金额（元）", lambda row: _yuan(row.amount), is_short=True),
            Column("纠纷", lambda row: row.dispute.title),
            Column("纠纷号", lambda row: row.dispute.number, is_short=True),
        ],
    }.get(model) or PETITION_COLUMNS


def _about(evaluation, name):
    return evaluation.studio.name if evaluation.studio_id else name(evaluation.name)


def _yuan(amount):
    return "—" if amount is None else f"{amount:,.2f}"


PETITION_COLUMNS = [
    Column("标题", lambda row: row.shown_title),
    Column("截至日环节", lambda row: Status(row.state_on), is_state=True),
    Column("编号", lambda row: row.number, is_short=True),
    Column("类别", lambda row: row.get_kind_display(), is_short=True),
    Column("来源", lambda row: row.channel.name, is_short=True),
    Column("工作室（站）", lambda row: row.studio.name),
    Column("承办单位", lambda row: row.lead_unit.display_name if row.lead_unit else "—"),
    Column("接待日期", lambda row: row.received_at, is_short=True),
]
