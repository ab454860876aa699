"""What several steps are given alike."""

from django.utils.translation import gettext_lazy as _

from petitions import rules
from records.moves import Given

NOTE = Given("note", _("说明"), "long_text", required=False, max_length=1000)
REASON = Given("reason", _("原因"), "long_text", max_length=1000)
ACCUSED = Given(
    "accused",
    _("反映的是哪个机关单位"),
    "models",
    required=False,
    options=rules.accusable_offices,
    help=_("只在反映机关单位或其工作人员的问题时选。该单位的人看不到这件事，更看不到是谁反映的"),
)
