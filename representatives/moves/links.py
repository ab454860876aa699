"""What linking, unlinking and a contact must be given (R50, R51)."""

from django.utils.translation import gettext_lazy as _

from records.moves import Given
from records.verbs import register_verbs
from representatives import rules
from representatives.enums import ContactMethod, LinkEnding, LinkKind

LINK = (
    Given("kind", _("类别"), "choice", options=LinkKind),
    Given("mandate", _("党代表"), "model", options=rules.linkable_mandates),
    Given(
        "cadre",
        _("组工干部"),
        "model",
        required=False,
        options=rules.linkable_cadres,
        help=_("组工干部联系一线党代表时选"),
    ),
    Given(
        "branch",
        _("党支部"),
        "model",
        required=False,
        options=rules.linkable_branches,
        help=_("党代表联系党支部时选"),
    ),
    Given("start_date", _("从哪天起"), "date"),
)
END_LINK = (
    Given("ending", _("为什么结束"), "choice", options=LinkEnding),
    Given("end_date", _("到哪天止"), "date"),
)
CONTACT = (
    Given("method", _("怎么联系的"), "choice", options=ContactMethod),
    Given("on", _("哪天"), "date"),
    Given("note", _("说了什么"), "long_text", required=False, max_length=300, help=_("可以不写")),
)
register_verbs(
    "representatives.contactlink",
    {
        "link": _("结对"),
        "end_link": _("结束结对"),
        "contact": _("联系"),
        "cancel_contact": _("更正联系记录"),
    },
)
