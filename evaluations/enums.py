"""States of schemes, cycles and of what is appraised in them; the four grades (R83–R91)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    """The two appraisals, each with schemes of its own (R83)."""

    REPRESENTATIVE = "representative", _("党代表考评")
    STUDIO = "studio", _("工作室（站）考核")


class SchemeStatus(models.TextChoices):
    DRAFT = "draft", _("起草中")
    IN_USE = "in_use", _("已启用")
    RETIRED = "retired", _("已停用")


class IndicatorSource(models.TextChoices):
    """Where the number behind an indicator comes from."""

    LEDGER = "ledger", _("履职记录")
    SELF_REPORT = "self_report", _("个人述职")
    COMMITTEE = "committee", _("党委测评")
    SURVEY = "survey", _("群众评议")
    BONUS = "bonus", _("加分项")
    TARGETS = "targets", _("年度目标完成率")
    CHECKLIST = "checklist", _("阵地建设达标率")
    RECEPTION_DAYS = "reception_days", _("接待日开展率")
    MATTERS = "matters", _("意见按期反馈率")

    @classmethod
    def from_ledger(cls):
        return (cls.LEDGER, cls.BONUS)

    @classmethod
    def of_venues(cls):
        """Shares in per cent that only a venue has."""
        return (cls.TARGETS, cls.CHECKLIST, cls.RECEPTION_DAYS, cls.MATTERS)

    @classmethod
    def marks(cls):
        """Given as a mark from 0 to 100, or as a share in per cent."""
        return (cls.SELF_REPORT, cls.COMMITTEE, cls.SURVEY, *cls.of_venues())

    @classmethod
    def choices_for(cls, kind):
        """What an indicator of a scheme of this kind may lean on."""
        if kind == SubjectKind.STUDIO:
            return (cls.SELF_REPORT, cls.COMMITTEE, cls.SURVEY, *cls.of_venues())
        return (cls.LEDGER, cls.SELF_REPORT, cls.COMMITTEE, cls.SURVEY, cls.BONUS)


class Measure(models.TextChoices):
    LINES = "lines", _("按条数")
    QUANTITY = "quantity", _("按数量合计（如学时）")


class WhenMissing(models.TextChoices):
    """What an indicator counts of which nothing is known: nobody answered the survey, say."""

    ZERO = "zero", _("记零分")
    LEAVE_OUT = "leave_out", _("不计入，其余指标按比例折算")


class CycleStatus(models.TextChoices):
    DRAFT = "draft", _("筹备中")
    REPORTING = "reporting", _("述职中")
    ASSESSING = "assessing", _("测评中")
    DECIDING = "deciding", _("评定等次")
    PUBLICITY = "publicity", _("公示中")
    APPEALS = "appeals", _("受理申诉")
    FINAL = "final", _("已定档")
    CANCELLED = "cancelled", _("已撤销")

    @classmethod
    def running(cls):
        return (cls.REPORTING, cls.ASSESSING, cls.DECIDING, cls.PUBLICITY, cls.APPEALS)

    @classmethod
    def computable(cls):
        """Scores may still follow the records."""
        return (cls.REPORTING, cls.ASSESSING, cls.DECIDING)

    @classmethod
    def told(cls):
        """The decided grades are known to those whom they are about."""
        return (cls.PUBLICITY, cls.APPEALS, cls.FINAL)


class EvaluationStatus(models.TextChoices):
    PENDING = "pending", _("待述职")
    REPORTED = "reported", _("已述职")
    DECIDED = "decided", _("已评定")
    FINAL = "final", _("已定档")
    EXCUSED = "excused", _("不参加考评")

    @classmethod
    def appraised(cls):
        """Those who take part."""
        return (cls.PENDING, cls.REPORTED, cls.DECIDED, cls.FINAL)

    @classmethod
    def undecided(cls):
        return (cls.PENDING, cls.REPORTED)


class Grade(models.TextChoices):
    """The four grades of a person (R86); `grade_label` has the words for venues."""

    EXCELLENT = "excellent", _("优秀")
    COMPETENT = "competent", _("称职")
    BASIC = "basic", _("基本称职")
    INCOMPETENT = "incompetent", _("不称职")


STUDIO_GRADES = {
    Grade.EXCELLENT: _("优秀"),
    Grade.COMPETENT: _("良好"),
    Grade.BASIC: _("合格"),
    Grade.INCOMPETENT: _("不合格"),
}


def grade_label(grade, kind=SubjectKind.REPRESENTATIVE):
    """The office's word for a grade; "" for none."""
    if not grade:
        return ""
    return str(STUDIO_GRADES[Grade(grade)] if kind == SubjectKind.STUDIO else Grade(grade).label)


class ConflictKind(models.TextChoices):
    """Why an assessor does not mark somebody (回避)."""

    SELF = "self", _("本人")
    SAME_UNIT = "same_unit", _("同一单位")
    PAIR = "pair", _("结对帮带")
    LINKED = "linked", _("结对联系")
    DECLARED = "declared", _("主动申请回避")


class AppealStatus(models.TextChoices):
    LODGED = "lodged", _("待答复")
    UPHELD = "upheld", _("申诉成立")
    DISMISSED = "dismissed", _("维持原评定")
    WITHDRAWN = "withdrawn", _("已撤回")


class CandidateStatus(models.TextChoices):
    """Excellent twice running within a term: first choice for honours and the next congress (R87)."""

    LISTED = "listed", _("待研究")
    PROPOSED = "proposed", _("已推荐")
    CHOSEN = "chosen", _("已采用")
    NOT_CHOSEN = "not_chosen", _("未采用")
    STRUCK = "struck", _("已撤下")


class CandidatePurpose(models.TextChoices):
    HONOUR = "honour", _("评先树优推荐人选")
    NEXT_CONGRESS = "next_congress", _("下届党代表推荐人选")


class TalkStatus(models.TextChoices):
    """Incompetent: a reminder talk follows (R88)."""

    DUE = "due", _("待谈话")
    HELD = "held", _("已谈话，待回访")
    CLOSED = "closed", _("已办结")
    DROPPED = "dropped", _("不再需要")

    @classmethod
    def open_states(cls):
        return (cls.DUE, cls.HELD)


class TalkOutcome(models.TextChoices):
    IMPROVED = "improved", _("已改进")
    PARTLY = "partly", _("部分改进")
    NOT_IMPROVED = "not_improved", _("没有改进")


class ImprovementStatus(models.TextChoices):
    """Improvement items (R91)."""

    OPEN = "open", _("改进中")
    DONE = "done", _("待验收")
    CONFIRMED = "confirmed", _("已改进")
    DROPPED = "dropped", _("已取消")

    @classmethod
    def open_states(cls):
        return (cls.OPEN, cls.DONE)


class TalkReminderKind(models.TextChoices):
    TALK = "talk", _("该谈话了")
    FOLLOW_UP = "follow_up", _("该回访了")


class ImprovementReminderKind(models.TextChoices):
    NEAR = "near", _("快到期限")
    OVERDUE = "overdue", _("已过期限")


class MassSurveyStatus(models.TextChoices):
    DRAFT = "draft", _("起草中")
    OPEN = "open", _("评议中")
    CLOSED = "closed", _("已结束")


class SurveySubject(models.TextChoices):
    """Whom a survey asks about."""

    REPRESENTATIVE = "representative", _("党代表")
    STUDIO = "studio", _("工作室（站）")


class SurveyRating(models.TextChoices):
    """The five answers to each question, the best first. 满意 counts 80 of 100, 一般 60: where the lines of the grades lie."""

    VERY_GOOD = "5", _("很满意")
    GOOD = "4", _("满意")
    FAIR = "3", _("一般")
    POOR = "2", _("不满意")
    VERY_POOR = "1", _("很不满意")
