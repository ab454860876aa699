"""Text for invented matters: patterns with slots and alternatives, filled in the words of one place.

A pattern file holds blocks of five lines: `@ category unit kinds… [m=from-to] [y=year] [at=counties]`, then T(itle),
C(ontent), S(ubject) and D(eed: what was done or answered). `[a|b]` picks one, `{slot}` is drawn once per matter,
so that the reply speaks of the same village and the same three lamps as the matter.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path

FOLDER = Path(__file__).parent / "patterns"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
LOCAL = frozenset({"village", "estate", "road", "road2", "school", "site"})
"""Slots that name a spot within the town; the first one used becomes the matter's place."""


@dataclass(frozen=True)
class Pattern:
    category: str
    unit: str
    kinds: tuple[str, ...]
    title: str
    content: str
    subject: str
    deed: str
    months: frozenset = frozenset(range(1, 13))
    year: int | None = None
    counties: frozenset = frozenset()

    def suits(self, day, county):
        return (
            day.month in self.months
            and (self.year is None or self.year == day.year)
            and (not self.counties or county in self.counties)
        )


def _months(text):
    first, last = (int(part) for part in text.split("-"))
    return (
        frozenset(range(first, last + 1))
        if first <= last
        else frozenset([*range(first, 13), *range(1, last + 1)])
    )


def _parse(block):
    lines = block.strip().splitlines()
    head, body = lines[0].split(), {line[0]: line[2:].strip() for line in lines[1:]}
    options = dict(word.split("=") for word in head[2:] if "=" in word)
    return Pattern(
        category=head[0],
        unit=head[1],
        kinds=tuple(word for word in head[2:] if "=" not in word),
        title=body["T"],
        content=body["C"],
        subject=body["S"],
        deed=body["D"],
        months=_months(options["m"]) if "m" in options else frozenset(range(1, 13)),
        year=int(options["y"]) if "y" in options else None,
        counties=frozenset(options["at"].split(",")) if "at" in options else frozenset(),
    )


@lru_cache(maxsize=1)
def load_patterns():
    """All patterns, in a stable order."""
    patterns = []
    for path in sorted(FOLDER.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        patterns += [_parse(block) for block in re.split(r"^@ ", text, flags=re.M) if block.strip()]
    return tuple(patterns)


VILLAGE_HEADS = [
    "李",
    "王",
    "张",
    "刘",
    "赵",
    "孙",
    "马",
    "郑",
    "高",
    "杨",
    "徐",
    "朱",
    "董",
    "郭",
    "曹",
    "丁",
    "孟",
    "牟",
    "邢",
    "冯",
    "韩",
    "钟",
    "葛",
    "夏",
    "桑",
    "隋",
    "尹",
    "范",
    "崔",
    "宋",
]
VILLAGE_TAILS = [
    "家庄村",
    "家埠村",
    "家营村",
    "家洼村",
    "家官庄村",
    "家屯村",
    "家河村",
    "家楼村",
    "家岭村",
    "家疃村",
    "家沟村",
    "家集村",
    "家庙村",
    "家桥村",
]
VILLAGE_SIDES = ["", "", "", "", "东", "西", "前", "后", "大", "小", "南", "北"]
ESTATE_HEADS = [
    "福泰",
    "金鼎",
    "阳光",
    "锦绣",
    "盛世",
    "丽景",
    "康居",
    "泰和",
    "东方",
    "翰林",
    "世纪",
    "文昌",
    "鸿运",
    "馨苑",
    "怡和",
    "银河",
    "凤鸣",
    "龙泉",
    "和平",
    "安顺",
    "祥瑞",
    "春晖",
]
ESTATE_TAILS = ["花园", "小区", "家园", "嘉苑", "新城", "佳园", "公寓", "名邸"]
ROADS = [
    "东风街",
    "胜利街",
    "民生街",
    "文化路",
    "健康街",
    "和平路",
    "向阳路",
    "新华路",
    "永安路",
    "青年路",
    "建设街",
    "学院街",
    "幸福路",
    "振兴街",
    "富强路",
    "兴隆街",
    "北环路",
    "南环路",
    "商场街",
    "工业街",
    "府前街",
    "迎宾路",
    "广场街",
    "农圣街",
    "弥河路",
    "白浪河路",
]
SCHOOLS = [
    "实验小学",
    "第二小学",
    "中心小学",
    "第一初中",
    "第三小学",
    "实验中学",
    "希望小学",
    "新村小学",
    "中心初中",
    "第五小学",
]
MONTHS = ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"]
HOURS = ["四", "五", "三"]


def _number(low, high, step=1):
    return lambda rng, _place: str(rng.randrange(low, high + 1, step))


def _village(rng, _place):
    return rng.choice(VILLAGE_SIDES) + rng.choice(VILLAGE_HEADS) + rng.choice(VILLAGE_TAILS)


def _of(words):
    return lambda rng, _place: rng.choice(words)


MAKERS = {
    "village": _village,
    "estate": lambda rng, _place: rng.choice(ESTATE_HEADS) + rng.choice(ESTATE_TAILS),
    "road": _of(ROADS),
    "road2": lambda rng, place: rng.choice([road for road in ROADS if road != place.filled.get("road")]),
    "school": _of(SCHOOLS),
    "site": lambda rng, place: (
        rng.choice(ESTATE_HEADS) + rng.choice(["二期工地", "厂房工地", "安置楼工地", "商场工地"])
    ),
    "town": lambda _rng, place: place.town,
    "county": lambda _rng, place: place.county,
    "month": lambda rng, place: MONTHS[(place.day.month - rng.randrange(2, 5)) % 12],
    "year": lambda rng, place: str(place.day.year - rng.randrange(3, 5)),
    "hour": _of(HOURS),
    "n": _number(2, 9),
    "n2": _number(2, 8),
    "nn": _number(12, 68),
    "nn2": _number(11, 48),
    "nnn": _number(120, 960, 10),
    "nnnn": _number(1100, 4800, 100),
    "yy": _number(15, 50, 5),
    "yuan": lambda rng, _place: rng.choice(["0.5", "0.6", "0.8", "1", "1.2"]),
    "yuan2": _number(5, 12),
    "fee": _number(300, 4800, 100),
    "fee2": _number(280, 760, 10),
    "amount": _number(4000, 86000, 500),
    "wan": _number(3, 60),
    "mu": _number(60, 680, 10),
    "mu2": _number(4, 30),
    "age": _number(42, 58),
    "age2": _number(68, 84),
    "pct": _number(92, 98),
    "cold": _number(12, 16),
    "warm": _number(19, 21),
    "warm2": _number(30, 45, 5),
    "db": _number(62, 75),
    "db2": _number(43, 49),
}


@dataclass
class Setting:
    """Where and when a matter plays, and what its slots have been filled with."""

    town: str
    county: str
    day: object
    filled: dict = field(default_factory=dict)
    turns: list = field(default_factory=list)

    def fill(self, template, rng):
        turn = count()

        def choose(found):
            options = found[1].split("|")
            return options[int(self._turn(next(turn), rng) * len(options))]

        text = _CHOICE.sub(choose, template)
        return _SLOT.sub(lambda found: self._slot(found[1], rng), text)

    def _turn(self, index, rng):
        """The n-th choice falls alike in title and content, so that both speak of the same fault."""
        while len(self.turns) <= index:
            self.turns.append(rng.random())
        return self.turns[index]

    def _slot(self, name, rng):
        value = self.filled.get(name)
        if value is None:
            value = self.filled[name] = MAKERS[name](rng, self)
        return value

    @property
    def spot(self):
        """The first local slot that was used, to stand as the place of the matter."""
        return next((value for name, value in self.filled.items() if name in LOCAL), "")


OPENINGS = {
    "studio": ["", "", "群众到工作室反映：", "接待日来访反映：", "来访人说："],
    "contact_point": ["走访时群众反映：", "联系点走访中了解到：", "入户时村民说：", ""],
    "phone": ["来电反映：", "电话里说：", ""],
    "symposium": ["座谈会上提出：", "参会群众发言：", "圆桌会上，大家说到："],
    "box": ["意见箱来信：", "箱内纸条写道：", ""],
    "wechat": ["群里留言：", "微信群有人说：", ""],
    "web": ["扫码留言：", ""],
    "letter": ["来信写道：", "来信反映："],
}
HOMES = [
    "家住{village}。",
    "家住{estate}。",
    "我是{village}的。",
    "住在{estate}{n}号楼。",
    "我在{village}住。",
]
"""For patterns that name no spot: people say where they are from."""
CLOSINGS = {
    "opinion": ["希望尽快解决。", "盼改进。", "请代表帮着反映。", "希望有人管一管。", ""],
    "suggestion": ["望采纳。", "请有关部门考虑。", "大家都很支持。", ""],
    "consultation": ["麻烦给个准信。", "请代表帮忙问一问。", "盼答复。", ""],
    "request": ["请代表帮忙协调。", "盼尽快有回音。", "实在没办法了才来反映。", "恳请解决。", ""],
    "clue": ["请核实。", "希望查一查。", "不愿留太多信息，请保密。", ""],
}


def write_matter(pattern, setting, *, kind, channel, rng):
    """(title, content) of a matter."""
    title = setting.fill(pattern.title, rng)
    content = setting.fill(pattern.content, rng)
    if not setting.spot:
        content = setting.fill(rng.choice(HOMES), rng) + content
    return title[:100], f"{rng.choice(OPENINGS[channel])}{content}{rng.choice(CLOSINGS[kind])}"


REPLIES = {
    "A": [
        "您反映的{S}问题已办结：{D}",
        "接到交办后，我单位到现场核实。{D}今后如再出现类似情况，可直接拨打值班电话。",
        "经办人已与您见面核对。{D}感谢您的监督。",
        "{D}{S}一事已办理完毕，欢迎继续提出意见。",
    ],
    "B": [
        "关于{S}，我单位已现场查看，情况属实。目前[正在办理手续|施工队已进场|材料已采购到位]，预计{n}个月内完成，完成后再告知您。",
        "{S}一事已列入本季度工作，[正与属地街镇对接|方案已报批]，力争{n}周内见到成效，进展由属地工作室转告。",
        "情况属实。因涉及[管线迁改|多户意见统一|资金拨付]，{S}分步推进，第一步已完成，余下部分正在办理。",
    ],
    "C": [
        "关于{S}，经研究，因[年度资金已安排完|需与上级规划衔接|涉及用地调整]，列入明年计划，立项后第一时间告知。",
        "您反映的{S}确有必要，已纳入储备项目，待[规划修编|资金到位|汛期过后]实施，请谅解。",
        "{S}需[多部门联合论证|听取全体住户意见]，暂不具备实施条件，已建台账，每季度复查一次。",
    ],
    "D": [
        "关于{S}，现行政策[暂无相关规定|对此有明确限制]，已向您当面解释。您的意见已汇总报上级参考。",
        "经核实，{S}反映的情况与实际有出入，已由属地干部到场说明。所提意见留作改进工作的参考。",
        "感谢您对{S}提出的想法，我单位将在制定下一步工作方案时参考。",
    ],
}
ANSWERS = [
    "您咨询的{S}，答复如下：{D}",
    "关于{S}：{D}如有不明白的，可到镇街便民服务中心窗口详询。",
    "{D}以上是{S}的有关规定，办理时请带好本人身份证。",
]


def write_reply(pattern, setting, *, kind, outcome, rng):
    """The reply of the handling unit; a consultation is answered by the deed itself, whatever its class."""
    frames = ANSWERS if kind == "consultation" and outcome in "AD" else REPLIES[outcome]
    frame = rng.choice(frames).replace("{S}", pattern.subject).replace("{D}", pattern.deed)
    return setting.fill(frame, rng)


REMARKS = {
    5: [
        "很满意，没想到这么快。",
        "问题解决了，感谢代表。",
        "本人到现场看过，满意。",
        "表示感谢，愿意继续支持工作。",
        "满意。",
    ],
    4: ["基本解决，比较满意。", "满意，希望长期坚持。", "说清楚了，可以。", "满意，就是时间长了点。"],
    3: ["表示理解，希望抓紧。", "还行，等后续进展。", "知道了，盼早日落实。"],
    2: ["不太满意，觉得答复笼统。", "希望给个具体时间。", "还要再看看效果。"],
    1: ["不满意，问题还在。", "认为没有说到点子上。"],
    None: ["已告知，本人未打分。", "已告知，表示知道了。", ""],
}
ASSIGN_NOTES = [
    "",
    "",
    "请于期限内办结并报结果。",
    "请先与反映人联系，再到现场。",
    "群众反映强烈，请抓紧办理。",
    "请会同属地镇街办理。",
]
REGISTER_NOTES = ["", "", "", "已核对姓名和电话。", "与来访人核对过内容。"]
WITHDRAW_REASONS = [
    "反映人来电说已自行解决，要求撤回。",
    "与已登记的事项重复，经本人同意撤回。",
    "反映人要求撤回，改日当面再谈。",
]
REOPEN_REASONS = [
    "反映人称复查时问题仍在，请再办。",
    "办理结果与答复不一致，退回重办。",
    "下雨后问题重现，群众要求继续处理。",
]
ARCHIVE_NOTES = ["", "", "材料齐全，归档。", "答复、反馈记录齐全。"]
