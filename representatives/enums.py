from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The five levels of congresses, from the top."""

    NATIONAL = "national", _("全国")
    PROVINCIAL = "provincial", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
    TOWN = "town", _("镇级")

    @classmethod
    def city_and_above(cls):
        return (cls.NATIONAL, cls.PROVINCIAL, cls.CITY)

    @classmethod
    def grouped(cls):
        """R10: groups take city, county and town mandates; the two higher levels attach to workrooms."""
        return (cls.CITY, cls.COUNTY, cls.TOWN)


class Gender(models.TextChoices):
    MALE = "male", _("男")
    FEMALE = "female", _("女")


class MandateStatus(models.TextChoices):
    IN_OFFICE = "in_office", _("在任")
    SUSPENDED = "suspended", _("暂停")
    STOPPED = "stopped", _("停止执行职务")
    ENDED = "ended", _("终止")
    EXPIRED = "expired", _("届满")

    @classmethod
    def holding(cls):
        """States in which the seat is still the person's."""
        return (cls.IN_OFFICE, cls.SUSPENDED)


class SuspendGround(models.TextChoices):
    """A township rule; see the defaults in the help text of the decision."""

    DETAINED = "detained", _("被采取留置、拘留等措施")
    INVESTIGATED = "investigated", _("接受组织审查调查")


class StopGround(models.TextChoices):
    """中发〔2008〕8号 第26条"""

    MEMBERSHIP_MOVED = "membership_moved", _("党员组织关系转出")
    WORK_MOVED = "work_moved", _("工作调离选举产生的地区或单位")


class EndGround(models.TextChoices):
    """中发〔2008〕8号 第25条"""

    DISCIPLINED = "disciplined", _("受留党察看以上处分")
    MEMBERSHIP_LOST = "membership_lost", _("停止党籍或丧失国籍")
    RESIGNED = "resigned", _("辞去代表职务被接受")
    DIED = "died", _("去世")


class OpenWorkFate(models.TextChoices):
    """What becomes of the open work that hangs on a mandate when it ends."""

    HAND_OVER = "hand_over", _("移交给另一位代表")
    LEAVE_TO_VENUE = "leave_to_venue", _("交由工作室（站）继续办理")


class DutyKind(models.TextChoices):
    """Kinds of entries in the duty ledger; every later room adds its own."""

    PETITION_RECEIVED = "petition_received", _("接收群众意见")
    PETITION_FED_BACK = "petition_fed_back", _("向群众反馈")
    RECEPTION = "reception", _("驻室接待")
    TRAINING = "training", _("参加培训")
    MENTORING = "mentoring", _("结对帮带")
    BRANCH_CONTACT = "branch_contact", _("联系党支部")
    HONOUR = "honour", _("获得表彰")


class LinkKind(models.TextChoices):
    """双结对 (R50, R51)."""

    CADRE = "cadre", _("组工干部联系一线党代表")
    BRANCH = "branch", _("党代表联系党支部")


class ContactMethod(models.TextChoices):
    VISIT = "visit", _("上门走访")
    PHONE = "phone", _("电话")
    MESSAGE = "message", _("微信")
    MEETING = "meeting", _("座谈")


class LinkEnding(models.TextChoices):
    """Why somebody is no longer linked."""

    LEFT_POST = "left_post", _("干部离开岗位")
    MANDATE_OVER = "mandate_over", _("代表不再在任")
    REARRANGED = "rearranged", _("调整联系对象")
    BRANCH_GONE = "branch_gone", _("党支部撤并")


class HonourLevel(models.TextChoices):
    """Who honours, from the top; as the certificate words it."""

    NATIONAL = "national", _("国家级")
    PROVINCIAL = "provincial", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
    TOWN = "town", _("镇街级")
    UNIT = "unit", _("单位、村居")


class DutyList(models.TextChoices):
    """R7: what a representative does, and what she answers for."""

    DUTY = "duty", _("履职清单")
    RESPONSIBILITY = "responsibility", _("责任清单")


class Measure(models.TextChoices):
    """How the lines of the ledger are counted for an item."""

    LINES = "lines", _("按次数")
    QUANTITY = "quantity", _("按数量")
    QUARTERS = "quarters", _("按有记录的季度数")


class ObjectionKind(models.TextChoices):
    WRONG = "wrong", _("这条不对")
    MISSING = "missing", _("少记了一件")


class ObjectionStatus(models.TextChoices):
    OPEN = "open", _("待答复")
    ACCEPTED = "accepted", _("已更正")
    REFUSED = "refused", _("不予更正")
    WITHDRAWN = "withdrawn", _("本人收回")

    @classmethod
    def answered(cls):
        return (cls.ACCEPTED, cls.REFUSED)
