from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    OPINION = "opinion", _("意见")
    SUGGESTION = "suggestion", _("建议")
    CONSULTATION = "consultation", _("咨询")
    REQUEST = "request", _("诉求")
    CLUE = "clue", _("线索")


class PublicKind(models.TextChoices):
    """What the public chooses from; a plain word stands for 诉求, and what is a clue the office finds out."""

    OPINION = Kind.OPINION.value, Kind.OPINION.label
    SUGGESTION = Kind.SUGGESTION.value, Kind.SUGGESTION.label
    CONSULTATION = Kind.CONSULTATION.value, Kind.CONSULTATION.label
    REQUEST = Kind.REQUEST.value, _("求助")


class Status(models.TextChoices):
    """The five stages 接待—登记—处理—反馈—归档 (R27), and what ends a matter before its time.

    A matter stands in the stage that is being worked on or was reached last: `feedback` from the reply until it
    is archived. A matter that is not ours is routed out (转出) and counted apart.
    """

    RECEIVED = "received", _("接待")
    REGISTERED = "registered", _("登记")
    HANDLING = "handling", _("处理")
    FEEDBACK = "feedback", _("反馈")
    ARCHIVED = "archived", _("归档")
    WITHDRAWN = "withdrawn", _("撤回")
    ROUTED_OUT = "routed_out", _("转出")

    @classmethod
    def stages(cls):
        return (cls.RECEIVED, cls.REGISTERED, cls.HANDLING, cls.FEEDBACK, cls.ARCHIVED)

    @classmethod
    def open_states(cls):
        return (cls.RECEIVED, cls.REGISTERED, cls.HANDLING, cls.FEEDBACK)

    @classmethod
    def closed_states(cls):
        return (cls.ARCHIVED, cls.WITHDRAWN, cls.ROUTED_OUT)


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
    ONLINE = "online", _("本人凭查询码查看")

    @classmethod
    def of_staff(cls):
        """The ways in which somebody tells the person; the last one is her own looking."""
        return (cls.PHONE, cls.IN_PERSON, cls.MESSAGE, cls.PUBLIC)


class TellingMethod(models.TextChoices):
    """The ways of `FeedbackMethod` in which staff tell the person something, for what a step is given."""

    PHONE = FeedbackMethod.PHONE.value, FeedbackMethod.PHONE.label
    IN_PERSON = FeedbackMethod.IN_PERSON.value, FeedbackMethod.IN_PERSON.label
    MESSAGE = FeedbackMethod.MESSAGE.value, FeedbackMethod.MESSAGE.label
    PUBLIC = FeedbackMethod.PUBLIC.value, FeedbackMethod.PUBLIC.label


class Step(models.TextChoices):
    """A step whose time is limited; its clock starts when the stage before it is reached."""

    REGISTER = "register", _("登记")
    ASSIGN = "assign", _("交办")
    HANDLE = "handle", _("办理")
    FEEDBACK = "feedback", _("反馈")
    HAND_BACK = "hand_back", _("退回")
    EXTEND = "extend", _("延期上限")
    PAUSE = "pause", _("停表核查")


class AssignmentRole(models.TextChoices):
    LEAD = "lead", _("主办")
    CO = "co", _("协办")


class AssignmentEnd(models.TextChoices):
    """Why a unit no longer has a matter in hand."""

    HANDED_BACK = "handed_back", _("退回")
    DECLINED = "declined", _("退出协办")
    REPLACED = "replaced", _("改派")
    RELEASED = "released", _("解除协办")
    MERGED = "merged", _("并案")
    ROUTED = "routed", _("转出")
    REOPENED = "reopened", _("重新办理")


class ExtensionState(models.TextChoices):
    REQUESTED = "requested", _("待批")
    APPROVED = "approved", _("同意")
    REFUSED = "refused", _("不同意")
    LAPSED = "lapsed", _("已无需批复")


class PauseReason(models.TextChoices):
    """Why the clock stands (R58): only what the office cannot hurry."""

    WAITING_PERSON = "waiting_person", _("等反映人补充材料")
    EXPERT = "expert", _("等鉴定、检测或评估结果")
    OTHER_BODY = "other_body", _("等其他机关的结论")


class Receiver(models.TextChoices):
    """Where a matter goes that is not ours (信访工作条例第23条)."""

    XINFANG = "xinfang", _("信访部门")
    COURT = "court", _("法院")
    DISCIPLINE = "discipline", _("纪检监察机关")
    HOTLINE = "hotline", _("12345 热线")
    OTHER = "other", _("其他机关")


class ReminderDate(models.TextChoices):
    """Which date of a matter a reminder speaks of."""

    DUE = "due", _("办理期限")
    PAUSE = "pause", _("停表核查日")
    SUPERVISION = "supervision", _("督办回报日")


class Audience(models.TextChoices):
    """Whom a reminder goes to."""

    TURN = "turn", _("正该办的人")
    ORGANIZER = "organizer", _("所属组织的组工干部")
    COUNTY = "county", _("县市区组工干部")
    CITY = "city", _("市组工干部")
    LEADER = "leader", _("县市区领导")


class PartySide(models.TextChoices):
    CLAIMANT = "claimant", _("申请方")
    RESPONDENT = "respondent", _("被申请方")


class DisputeKind(models.TextChoices):
    WAGES = "wages", _("拖欠工资")
    INJURY = "injury", _("工伤待遇")
    CONTRACT = "contract", _("劳动合同")
    INSURANCE = "insurance", _("社会保险")
    NEIGHBOUR = "neighbour", _("邻里纠纷")
    OTHER = "other", _("其他纠纷")


class DisputeState(models.TextChoices):
    OPEN = "open", _("调解中")
    MEDIATED = "mediated", _("调解成功")
    FAILED = "failed", _("调解不成")


class CallBackState(models.TextChoices):
    WAITING = "waiting", _("待回访")
    DONE = "done", _("已回访")
    UNREACHED = "unreached", _("联系不上")
