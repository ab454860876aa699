"""States of plans, sessions and who is called to them, and of pairs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from representatives.enums import Level


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("起草中")
    APPROVED = "approved", _("已批准")


class TrainingKind(models.TextChoices):
    """The three kinds of R28."""

    ON_ELECTION = "on_election", _("当选集中培训")
    ROUTINE = "routine", _("日常分组培训")
    TOPIC = "topic", _("分类专题培训")


class TrainingStatus(models.TextChoices):
    PLANNED = "planned", _("筹备中")
    OPEN = "open", _("已通知")
    HELD = "held", _("已结束")
    CANCELLED = "cancelled", _("已取消")

    @classmethod
    def coming(cls):
        """It has still to be held."""
        return (cls.PLANNED, cls.OPEN)


class Audience(models.TextChoices):
    """By which rule the roster of a session is drawn up."""

    RESPONSIBLE = "responsible", _("按培训职责：本级负责培训的代表")
    GROUP = "group", _("代表小组全体成员")
    CONDITIONS = "conditions", _("按层级、一线、行业领域")
    HAND = "hand", _("逐人选定")


class EnrolmentStatus(models.TextChoices):
    LISTED = "listed", _("待通知")
    INVITED = "invited", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    LEAVE_ASKED = "leave_asked", _("请假待批")
    ON_LEAVE = "on_leave", _("已请假")
    ATTENDED = "attended", _("已参训")
    ABSENT = "absent", _("缺训")
    REMOVED = "removed", _("已移出")

    @classmethod
    def ahead(cls):
        """She is expected, and has not come yet."""
        return (cls.INVITED, cls.CONFIRMED, cls.LEAVE_ASKED)

    @classmethod
    def placed(cls):
        """A place of the session is hers."""
        return (cls.LISTED, cls.INVITED, cls.CONFIRMED, cls.LEAVE_ASKED, cls.ATTENDED)

    @classmethod
    def told(cls):
        """She has heard of it."""
        return (cls.INVITED, cls.CONFIRMED, cls.LEAVE_ASKED, cls.ON_LEAVE, cls.ATTENDED, cls.ABSENT)


class EnrolmentSource(models.TextChoices):
    RULE = "rule", _("按规则")
    HAND = "hand", _("逐人添加")
    MISSING = "missing", _("补训")
    NEED = "need", _("按需求")
    IMPORTED = "imported", _("表格导入")


class AttendanceMeans(models.TextChoices):
    CODE = "code", _("现场口令")
    STAFF = "staff", _("工作人员登记")
    IMPORTED = "imported", _("表格导入")


class TrainingReminderKind(models.TextChoices):
    FIRST = "first", _("第一次提醒")
    SECOND = "second", _("第二次提醒")


class QuotaBase(models.TextChoices):
    """Of whom at least so many per cent are placed in main classes (R31): the report does not say."""

    IN_OFFICE = "in_office", _("县、镇两级在任代表")
    FRONTLINE = "frontline", _("县、镇两级在任一线代表")


class Trainer(models.TextChoices):
    """Whose task it is to train somebody in the first year of her term (R30)."""

    CITY = "city", _("市")
    COUNTY = "county", _("县市区")


class SurveyStatus(models.TextChoices):
    DRAFT = "draft", _("起草中")
    OPEN = "open", _("征集中")
    CLOSED = "closed", _("已结束")


SCHOOL_LEVELS = (Level.COUNTY, Level.TOWN)
"""Whose representatives the quota of R31 is about."""


class PairKind(models.TextChoices):
    """双带双帮 (R34, R35)."""

    REPRESENTATIVE = "representative", _("带青年党代表")
    CADRE = "cadre", _("带青年干部")


class PairStatus(models.TextChoices):
    ACTIVE = "active", _("结对中")
    CONCLUDED = "concluded", _("已总结")
    STOPPED = "stopped", _("已解除")


class PairOutcome(models.TextChoices):
    REACHED = "reached", _("目标全部达到")
    PARTLY = "partly", _("目标部分达到")
    MISSED = "missed", _("没有达到")


class MentoringKind(models.TextChoices):
    """What was done together beside the sessions that tell of themselves."""

    TALK = "talk", _("谈心谈话")
    GUIDANCE = "guidance", _("实地指导")
    SKILL = "skill", _("传授技能")
    TASK = "task", _("共同办事")


class Together(models.TextChoices):
    """三同 (R38): drawn from the sessions of both, never typed in."""

    DUTY = "duty", _("同驻室")
    RESEARCH = "research", _("同调研")
    ACTIVITY = "activity", _("同活动")
