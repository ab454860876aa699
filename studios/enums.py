from django.db import models
from django.utils.translation import gettext_lazy as _


class StudioKind(models.TextChoices):
    WORKROOM = "workroom", _("工作室")
    STATION = "station", _("工作站")


class HolidayPolicy(models.TextChoices):
    """Where a reception day goes that falls on a day off; make-up work days (调休) are work days (R23)."""

    NEXT = "next", _("顺延到下一个工作日")
    PREVIOUS = "previous", _("提前到上一个工作日")
    KEEP = "keep", _("不变，照常接待")


class DayStatus(models.TextChoices):
    PLANNED = "planned", _("待公布")
    PUBLISHED = "published", _("已公布")
    HELD = "held", _("已接待")
    MISSED = "missed", _("未接待")
    POSTPONED = "postponed", _("已改期")

    @classmethod
    def coming(cls):
        """It has still to be held."""
        return (cls.PLANNED, cls.PUBLISHED)

    @classmethod
    def told(cls):
        """The public has been told of it."""
        return (cls.PUBLISHED, cls.HELD, cls.MISSED)


class DutyStatus(models.TextChoices):
    ASSIGNED = "assigned", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    SERVED = "served", _("已到岗")
    ABSENT = "absent", _("未到岗")
    ON_LEAVE = "on_leave", _("已请假")
    SWAPPED = "swapped", _("已换出")
    REPLACED = "replaced", _("已调整")

    @classmethod
    def holding(cls):
        """The seat is this person's."""
        return (cls.ASSIGNED, cls.CONFIRMED, cls.SERVED, cls.ABSENT)

    @classmethod
    def ahead(cls):
        """Not yet served."""
        return (cls.ASSIGNED, cls.CONFIRMED)


class SwapState(models.TextChoices):
    OPEN = "open", _("等人接")
    TAKEN = "taken", _("待同意")
    DONE = "done", _("已换班")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已过期")

    @classmethod
    def open_states(cls):
        return (cls.OPEN, cls.TAKEN)


class HelperKind(models.TextChoices):
    """The three kinds of R37."""

    ACTIVIST = "activist", _("入党积极分子")
    COMMUNITY_WORKER = "community_worker", _("社区工作者")
    VOLUNTEER = "volunteer", _("志愿者")


class CompanionRole(models.TextChoices):
    """Who sits beside the representatives on the day (R38, 同驻室)."""

    HELPER = "helper", _("协助人员")
    MENTEE = "mentee", _("结对青年")


class CheckInMeans(models.TextChoices):
    KEEPER = "keeper", _("联络员代签")
    CODE = "code", _("现场口令")


class ReminderKind(models.TextChoices):
    PUBLISHED = "published", _("排班公布")
    FIRST = "first", _("第一次提醒")
    SECOND = "second", _("第二次提醒")


class Verdict(models.TextChoices):
    """What an inspection finds (R17)."""

    MET = "met", _("达标")
    LACKING = "lacking", _("未达标")


class TargetKind(models.TextChoices):
    """What a venue may be set a number for at the year's start (R89)."""

    DAYS_HELD = "days_held", _("接待日（次）")
    VISITS = "visits", _("接待群众（人次）")
    MATTERS = "matters", _("收到意见（件）")
    RESOLVED = "resolved", _("解决问题（件）")
    HELPERS = "helpers", _("协助人员（人）")
