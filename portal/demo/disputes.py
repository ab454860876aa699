"""The wage disputes of 老杜工作室 in 2022 (R75–R77): 158 clues, 88 of them mediated and 1.61 million yuan back by the
day of the report. The sums are shared out so that they add up to the yuan."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from petitions.enums import DisputeKind, DisputeState, PartySide
from petitions.models import (
    Dispute,
    DisputeParty,
    MediationSession,
    NumberCounter,
    Petition,
    Recovery,
)
from portal.demo.ledger import Line
from portal.demo.quotas import scaled, share

CLUES, MEDIATED, RECOVERED = 158, 88, 1_610_000
HOME = "370725003"
CATEGORY = "labour-wage-arrears"
AS_OF = date(2022, 10, 28)
LAST_SAFE = date(2022, 9, 30)
"""What came in by then can have been talked over and paid by the day of the report."""
SUBJECT = Dispute._meta.label_lower
WORKS = ("土建", "水电安装", "外墙保温", "钢结构", "绿化养护", "装修", "大棚搭建", "管道", "保洁", "装卸")
FIRMS = ("宏泰", "鑫源", "恒通", "瑞丰", "昌盛", "华诚", "金石", "东升", "百川", "众合")
FIRST_TALK = (
    "双方到场，核对考勤表和领款单，对出工天数没有异议，工价还有分歧。",
    "厂方承认欠款，称货款没有回笼；工人要求月底前付清，约定三日后再谈。",
    "包工头到场，工人代表两名到场，逐人核对工日，双方在清单上签字。",
)
SECOND_TALK = (
    "厂方拿出付款计划，先付一半，余款分两次结清，工人同意。",
    "建设方答应从应付工程款里直接付给工人，三方签字。",
    "老杜上门到厂里谈，厂长当场安排会计转第一笔。",
)
AGREEMENTS = (
    "厂方分期付清所欠工资，任一期逾期，工人可就全部余款申请仲裁。",
    "建设方从应付工程款中代付所欠工资，付清后双方再无其他争议。",
)
FAILURES = (
    "厂方两次约谈都没有到场，已告知工人向劳动仲裁委申请。",
    "双方对工价分歧太大，已协助工人准备起诉材料。",
)


@dataclass
class Quarrel:
    """One dispute before it is written."""

    plans: list
    state: str
    heads: int
    recovered: int = 0
    rows: list = field(default_factory=list)


def plan_disputes(plans, scale, rng):
    """Group the clues, and say which were mediated by the day of the report and what came back."""
    plans = sorted(plans, key=lambda plan: plan.course.received)
    target = min(scaled(MEDIATED, scale), len(plans))
    early = [plan for plan in plans if plan.course.received.date() <= LAST_SAFE]
    chosen = {id(plan) for plan in rng.sample(early, target)}
    settled = _group([plan for plan in plans if id(plan) in chosen], DisputeState.MEDIATED, rng)
    rest = _group([plan for plan in plans if id(plan) not in chosen], DisputeState.FAILED, rng)
    sums = share(round(RECOVERED * scale), [quarrel.heads * rng.uniform(0.6, 1.6) for quarrel in settled])
    for quarrel, amount in zip(settled, sums, strict=True):
        quarrel.recovered = amount
    return settled + rest


def _group(plans, state, rng):
    groups = []
    while plans:
        size = rng.choice((1, 1, 1, 2, 2, 3))
        group, plans = plans[:size], plans[size:]
        groups.append(Quarrel(group, state, heads=len(group) + rng.choice((0, 1, 3, 5, 8, 11))))
    return groups


class DisputeFiling:
    def __init__(self, staff, clock, rng):
        self.staff, self.clock, self.rng = staff, clock, rng
        self.lines, self.counters = [], Counter()
        self.parties, self.sessions, self.recoveries, self.linked = [], [], [], []

    def write(self, quarrels):
        """After the matters are written. The events are collected in `lines`."""
        quarrels.sort(key=lambda quarrel: max(plan.course.received for plan in quarrel.plans))
        disputes = [self._dispute(quarrel) for quarrel in quarrels]
        Dispute.objects.bulk_create(disputes)
        for dispute, quarrel in zip(disputes, quarrels, strict=True):
            self._follow(dispute, quarrel)
        DisputeParty.objects.bulk_create(self.parties)
        MediationSession.objects.bulk_create(self.sessions)
        Recovery.objects.bulk_create(self.recoveries)
        for recovery, line in self.linked:
            line.after["recovery"] = recovery.pk
        Petition.objects.bulk_update([plan.row for one in quarrels for plan in one.plans], ["dispute"], 500)
        NumberCounter.objects.bulk_create(NumberCounter(key=k, last=n) for k, n in self.counters.items())

    def _dispute(self, quarrel):
        rng, last = self.rng, max(quarrel.plans, key=lambda plan: plan.course.received)
        opened = self.clock.later(last.course.received, 0, rng)
        key = f"{last.home.county.code}-JF-{opened.year}"
        self.counters[key] += 1
        work = rng.choice(WORKS)
        return Dispute(
            number=f"{key}-{self.counters[key]:06d}",
            title=f"{work}队{quarrel.heads}名工人讨要工资" if quarrel.heads > 1 else f"{work}工人讨要工资",
            kind=DisputeKind.WAGES,
            organization=last.home.organization,
            studio=last.studio,
            claimed=self._claimed(quarrel),
            opened_at=opened,
            recovered=Decimal(quarrel.recovered),
            created_by=self.staff.keepers[last.studio.pk],
            state=quarrel.state,
            closed_on=self._closed(quarrel, opened),
        )

    def _claimed(self, quarrel):
        if not quarrel.recovered:
            return Decimal(quarrel.heads * self.rng.randrange(2_000, 9_000, 100))
        more = self.rng.choice((0, 0, 0, 500, 1_200, 3_000))
        return None if self.rng.random() < 0.08 else Decimal(quarrel.recovered + more)

    def _closed(self, quarrel, opened):
        day = self.clock.later(opened, self.rng.randint(3, 9), self.rng).date()
        return min(day, AS_OF) if quarrel.state == DisputeState.MEDIATED else day

    def _follow(self, dispute, quarrel):
        rng, keeper = self.rng, dispute.created_by
        self._line(dispute, dispute.opened_at, "open", {"state": "open", "kind": dispute.kind})
        for plan in quarrel.plans:
            plan.row.dispute = dispute
            self._line(
                plan.row, dispute.opened_at, "dispute_linked", {"dispute": dispute.number},
                subject_type=Petition._meta.label_lower, keeper=keeper, home=dispute.organization_id,
            )  # fmt: skip
        self._write_parties(dispute, quarrel)
        at = dispute.opened_at
        for talk in (FIRST_TALK, SECOND_TALK)[: 2 if quarrel.recovered else 1]:
            at = self.clock.later(at, 1, rng)
            self.sessions.append(
                MediationSession(
                    dispute=dispute,
                    held_at=at,
                    place="老杜工作室调解室",
                    mediator="杜长安",
                    content=rng.choice(talk),
                )
            )
            self._line(dispute, at, "add_session", {"mediator": "杜长安"})
        closing = self.clock.later(at, 0, rng)
        if quarrel.state == DisputeState.MEDIATED:
            dispute.agreement = rng.choice(AGREEMENTS)
            dispute.agreement_number = f"调{dispute.number[-11:]}"
            self._line(dispute, closing, "mediate", {"state": "mediated"}, before={"state": "open"})
            self._write_recoveries(dispute, quarrel)
        else:
            self._line(
                dispute,
                closing,
                "fail",
                {"state": "failed"},
                before={"state": "open"},
                note=rng.choice(FAILURES),
            )
        dispute.save(update_fields=["agreement", "agreement_number"])

    def _write_parties(self, dispute, quarrel):
        named = next((plan for plan in quarrel.plans if plan.name), None)
        firm = f"{self.rng.choice(FIRMS)}{self.rng.choice(('建筑劳务', '建材', '机械', '食品'))}有限公司"
        self.parties += [
            DisputeParty(
                dispute=dispute,
                side=PartySide.CLAIMANT,
                name=named.name if named else "工人代表",
                phone=named.phone if named else "",
                headcount=quarrel.heads,
            ),
            DisputeParty(dispute=dispute, side=PartySide.RESPONDENT, name=firm, is_firm=True),
        ]
        dispute.payer = firm

    def _write_recoveries(self, dispute, quarrel):
        parts = self.rng.choice((1, 1, 2, 3)) if quarrel.recovered >= 3_000 else 1
        total, day = Decimal(0), dispute.closed_on
        for amount in share(quarrel.recovered, [self.rng.uniform(0.8, 1.3) for _part in range(parts)]):
            total += amount
            at = self.clock.moment(day, self.rng)
            recovery = Recovery(
                dispute=dispute,
                paid_on=day,
                amount=Decimal(amount),
                payer=dispute.payer,
                note="银行转账，工人已确认收到",
                recorded_at=at,
                recorded_by=dispute.created_by,
            )
            self.recoveries.append(recovery)
            after = {"amount": f"{amount}.00", "paid_on": day.isoformat(), "recovered": f"{total}.00"}
            self.linked.append((recovery, self._line(dispute, at, "add_recovery", after)))
            day = min(self.clock.later(at, self.rng.randint(2, 5), self.rng).date(), AS_OF)

    def _line(
        self, subject, at, verb, after, *, before=None, note="", subject_type=SUBJECT, keeper=None, home=None
    ):
        line = Line(
            at=at,
            verb=verb,
            subject_type=subject_type,
            subject=subject,
            organization_id=home or subject.organization_id,
            actor=keeper or subject.created_by,
            door="admin",
            before=before,
            after=after,
            note=note,
        )
        self.lines.append(line)
        return line
