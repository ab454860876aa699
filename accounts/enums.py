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
