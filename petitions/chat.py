"""Reading what was copied out of a WeChat group (R47): who said what when, and which of it may be a matter.

Pure. The text is cut into pieces that make up the whole again, sign by sign; what is proposed is a hint for the clerk,
with the words that gave it away, and nothing is added that the text does not say.
"""

import re
from dataclasses import dataclass

from accounts.masking import mask_name, scrub_numbers

_CLOCK = r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[AaPp][Mm])?"
_DAY = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/月]\d{1,2}日?|今天|昨天|前天|(?:星期|周)[一二三四五六日天])"
_TIME = rf"(?:{_DAY}\s*{_CLOCK}|{_CLOCK}|{_DAY})"
# 张三 2026-11-20 10:23[:45][:]
_AFTER = re.compile(rf"^\s*(?P<speaker>\S(?:.{{0,38}}?\S)??)\s*[:：]?\s+(?P<time>{_TIME})\s*[:：]?\s*$")
# [2026-11-20 10:23] 张三: 内容
_BRACKETS = re.compile(
    rf"^\s*[\[【(（](?P<time>{_TIME})[\])）】]\s*(?P<speaker>[^:：]{{1,40}}?)\s*[:：](?P<rest>.*)$"
)
# 2026-11-20 10:23 张三[:]
_BEFORE = re.compile(rf"^\s*(?P<time>{_DAY}\s*{_CLOCK})\s+(?P<speaker>[^:：]{{1,40}}?)\s*[:：]?\s*$")
# 张三:   or   张三：内容
_COLON = re.compile(
    r"^\s*(?P<speaker>[^\s:：，。！？,!?；;、“”\"()（）\d][^:：，。！？,!?；;“”\"]{0,19})[:：](?P<rest>.*)$"
)
_DAY_LINE = re.compile(rf"^[\s—\-–_=*]*{_TIME}[\s—\-–_=*]*$")
_SYSTEM = re.compile(
    r"加入了?群聊|退出了?群聊|移出了?群聊|撤回了一条消息|修改群名|拍了拍|以上是打招呼|开启了?群|群公告|领取了.{0,20}红包"
)
_NO_WORDS = re.compile(
    r"^\s*(?:[\[【](?:图片|表情|语音|视频|动画表情|文件|位置|链接|红包|强|赞|OK)[^\]】]*[\]】]\s*)*$"
)

NOT_NAMES = frozenset(
    [
        "地点",
        "时间",
        "地址",
        "电话",
        "联系电话",
        "内容",
        "问题",
        "原因",
        "建议",
        "意见",
        "诉求",
        "姓名",
        "位置",
        "备注",
        "附",
        "注",
        "如下",
        "比如",
        "例如",
        "请问",
        "通知",
        "公告",
        "回复",
        "答复",
        "希望",
        "一是",
        "二是",
        "三是",
        "第一",
        "第二",
        "第三",
        "http",
        "https",
    ]
)
"""Words before a colon that are a heading of what is being said, not somebody who speaks."""

SIGNS = (
    ("consultation", ("请问", "咨询", "怎么办理", "如何办理", "什么条件", "去哪办", "去哪里办", "啥时候", "什么时候", "能不能报销", "多少钱", "需要什么材料", "政策")),
    ("suggestion", ("建议", "能不能加", "要是能", "最好能", "希望增加", "希望能设", "可以考虑")),
    ("clue", ("拖欠", "欠薪", "偷排", "私搭", "违建", "举报", "倾倒")),
    ("request", ("求助", "帮忙", "帮帮", "请帮", "解决一下", "没法", "困难", "盼着", "希望尽快", "尽快修", "麻烦")),
    ("opinion", ("坏了", "不亮", "漏水", "堵", "臭", "噪音", "太吵", "停水", "停电", "积水", "没人管", "破损", "塌", "坑", "反映", "往外冒", "污水", "味儿大")),
)  # fmt: skip
"""Kind of a matter → words that speak for it, asked in this order."""
PLEASANTRIES = (
    "收到",
    "谢谢",
    "好的",
    "赞",
    "辛苦了",
    "已读",
    "大家好",
    "早上好",
    "晚上好",
    "明白",
    "了解",
    "点赞",
)
SHORTEST = 6
LONGEST_HEAD = 400
_QUOTED = re.compile(r"(?<=[“\"「])[^“”\"「」]{1,20}(?=[”\"」])")


@dataclass(frozen=True)
class Message:
    """A piece of the text. `raw` is what it was cut from; all `raw` in order are the whole text."""

    raw: str
    speaker: str
    time: str
    body: str
    is_system: bool = False


@dataclass(frozen=True)
class Proposal:
    """A message, whether it looks like a matter, of which kind, and because of which word."""

    message: Message
    is_matter: bool
    kind: str
    because: str


def split_chat(text):
    """[Message] of a copied chat. Where no line says who speaks, each paragraph is a message of nobody."""
    lines = text.splitlines(keepends=True)
    if not any(_head(line) for line in lines):
        return _paragraphs(lines)
    pieces, current = [], None
    for line in lines:
        bare = line.strip()
        head = _head(line)
        if head:
            current = _Piece(*head)
            pieces.append(current)
        elif _SYSTEM.search(bare) or (bare and _DAY_LINE.match(bare)):
            pieces.append(_Piece("", "", "", is_system=True))
            pieces[-1].raw = line
            current = None
            continue
        elif current is None:
            current = _Piece("", "", "")
            pieces.append(current)
        current.raw += line
        if not head:
            current.lines.append(line)
    return [piece.message() for piece in pieces]


class _Piece:
    def __init__(self, speaker, time, rest, *, is_system=False):
        self.speaker, self.time, self.raw, self.is_system = speaker, time, "", is_system
        self.lines = [f"{rest}\n"] if rest else []

    def message(self):
        body = "".join(self.lines).strip()
        return Message(self.raw, self.speaker, self.time, body, self.is_system or not self.raw.strip())


def _head(line):
    """(speaker, time, words on the same line) if the line says who speaks."""
    found = _speaks(line)
    if not found:
        return None
    given = found.groupdict()
    return _speaker(found), given.get("time", "").strip(), given.get("rest", "").strip()


def _speaks(line):
    """The match of a line that says who speaks, within the line without the blanks around it."""
    bare = line.strip()
    found = _BRACKETS.match(bare)
    if not found and len(bare) <= LONGEST_HEAD:
        found = _AFTER.match(bare) or _BEFORE.match(bare)
    if found:
        speaker = _speaker(found)
        return found if speaker and not _DAY_LINE.match(speaker) else None
    found = _COLON.match(bare)
    if found and _speaker(found) not in NOT_NAMES and not _SYSTEM.search(bare):
        return found
    return None


def _speaker(found):
    return found["speaker"].strip(" :：")[:40]


def as_said(picked, bodies):
    """`picked` as it stands in the chat, if it is one of these `bodies` with its numbers hidden. Where two differ in
    nothing but the numbers, nobody can tell which was meant, and it stays as it is."""
    bare = "".join(picked.split())
    meant = {body for body in bodies if "".join(scrub_numbers(body).split()) == bare}
    return meant.pop() if len(meant) == 1 else picked


def masked_text(text):
    """The text for whoever has not said why she must read it in full: those who speak as the hints name them, in the
    lines of the program too, and no numbers. What people say stays as they said it."""
    lines = [(line, _speaks(line)) for line in text.splitlines(keepends=True)]
    names = sorted({_speaker(found) for _line, found in lines if found}, key=len, reverse=True)
    return scrub_numbers("".join(_masked_line(line, found, names) for line, found in lines))


def _masked_line(line, found, names):
    if found:
        before = len(line) - len(line.lstrip())
        start, end = (before + place for place in found.span("speaker"))
        return f"{line[:start]}{mask_name(_speaker(found))}{line[end:]}"
    # Where nobody speaks, no line is one of the program: `split_chat` takes all of it for what was said.
    if names and _SYSTEM.search(line):
        line = _QUOTED.sub(lambda quoted: mask_name(quoted[0]), line)
        for name in names:
            # One sign alone is no name.
            line = line.replace(name, mask_name(name)) if len(name) > 1 else line
    return line


def _paragraphs(lines):
    pieces, raw = [], ""
    for line in lines:
        if raw.strip() and not line.strip():
            pieces.append(raw + line)
            raw = ""
        else:
            raw += line
    if raw:
        pieces.append(raw)
    return [Message(piece, "", "", piece.strip(), not piece.strip()) for piece in pieces]


def propose(messages):
    """[Proposal], one for each message, in order."""
    return [_look_at(message) for message in messages]


def _look_at(message):
    body = message.body
    if message.is_system or not body or _NO_WORDS.match(body):
        return Proposal(message, False, "", "")
    plain = re.sub(r"[\s，。！？,.!?~～、\[\]【】]", "", body)
    if len(plain) < SHORTEST or (len(plain) < 14 and any(word in plain for word in PLEASANTRIES)):
        return Proposal(message, False, "", "")
    for kind, words in SIGNS:
        for word in words:
            if word in body:
                return Proposal(message, True, kind, word)
    if body.endswith(("?", "？", "吗")):
        return Proposal(message, True, "consultation", "问句")
    return Proposal(message, False, "", "")
