"""The same thing told by several: one handling, one reply, every source person told (R57)."""

from django.utils.translation import gettext_lazy as _

from petitions import rules
from petitions.enums import Status
from records.moves import Given, Move

PROBLEMS = [
    Move(
        verb="merge",
        label=_("并案"),
        sources=(Status.RECEIVED, Status.REGISTERED, Status.HANDLING),
        target=None,
        may=rules.organizer_or_keeper,
        needs=(
            Given(
                "main",
                _("并入哪一件"),
                "model",
                options=rules.merge_targets,
                help=_("办理和答复都在那一件上进行，这一件的反映人照样单独告知"),
            ),
            Given("note", _("说明"), "long_text", required=False, max_length=1000),
        ),
        empty=("problem_id", "paused_at", "extension_requested_at"),
        otherwise="这件事已经并案，或者正停着表、有延期申请在等批复。请先移出并案、恢复计时或批复，再并案。",
        tone="plain",
        hint=_("同一件事有几个人反映时使用：一次办理，一个答复，每个人都告知。"),
    ),
    Move(
        verb="unmerge",
        label=_("移出并案"),
        sources=(Status.RECEIVED, Status.REGISTERED, Status.HANDLING, Status.FEEDBACK),
        target=None,
        may=rules.organizer_or_keeper,
        needs=(Given("reason", _("移出原因"), "long_text", max_length=1000),),
        filled=("problem_id",),
        otherwise="这件事没有并案，不用移出。请刷新页面，看最新进展。",
        tone="plain",
        hint=_("并错了时使用。这一件从现在的环节起单独办理。"),
    ),
]
