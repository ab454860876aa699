from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    OPINION = "opinion", _("意见")
    SUGGESTION = "suggestion", _("建议")
    CONSULTATION = "consultation", _("咨询")
    REQUEST = "request", _("诉求")
    CLUE = "clue", _("线索")


class Status(models.TextChoices):
    """The five stages 接待—登记—处理—反馈—归档 (R27), and what ends a matter before its time.

    A matter stands in the stage that is being worked on or was reached last: `feedback` from the reply until it
    is archived.
    """

    RECEIVED = "received", _("接待")
    REGISTERED = "registered", _("登记")
    HANDLING = "handling", _("处理")
    FEEDBACK = "feedback", _("反馈")
    ARCHIVED = "archived", _("归档")
    WITHDRAWN = "withdrawn", _("撤回")

    @classmethod
    def stages(cls):
        return (cls.RECEIVED, cls.REGISTERED, cls.HANDLING, cls.FEEDBACK, cls.ARCHIVED)

    @classmethod
    def open_states(cls):
        return (cls.RECEIVED, cls.REGISTERED, cls.HANDLING, cls.FEEDBACK)


class Outcome(models.TextChoices):
    """Class of a reply (R56): *answered* is any of them, *resolved* is A alone."""

    SOLVED = "A", _("A 已解决")
    IN_PROGRESS = "B", _("B 正在解决")
    LATER = "C", _("C 列入计划")
    REFERENCE = "D", _("D 留作参考")


class FeedbackMethod(models.TextChoices):
    PHONE = "phone", _("电话告知")
    IN_PERSON = "in_person", _("当面告知")
    MESSAGE = "message", _("短信或微信")
    PUBLIC = "public", _("公开告知")


class Step(models.TextChoices):
    """A step whose time is limited; its clock starts when the stage before it is reached."""

    REGISTER = "register", _("登记")
    ASSIGN = "assign", _("交办")
    HANDLE = "handle", _("办理")
    FEEDBACK = "feedback", _("反馈")


class AssignmentRole(models.TextChoices):
    LEAD = "lead", _("主办")
    CO = "co", _("协办")
