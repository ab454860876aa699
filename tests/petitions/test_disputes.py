"""A wage dispute (R75–R77): twelve workers, three clues, one dispute, and money that comes back in parts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Organization
from petitions.actions.disputes import open_dispute, perform_dispute
from petitions.models import Dispute, DisputeParty, Recovery
from petitions.moves.disputes import DEEDS
from records.attachments import attach_file
from records.metrics import compute, get_metric, records_of
from records.models import Event
from tests.factories import MONDAY, acting, make_petition

pytestmark = pytest.mark.django_db


def start(city, **fields):
    data = {
        "studio": city.studio,
        "title": "安装队12名工人讨要尾款",
        "kind": "wages",
        "claimed": "84600.00",
        "claimant": "赵大勇",
        "claimant_phone": "13900001122",
        "headcount": 12,
        "respondent": "寿光市某安装队",
        "respondent_is_firm": True,
    } | fields
    return open_dispute(by=acting(city.keeper), at=MONDAY, **data)


def do(verb, dispute, city, *, by=None, at=MONDAY, **data):
    return perform_dispute(verb, dispute, by=acting(by or city.keeper), at=at, data=data)


def pay(dispute, city, amount, *, on=MONDAY, **more):
    return do("add_recovery", dispute, city, paid_on=on.date(), amount=amount, payer="安装队", **more)


def figure(code, city, as_of=None):
    found = compute(get_metric(code), city.county, date(2026, 1, 1), as_of or MONDAY.date())
    return found.value


def test_a_wage_dispute(city):
    clues = [
        make_petition(city, kind="clue", title=f"安装队欠工钱{n}", content=f"干了三个月，欠着尾款没给{n}。")
        for n in range(3)
    ]
    dispute = start(city, petition=clues[0])
    for clue in clues[1:]:
        do("link", dispute, city, petition=clue.number)
    assert list(dispute.petitions.order_by("pk")) == clues
    for day in (0, 1):
        do(
            "add_session",
            dispute,
            city,
            at=MONDAY + timedelta(days=day),
            held_at=MONDAY + timedelta(days=day),
            mediator="杜长安",
            content="双方到场，核对考勤表。",
        )
    dispute = do(
        "mediate",
        dispute,
        city,
        closed_on=MONDAY.date(),
        agreement="分三次付清。",
        agreement_number="调2026-7",
    )
    assert dispute.state == "mediated"
    for amount in ("30000", "30000.50", "24599.5"):
        dispute = pay(dispute, city, amount)
    assert dispute.recovered == Decimal("84600.00") == dispute.claimed
    with pytest.raises(InvalidInput) as fault:
        pay(dispute, city, "1200")
    assert list(fault.value.errors) == ["excess_reason"]
    dispute = pay(dispute, city, "1200", excess_reason="含逾期利息")
    assert dispute.recovered == Decimal("85800.00")
    interest = Recovery.objects.get(amount=1200)
    dispute = do("cancel_recovery", dispute, city, recovery=interest.pk, reason="利息未到账，记错了")
    assert (dispute.recovered, dispute.excess_reason) == (Decimal("84600.00"), "")
    assert Recovery.objects.count() == 4
    assert figure("clues", city) == figure("clues_mediated", city) == 3
    assert figure("disputes", city) == figure("disputes_mediated", city) == 1
    assert figure("money_claimed", city) == figure("money_recovered", city) == Decimal("84600.00")
    behind = records_of(get_metric("money_recovered"), city.county, date(2026, 1, 1), MONDAY.date())
    assert sum(row.amount for row in behind) == Decimal("84600.00")
    verbs = Event.objects.about(dispute).order_by("at", "pk").values_list("verb", flat=True)
    assert list(verbs).count("add_recovery") == 4


def test_what_came_back_later_does_not_change_an_earlier_day(city):
    dispute = start(city)
    later = MONDAY + timedelta(days=3)
    do("add_recovery", dispute, city, at=later, paid_on=later.date(), amount="500.05", payer="安装队")
    assert figure("money_recovered", city) == Decimal("0.00")
    assert figure("money_recovered", city, later.date()) == Decimal("500.05")


def test_a_cancelled_recovery_stood_until_it_was_cancelled(city):
    dispute = start(city)
    pay(dispute, city, "800")
    row = Recovery.objects.get()
    do("cancel_recovery", dispute, city, at=MONDAY + timedelta(days=2), recovery=row.pk, reason="重复记了")
    assert figure("money_recovered", city) == Decimal("800.00")
    assert figure("money_recovered", city, date(2026, 11, 18)) == Decimal("0.00")
    with pytest.raises(InvalidInput):
        do("cancel_recovery", dispute, city, recovery=row.pk, reason="再冲一次")


def test_sums_are_exact_and_never_floats(city):
    dispute = start(city, claimed=None)
    with pytest.raises(InvalidInput):
        pay(dispute, city, 0.1)
    for _time in range(10):
        dispute = pay(dispute, city, "0.10")
    assert dispute.recovered == Decimal("1.00")


@pytest.mark.parametrize("amount", ["0", "-5", "1.005", "一千", "", "1e5", "NaN", "999999999999999"])
def test_odd_amounts_are_refused_with_a_sentence(city, amount):
    dispute = start(city)
    with pytest.raises(InvalidInput) as fault:
        pay(dispute, city, amount)
    assert list(fault.value.errors) == ["amount"]
    assert Recovery.objects.count() == 0


def test_the_claim_may_be_amended_but_not_below_what_came_back(city):
    dispute = pay(start(city), city, "50000")
    with pytest.raises(InvalidInput, match="多于更正后的涉及金额") as fault:
        do("amend_claim", dispute, city, claimed="40000", reason="算错了")
    assert list(fault.value.errors) == ["excess_reason"]
    dispute = do("amend_claim", dispute, city, claimed="60000", reason="核对了考勤")
    assert dispute.claimed == Decimal("60000.00")


def refused_for_its_excess(what):
    with pytest.raises(InvalidInput) as fault:
        what()
    assert list(fault.value.errors) == ["excess_reason"]


def test_each_growth_of_the_excess_is_explained_anew(city):
    """One yuan of interest explains one yuan, and not the half million that follows."""
    dispute = pay(start(city, claimed="1000"), city, "1001", excess_reason="多1元利息")
    refused_for_its_excess(lambda: pay(dispute, city, "500000"))
    refused_for_its_excess(lambda: pay(dispute, city, "0.01"))
    dispute.refresh_from_db()
    assert (dispute.recovered, Recovery.objects.count()) == (Decimal("1001.00"), 1)
    dispute = pay(dispute, city, "200", excess_reason="再加逾期赔偿金")
    assert (dispute.recovered, dispute.excess_reason) == (Decimal("1201.00"), "再加逾期赔偿金")
    # What makes it smaller needs no word; nor does the way back to nothing leave one standing.
    late = Recovery.objects.get(amount=200)
    dispute = do("cancel_recovery", dispute, city, recovery=late.pk, reason="没有到账")
    assert dispute.excess_reason
    refused_for_its_excess(lambda: pay(dispute, city, "200"))
    dispute = do("amend_claim", dispute, city, claimed="1001", reason="原来漏算1元")
    assert dispute.excess_reason == ""
    refused_for_its_excess(lambda: pay(dispute, city, "1"))
    notes = (
        Event.objects.about(dispute).filter(verb="add_recovery").order_by("pk").values_list("note", flat=True)
    )
    assert list(notes) == ["多1元利息", "再加逾期赔偿金"]


def test_a_smaller_claim_makes_an_excess_that_is_explained(city):
    dispute = pay(start(city, claimed="18400.50"), city, "18500.50", excess_reason="利息")
    refused_for_its_excess(lambda: do("amend_claim", dispute, city, claimed="100", reason="算错了"))
    dispute.refresh_from_db()
    assert dispute.claimed == Decimal("18400.50")
    why = {"reason": "算错了", "excess_reason": "其余是医药费"}
    dispute = do("amend_claim", dispute, city, claimed="100", **why)
    assert (dispute.claimed, dispute.excess_reason) == (Decimal("100.00"), "其余是医药费")
    note = Event.objects.about(dispute).get(verb="amend_claim").note
    assert note == "算错了　多出的是：其余是医药费"
    # Less excess than before: the word given stands.
    dispute = do("amend_claim", dispute, city, claimed="200", reason="再核对")
    assert dispute.excess_reason == "其余是医药费"
    dispute = do("amend_claim", dispute, city, claimed=None, reason="说不清了")
    assert (dispute.claimed, dispute.excess_reason) == (None, "")
    refused_for_its_excess(lambda: do("amend_claim", dispute, city, claimed="18500", reason="又说清了"))


def test_a_word_without_an_excess_explains_no_later_one(city):
    dispute = pay(start(city, claimed="1000"), city, "900", excess_reason="怕多了先写上")
    assert dispute.excess_reason == ""
    refused_for_its_excess(lambda: pay(dispute, city, "101"))


def test_days_that_have_not_come_are_refused(city):
    dispute = start(city)
    tomorrow = MONDAY + timedelta(days=1)
    for verb, data in (
        ("add_recovery", {"paid_on": tomorrow.date(), "amount": "1", "payer": "厂方"}),
        ("mediate", {"closed_on": tomorrow.date(), "agreement": "付清"}),
        ("add_session", {"held_at": tomorrow, "mediator": "杜", "content": "谈"}),
    ):
        with pytest.raises(InvalidInput, match="不能晚于"):
            do(verb, dispute, city, **data)


@pytest.mark.parametrize("verb", DEEDS)
def test_only_the_venue_and_its_organizers_mediate(city, verb):
    dispute = start(city)
    for user in (city.handler, city.leader, city.representative, city.stranger, city.auditor, city.client):
        with pytest.raises(NotAllowed):
            do(verb, dispute, city, by=user)


@pytest.mark.parametrize("state", ["mediated", "failed"])
def test_a_closed_dispute_takes_no_sessions_until_it_is_taken_up_again(city, state):
    dispute = start(city)
    if state == "mediated":
        do("mediate", dispute, city, closed_on=MONDAY.date(), agreement="付清")
    else:
        do("fail", dispute, city, closed_on=MONDAY.date(), reason="厂方不到场")
    session = {"held_at": MONDAY, "mediator": "杜长安", "content": "再谈"}
    with pytest.raises(Conflict):
        do("add_session", dispute, city, **session)
    dispute = do("resume", dispute, city, reason="厂方愿意再谈")
    assert (dispute.state, dispute.closed_on) == ("open", None)
    do("add_session", dispute, city, **session)


def test_a_clue_belongs_to_one_dispute(city):
    clue = make_petition(city, kind="clue")
    first, second = start(city, petition=clue), start(city, title="另一起")
    with pytest.raises(InvalidInput):
        do("link", second, city, petition=clue.pk)
    do("unlink", first, city, petition=clue.pk, reason="归错了")
    do("link", second, city, petition=clue.pk)
    clue.refresh_from_db()
    assert clue.dispute == second


def test_an_opinion_and_a_neighbours_clue_are_not_for_linking(city):
    dispute = start(city)
    opinion = make_petition(city, kind="opinion")
    abroad = make_petition(
        city, by=city.stranger, studio=city.neighbour_studio, kind="clue", mandate=None, status="received"
    )
    for petition in (opinion, abroad):
        with pytest.raises(InvalidInput):
            do("link", dispute, city, petition=petition.pk)


def test_who_sees_a_dispute(city):
    clue = make_petition(city, kind="clue")
    dispute = start(city, petition=clue)
    seeing = (city.organizer, city.keeper, city.leader, city.representative, city.client)
    assert all(Dispute.objects.visible_to(user).filter(pk=dispute.pk).exists() for user in seeing)
    for user in (city.stranger, city.handler, city.stranger_representative, city.auditor):
        assert not Dispute.objects.visible_to(user).exists()


def test_the_office_complained_about_does_not_see_the_dispute(city):
    clue = make_petition(city, kind="clue", accused=[city.unit])
    dispute = start(city, petition=clue)
    assert not Dispute.objects.visible_to(city.handler).exists()
    assert Dispute.objects.visible_to(city.organizer).get() == dispute


def test_people_are_masked_and_firms_are_not(city):
    start(city)
    claimant, respondent = DisputeParty.objects.order_by("pk")
    assert (claimant.masked_name, claimant.masked_phone) == ("赵*", "139****1122")
    assert respondent.masked_name == "寿光市某安装队"


def test_the_proof_hangs_on_the_recovery(city):
    dispute = pay(start(city), city, "10")
    recovery = Recovery.objects.get()
    proof = SimpleUploadedFile("转账.txt", "已转 10 元".encode())
    attachment = attach_file(recovery, proof, by=acting(city.keeper), at=MONDAY)
    assert attachment.owner_id == recovery.pk
    assert Recovery.objects.visible_to(city.keeper).get().dispute == dispute
    assert not Recovery.objects.visible_to(city.stranger).exists()


def test_numbers_count_on_by_county(city):
    assert [start(city).number, start(city, title="第二起").number] == [
        "370783-JF-2026-000001",
        "370783-JF-2026-000002",
    ]


def test_a_foreign_venue_is_no_choice(city):
    with pytest.raises(InvalidInput) as fault:
        start(city, studio=city.neighbour_studio)
    assert list(fault.value.errors) == ["studio"]
    assert Organization.objects.count() and not Dispute.objects.exists()
