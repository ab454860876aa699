from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is in an organisation. A right always comes as role @ organisation."""

    ORGANIZER = "organizer", _("组工干部")
    KEEPER = "keeper", _("驻室联络员")
    HANDLER = "handler", _("承办单位经办人")
    REPRESENTATIVE = "representative", _("党代表")
    ASSESSOR = "assessor", _("考评人员")
    LEADER = "leader", _("领导")
    AUDITOR = "auditor", _("审计人员")
    CLIENT = "client", _("对接系统")

    @classmethod
    def staff_roles(cls):
        """Roles that work at the desk, behind /admin/."""
        return (cls.ORGANIZER, cls.KEEPER, cls.HANDLER, cls.ASSESSOR, cls.LEADER, cls.AUDITOR)

    @classmethod
    def desk_roles(cls):
        """Those who work on matters for their office, and whose duty phone rings for them."""
        return (cls.ORGANIZER, cls.KEEPER, cls.HANDLER)


class NoticeKind(models.TextChoices):
    """What a notice is about; a channel may leave a kind out."""

    MATTER = "matter", _("交办与进展")
    REMINDER = "reminder", _("到期提醒与督办")
    DUTY = "duty", _("接待日与驻室")
    OTHER = "other", _("其他")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已送达")
    FAILED = "failed", _("未送达")


class OrganizationKind(models.TextChoices):
    CITY = "city", _("市")
    COUNTY = "county", _("县市区")
    DEVELOPMENT_ZONE = "development_zone", _("开发区")
    TOWN = "town", _("镇街")
    BRANCH = "branch", _("党支部")
    UNIT = "unit", _("承办单位")

    @classmethod
    def county_level(cls):
        return (cls.COUNTY, cls.DEVELOPMENT_ZONE)

    @classmethod
    def close_offices(cls):
        """Organisations so small that everybody in them counts as one office."""
        return (cls.TOWN, cls.BRANCH, cls.UNIT)
