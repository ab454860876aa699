"""What the register of helpers (R37) and the inspection of a venue (R17) must be given."""

from django.utils.translation import gettext_lazy as _

from records.moves import Given
from records.verbs import register_verbs
from representatives.models import Person
from studios.enums import HelperKind, Verdict
from studios.rules import staffed_studios

JOIN = (
    Given("studio", _("工作室（站）"), "model", options=staffed_studios),
    Given("kind", _("类别"), "choice", options=HelperKind),
    Given("joined_date", _("加入日期"), "date"),
    Given(
        "person",
        _("已在系统里的人"),
        "model",
        required=False,
        options=lambda _subject, user: Person.objects.visible_to(user),
    ),
    Given("name", _("姓名"), required=False, max_length=40, help=_("不在系统里的，填姓名和电话")),
    Given("phone", _("电话"), required=False, max_length=20, help=_("5到20位数字，可带区号")),
)
LEAVE_OFF = (
    Given("left_date", _("退出日期"), "date"),
    Given("left_reason", _("退出原因"), max_length=100, help=_("如：搬走、工作调动")),
)
INSPECTION = (
    Given("verdict", _("结果"), "choice", options=Verdict),
    Given("inspected_date", _("检查日期"), "date"),
    Given("inspector", _("检查人"), max_length=40),
    Given("expires_date", _("有效期至"), "date", required=False, help=_("过期后须重新检查；不填为长期有效")),
    Given("note", _("说明"), required=False, max_length=200),
)
register_verbs("studios.helper", {"join": _("加入协助"), "leave_off": _("退出协助")})
register_verbs("studios.studio", {"inspect": _("检查建设标准")})
