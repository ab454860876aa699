"""What waits on the desks today beside the drawn matters: done by the office's own verbs, at the pilot workroom and at
老杜工作室, so that each new thing of the work can be seen once."""

from datetime import timedelta

from django.utils import timezone

from accounts.actor import Actor
from petitions.actions import perform, receive_petition
from petitions.actions.disputes import open_dispute, perform_dispute
from petitions.actions.public import add_from_public, receive_from_public
from petitions.actions.slips import enter_from_chat, enter_slips, open_box, paste_chat
from petitions.call_backs import draw_call_backs
from petitions.models import Category, Channel, Petition, ReplyTemplate
from petitions.tracking import in_groups
from workdays.queries import load_calendar

PILOT, MEDIATING = "370783005", "370725003"
SLIPS = (
    ("老年活动室晚上七点就锁门，能不能延到九点，让大家打打牌、拉拉呱。", "suggestion"),
    ("村西头健身器材的螺丝松了，孩子爱在上面荡，怕出事。", "opinion"),
)
CHAT = (
    "李大姐 2026/11/20 19:02\n咱楼后头那个污水井又往外冒了，味儿大得开不开窗\n"
    "小周 2026/11/20 19:05\n是啊，上个月刚通过一回\n"
    "老韩 2026/11/20 19:11\n请问明年的医保什么时候开始交，到哪里办\n"
    "李大姐 2026/11/20 19:12\n[图片]\n小周 2026/11/20 19:20\n收到，谢谢\n"
)
SENT = (
    ("公交站牌的时刻表还是去年的，按那个等车等不到，希望换新的。", "opinion"),
    ("想问一下村里的老人办高龄津贴要带哪些证件，去哪里办。", "consultation"),
)
TEMPLATES = (
    ("已解决", "A", "您反映的「{标题}」已经办好，请您看看。还有问题请再联系我们。{单位} {日期}"),
    ("列入计划", "C", "您反映的「{标题}」一时办不成，已列入下一步计划，有进展再告诉您。{单位} {日期}"),
    ("政策解释", "D", "您问的「{标题}」，按现行政策是这样规定的：……。不清楚的请再问我们。{单位} {日期}"),
)
TOKENS = ("demo-tracking-code-one", "demo-tracking-code-two")


def live_today(sites, staff, now):
    """Returns the codes by which the public's two matters are followed, for the list of accounts."""
    homes = {home.organization.code: home for home in sites.homes}
    office = _Office(homes[PILOT], staff, now)
    office.open_a_box()
    office.paste_a_group()
    office.put_aside()
    office.complain(sites)
    codes = office.send_from_a_phone()
    _mediate_today(_Office(homes[MEDIATING], staff, now))
    _keep_templates()
    draw_call_backs(at=now)
    return codes


class _Office:
    """The people of one workroom, and the moment at which they do these things."""

    def __init__(self, home, staff, now):
        self.home, self.staff, self.now = home, staff, now
        self.studio = home.studios[0]
        self.keeper = Actor(user=staff.keepers[self.studio.pk], door="admin")
        self.organizer = Actor(user=staff.organizers[home.county.path], door="admin")
        self.category = Category.objects.filter(children=None).first()

    def handler(self, petition):
        return Actor(user=self.staff.handlers[petition.lead_unit_id], door="admin")

    def open_a_box(self):
        opening = open_box(
            by=self.keeper,
            at=self.now,
            studio=self.studio,
            place="便民服务大厅门口",
            opened_at=self.now - timedelta(minutes=20),
            opener_one=self.keeper.user.display_name,
            opener_two="村务监督委员会老孙",
            slip_count=3,
        )
        slips = [{"key": f"demo-{n}", "content": text, "kind": kind} for n, (text, kind) in enumerate(SLIPS)]
        enter_slips(opening, slips, by=self.keeper, at=self.now)

    def paste_a_group(self):
        chat = paste_chat(by=self.keeper, at=self.now, studio=self.studio, group_name="邻里一家亲", text=CHAT)
        item = {"key": "demo-0", "content": "楼后污水井又往外冒，味儿大得开不开窗。", "kind": "opinion"}
        enter_from_chat(chat, [item], by=self.keeper, at=self.now)

    def take_down(self, content, *, kind="opinion", **more):
        return receive_petition(
            by=self.keeper,
            at=self.now,
            studio=self.studio,
            channel=Channel.objects.get(code="studio"),
            kind=kind,
            content=content,
            **more,
        )

    def put_aside(self):
        """Of what the units have in hand: one asks for time, one waits for the person, one is supervised."""
        in_hand = Petition.objects.filter(studio=self.studio, status="handling", problem=None).order_by(
            "-due_date", "pk"
        )
        steps = (
            (
                "extend",
                {
                    "work_days": 8,
                    "reason": "更换的配件要从外地调运，厂家答应下周到货。",
                    "told_on": self.now.date(),
                    "told_method": "phone",
                },
            ),
            ("pause", {"reason": "waiting_person", "note": "等反映人补交房屋买卖合同，昨天已打电话催过。"}),
            (
                "supervise",
                {"demand": "入冬前必须见到结果，请把进度报上来。", "reply_due": self._in_two_weeks()},
            ),
        )
        for petition, (verb, data) in zip(in_hand, steps, strict=False):
            by = self.handler(petition) if verb == "extend" else self.organizer
            perform(verb, petition, by=by, at=self.now, data=data)

    def _in_two_weeks(self):
        return load_calendar().add_workdays(timezone.localdate(self.now), 10).date

    def complain(self, sites):
        """Against an office whose handler has an account here: she will not find it."""
        unit = sites.unit(self.home.county, "01")
        self.take_down(
            "窗口的人说材料不齐，来回让我跑了四趟，最后也没说清缺什么。", anonymous=True, accused=[unit]
        )
        routed = self.take_down("对法院去年的判决不服，想问怎么申诉。", kind="consultation", anonymous=True)
        perform("register", routed, by=self.keeper, at=self.now, data={"category": self.category})
        perform(
            "route_out",
            routed,
            by=self.organizer,
            at=self.now,
            data={
                "receiver": "court",
                "receiver_name": f"{self.home.county.name}人民法院",
                "reason": "属于诉讼事项，依法由法院受理。",
                "told_on": self.now.date(),
                "told_method": "in_person",
            },
        )

    def send_from_a_phone(self):
        codes = []
        visitor = Actor.public()
        for token, (content, kind) in zip(TOKENS, SENT, strict=True):
            petition, code, _is_new = receive_from_public(
                self.studio, token=token, by=visitor, at=self.now, content=content, kind=kind, place="镇上"
            )
            add_from_public(petition, by=visitor, at=self.now, content="补充：下午四点以后我都在家。")
            codes.append({"number": petition.number, "code": in_groups(code)})
        return codes


def _keep_templates():
    """So that an answer, or many at once, can be begun from one."""
    ReplyTemplate.objects.bulk_create(
        ReplyTemplate(name=name, outcome=outcome, content=content) for name, outcome, content in TEMPLATES
    )


def _mediate_today(office):
    clue = office.take_down(
        "大棚搭建队八个人干了两个月，工钱一分没给，老板电话不接。", kind="clue", anonymous=True
    )
    dispute = open_dispute(
        by=office.keeper,
        at=office.now,
        studio=office.studio,
        title="大棚搭建队8名工人讨要工资",
        kind="wages",
        claimed="46800.00",
        claimant="韩树青",
        headcount=8,
        respondent="青禾温室工程有限公司",
        respondent_is_firm=True,
        petition=clue,
    )
    session = {
        "held_at": office.now,
        "mediator": "杜长安",
        "place": "老杜工作室调解室",
        "content": "厂方到场，承认工天，说周五前先付一半。",
    }
    perform_dispute("add_session", dispute, by=office.keeper, at=office.now, data=session)
    payment = {
        "paid_on": office.now.date(),
        "amount": "23400",
        "payer": "青禾温室工程有限公司",
        "note": "第一笔",
    }
    perform_dispute("add_recovery", dispute, by=office.keeper, at=office.now, data=payment)
