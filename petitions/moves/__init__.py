"""The workflow of a matter as one table: from which state, which verb, to which state, who may, what must be given.

A clerk could check it row by row; each file holds the rows of one concern, in the order of their buttons.
"""

from django.utils.translation import gettext_lazy as _

from petitions.enums import Status
from petitions.moves.clock import CLOCK
from petitions.moves.hands import HANDS
from petitions.moves.problems import PROBLEMS
from petitions.moves.routing import ROUTING
from petitions.moves.stages import RECEIVE, RECEIVE_FROM_PUBLIC, STAGES, UNMASK_REASON
from records.moves import MoveTable

__all__ = ["RECEIVE", "RECEIVE_FROM_PUBLIC", "TABLE", "UNMASK_REASON"]

TABLE = MoveTable(
    "petitions.petition",
    Status,
    [*STAGES, *CLOCK, *HANDS, *ROUTING, *PROBLEMS],
    other_verbs={
        "receive": _("接待"),
        "rate": _("本人评价"),
        "add": _("本人补充"),
        "ask_reopen": _("本人请求重新办理"),
        "called_back": _("回访"),
        "call_back_settled": _("回访不满意，说明不重新办理"),
        "handed_over": _("移交给另一位代表"),
        "left_to_venue": _("交由工作室（站）办理"),
        "reminded": _("催办"),
        "problem_opened": _("作为主件并案"),
        "problem_joined": _("又有一件并入"),
        "problem_led": _("改为并案主件"),
        "problem_left": _("移出并案"),
        "problem_ended": _("并案解散"),
    },
)
