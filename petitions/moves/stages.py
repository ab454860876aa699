"""The five stages 接待—登记—处理—反馈—归档 (R27); answered and resolved are two things (R56); archive (R59)."""

from django.utils.translation import gettext_lazy as _

from petitions import rules
from petitions.enums import Kind, Outcome, PublicKind, Status, TellingMethod
from petitions.moves.givens import ACCUSED, NOTE, REASON
from records.moves import Given, Move

PHONE_HELP = _("5到20位数字，可带区号")
HANDLING_HELP = _("1 到 5，本人打分：办得快不快、态度好不好")
RESULT_HELP = _("1 到 5，本人打分：问题解决得怎么样")
UNSATISFIED_NOTE = Given(
    "unsatisfied_note",
    _("不满意为什么不重新办理"),
    "long_text",
    required=False,
    max_length=1000,
    help=_("归档时，本人打 1 到 2 分的必须写明；要再办的，请改用「重新办理」"),
)

RECEIVE = (
    Given("studio", _("工作室（站）"), "model", options=rules.receiving_studios),
    Given("channel", _("来源渠道"), "model", options=rules.open_channels),
    Given("kind", _("类别"), "choice", options=Kind),
    Given("title", _("标题"), "text", required=False, max_length=100, help=_("不填时取内容的第一句")),
    Given("content", _("内容"), "long_text", max_length=10000, help=_("在哪里、发生了什么、希望怎么解决")),
    Given("place", _("地点"), "text", required=False, max_length=100),
    Given("petitioner_name", _("反映人"), "text", required=False, max_length=40),
    Given("petitioner_phone", _("联系电话"), "text", required=False, max_length=20, help=PHONE_HELP),
    Given("anonymous", _("匿名"), "boolean", required=False, help=_("匿名的不保存姓名和电话")),
    Given("mandate", _("接待代表"), "model", required=False, options=rules.receiving_mandates),
    ACCUSED,
)

UNMASK_REASON = Given(
    "reason", _("查看原因"), "text", max_length=200, help=_("如：电话告知办理结果。查看会留痕。")
)


def _rating(name, label, help):
    return Given(name, label, "integer", required=False, minimum=1, maximum=5, help=help)


RECEIVE_FROM_PUBLIC = (
    Given("content", _("什么事"), "long_text", max_length=10000, help=_("在哪里、发生了什么、希望怎么解决")),
    Given("kind", _("这是一个"), "choice", options=PublicKind),
    Given("place", _("在哪里"), "text", required=False, max_length=100),
    Given("petitioner_name", _("称呼"), "text", required=False, max_length=40),
    Given("petitioner_phone", _("电话"), "text", required=False, max_length=20),
)

STAGES = [
    Move(
        verb="register",
        label=_("登记"),
        sources=(Status.RECEIVED,),
        target=Status.REGISTERED,
        may=rules.organizer_or_keeper,
        needs=(Given("category", _("问题分类"), "model", options=rules.open_categories), ACCUSED, NOTE),
        hint=_("核对内容、选好分类，就算正式登记在册。"),
    ),
    Move(
        verb="assign",
        label=_("交办"),
        sources=(Status.REGISTERED,),
        target=Status.HANDLING,
        may=rules.organizer,
        needs=(
            Given("organization", _("承办单位"), "model", options=rules.handling_units),
            Given(
                "co_units",
                _("协办单位"),
                "models",
                required=False,
                options=rules.handling_units,
                help=_("协办单位要会签，主办单位才能答复"),
            ),
            Given("note", _("交办意见"), "long_text", required=False, max_length=1000),
        ),
        hint=_("交给一个单位主办，需要时加协办单位；期限按工作日算好并告诉对方。"),
    ),
    Move(
        verb="reply",
        label=_("答复"),
        sources=(Status.HANDLING,),
        target=Status.FEEDBACK,
        may=rules.organizer_or_handler,
        needs=(
            Given("content", _("答复内容"), "long_text", max_length=10000),
            Given("outcome", _("答复类别"), "choice", options=Outcome),
        ),
        hint=_("写清办理结果。只有 A 类算已解决。"),
    ),
    Move(
        verb="feedback",
        label=_("反馈"),
        sources=(Status.FEEDBACK,),
        target=Status.FEEDBACK,
        may=rules.may_feed_back,
        needs=(
            Given("method", _("告知方式"), "choice", options=TellingMethod),
            Given("content", _("群众意见"), "long_text", required=False, max_length=2000),
            _rating("handling_rating", _("办理满意度"), HANDLING_HELP),
            _rating("rating", _("结果满意度"), RESULT_HELP),
        ),
        empty=("fed_back_at",),
        otherwise="已经告知过本人了，不用再告知一次。请刷新页面，看最新进展。",
        hint=_("把办理结果告诉反映人，记下本人的意见和评分。"),
    ),
    Move(
        verb="rate",
        label=_("补记评价"),
        sources=(Status.FEEDBACK, Status.ARCHIVED),
        target=None,
        may=rules.may_feed_back,
        needs=(
            Given("method", _("怎么听到的"), "choice", options=TellingMethod),
            Given("handling_rating", _("办理满意度"), "integer", minimum=1, maximum=5, help=HANDLING_HELP),
            Given("rating", _("结果满意度"), "integer", minimum=1, maximum=5, help=RESULT_HELP),
            Given("content", _("群众意见"), "long_text", required=False, max_length=2000),
            UNSATISFIED_NOTE,
        ),
        empty=("rating",),
        filled=("fed_back_at",),
        otherwise="还没有告知本人，或本人已经评过了，不能补记。请刷新页面，看最新进展。",
        tone="plain",
        hint=_("告知时本人没有打分、后来说了满意不满意的，在这里记下。承办单位不能代填。"),
    ),
    Move(
        verb="archive",
        label=_("归档"),
        sources=(Status.FEEDBACK,),
        target=Status.ARCHIVED,
        may=rules.organizer_or_keeper,
        needs=(
            NOTE,
            UNSATISFIED_NOTE,
        ),
        filled=("fed_back_at",),
        otherwise="还没有告知反映人，不能归档。请先做「反馈」。",
        hint=_("归档后锁定；要再办，须说明原因重新办理。"),
    ),
    Move(
        verb="reopen",
        label=_("重新办理"),
        sources=(Status.FEEDBACK, Status.ARCHIVED),
        target=Status.HANDLING,
        may=rules.organizer_or_receiver,
        needs=(
            REASON,
            Given(
                "organization",
                _("承办单位"),
                "model",
                required=False,
                options=rules.handling_units,
                help=_("不选时仍由原单位办理"),
            ),
        ),
        tone="plain",
        hint=_("反映人不满意或情况有变时，退回承办单位重办。"),
    ),
    Move(
        verb="resolve",
        label=_("转为已解决"),
        sources=(Status.FEEDBACK, Status.ARCHIVED),
        target=None,
        may=rules.organizer_or_handler,
        needs=(Given("note", _("怎样解决的"), "long_text", max_length=1000),),
        empty=("resolved_at",),
        otherwise="这件事已经是「已解决」了。请刷新页面，看最新进展。",
        tone="plain",
        hint=_("答复时还没解决、后来解决了的，在这里记下。答复和解决是两个日期。"),
    ),
    Move(
        verb="withdraw",
        label=_("撤回"),
        sources=(Status.RECEIVED, Status.REGISTERED, Status.HANDLING),
        target=Status.WITHDRAWN,
        may=rules.organizer_or_keeper,
        needs=(REASON,),
        tone="danger",
        hint=_("反映人要求撤回，或登记有误时使用。撤回后不再办理。"),
    ),
]
