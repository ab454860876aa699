"""Each check finds what it is there for: one thing is bent, and only that check speaks."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from evaluations.models import Candidate, Evaluation, ReminderTalk
from petitions.models import NumberCounter, Petition, Reply
from portal.verification import verify_house
from records.models import Seal
from representatives.models import Contact, DutyObjection, DutyRecord, DutyTick, Group, Honour, Mandate
from studios.models import Duty, GroupPlacement, Helper, ReceptionDay, Studio
from tests.demo.conftest import NOW, TODAY
from training.models import Enrolment, Training

COUNTING = {"sums", "places", "seals"}
"""Count or hash everything there is, which takes most of the time."""
LOOKING = {
    "timelines", "steps", "numbers", "ledger", "receptions", "trainings", "groups", "appraisals", "disputes",
    "files", "scope",
}  # fmt: skip


def faulty(only):
    return {check.code for check in verify_house(on=TODAY, only=only) if check.faults}


def lose_a_state():
    row = Petition.objects.filter(status="handling").first()
    Petition.objects.filter(pk=row.pk).update(status="registered")


def bend_a_date():
    row = Petition.objects.filter(status="archived").first()
    Petition.objects.filter(pk=row.pk).update(registered_at=row.registered_at + timedelta(minutes=1))


def turn_dates_round():
    row = Petition.objects.filter(status="archived", reopen_count=0).first()
    Petition.objects.filter(pk=row.pk).update(archived_at=row.received_at - timedelta(days=1))


def change_an_outcome():
    row = Petition.objects.filter(status="archived", outcome="B").first()
    Petition.objects.filter(pk=row.pk).update(outcome="C")


def lose_a_reply():
    Reply.objects.filter(petition=Petition.objects.filter(status="feedback", reopen_count=0).first()).delete()


def lower_a_counter():
    NumberCounter.objects.filter(key="370783-2022").update(last=F("last") - 1)


def misnumber():
    row = Petition.objects.filter(number__startswith="370783-2022").first()
    Petition.objects.filter(pk=row.pk).update(number="370725-2022-999999")


def orphan_a_duty():
    row = DutyRecord.objects.filter(source_type="petitions.feedback").first()
    DutyRecord.objects.filter(pk=row.pk).update(source_id=10_000_000)


def move_a_matter():
    row = (
        Petition.objects.filter(organization__path__startswith="00010023").first() or Petition.objects.first()
    )
    other = Studio.objects.exclude(organization__path__startswith=row.organization.county_path).first()
    Petition.objects.filter(pk=row.pk).update(studio=other)


def mislevel_a_mandate():
    Mandate.objects.filter(pk=Mandate.objects.filter(level="town").first().pk).update(level="county")


def place_a_group_next_door():
    placement = GroupPlacement.objects.select_related("group__organization").first()
    other = Studio.objects.exclude(
        organization__path__startswith=placement.group.organization.county_path
    ).first()
    GroupPlacement.objects.filter(pk=placement.pk).update(studio=other)


def append_a_false_seal():
    last = Seal.objects.order_by("number").last()
    Seal.objects.create(
        number=last.number + 1, previous_digest="0" * 64, digest="1" * 64, count=0, sealed_at=last.sealed_at
    )


def lose_a_reception():
    DutyRecord.objects.filter(pk=DutyRecord.objects.filter(source_type="studios.duty").first().pk).delete()


def orphan_a_reception():
    row = DutyRecord.objects.filter(source_type="studios.duty").first()
    DutyRecord.objects.filter(pk=row.pk).update(source_id=10_000_000)


def credit_another():
    row = DutyRecord.objects.filter(source_type="studios.duty").first()
    DutyRecord.objects.filter(pk=row.pk).update(mandate=Mandate.objects.exclude(pk=row.mandate_id).first())


def lose_a_line_of_mentoring():
    DutyRecord.objects.filter(pk=DutyRecord.objects.filter(kind="mentoring").first().pk).delete()


def cancel_a_contact_behind_the_ledger():
    row = DutyRecord.objects.filter(kind="branch_contact").first()
    Contact.objects.filter(pk=row.source_id).update(cancelled_at=NOW)


def withdraw_an_honour_behind_the_ledger():
    row = DutyRecord.objects.filter(kind="honour").first()
    Honour.objects.filter(pk=row.source_id).update(withdrawn_at=NOW, withdraw_reason="登记错了")


def honour_her_before_she_was_elected():
    row = Honour.objects.select_related("mandate").first()
    Honour.objects.filter(pk=row.pk).update(granted_date=row.mandate.start_date - timedelta(days=1))


def answer_without_words():
    DutyObjection.objects.filter(status="refused").update(answer="")


def tick_another_year():
    row = DutyTick.objects.first()
    DutyTick.objects.filter(pk=row.pk).update(on=row.on.replace(year=row.on.year - 1))


def say_it_was_longer():
    row = DutyRecord.objects.filter(kind="training").first()
    DutyRecord.objects.filter(pk=row.pk).update(quantity=F("quantity") + 1)


def held():
    return Duty.objects.filter(status="served", day__status="held").order_by("pk").first()


def elect_too_late():
    duty = held()
    Mandate.objects.filter(pk=duty.mandate_id).update(start_date=duty.date + timedelta(days=1))


def seat_somebody_else():
    duty = held()
    Duty.objects.filter(pk=duty.pk).update(mandate=Mandate.objects.exclude(person=duty.person_id).first())


def take_a_chair_away():
    sat = Duty.objects.filter(status="served").order_by().values("day").annotate(sat=Count("pk"))
    ReceptionDay.objects.filter(pk=sat.filter(sat=2).order_by("day")[0]["day"]).update(seats=1)


def hold_a_day_without_anybody():
    Duty.objects.filter(day=held().day_id).update(status="on_leave")


def forget_why():
    ReceptionDay.objects.filter(pk=ReceptionDay.objects.filter(status="missed").first().pk).update(reason="")


def forget_the_later_day():
    row = ReceptionDay.objects.filter(status="postponed").first()
    ReceptionDay.objects.filter(pk=row.pk).update(postponed_to=None)


def help_at_two_places():
    helper = Helper.objects.filter(left_date=None).first()
    other = Studio.objects.exclude(pk=helper.studio_id).first()
    Helper.objects.create(
        person=helper.person,
        studio=other,
        kind="volunteer",
        joined_date=helper.joined_date,
        left_date=helper.joined_date + timedelta(days=5),
    )


def lead_from_outside():
    group = Group.objects.exclude(leader=None).first()
    Group.objects.filter(pk=group.pk).update(leader=Mandate.objects.exclude(group=group).first())


def sit_in_a_group_that_is_no_more():
    group = Group.objects.filter(mandates__isnull=False).first()
    Group.objects.filter(pk=group.pk).update(dissolved_date=TODAY)


def sit_in_the_next_county():
    row = Mandate.objects.filter(level="town").exclude(pk__in=Group.objects.values("leader")).first()
    far = Group.objects.exclude(organization__path__startswith=row.organization.county_path).first()
    Group.objects.filter(secretary=row).update(secretary=None)
    Mandate.objects.filter(pk=row.pk).update(group=far)


def seat_a_provincial_one():
    row = Mandate.objects.filter(level="provincial").select_related("organization").first()
    near = Group.objects.filter(organization__path__startswith=row.organization.county_path).first()
    Mandate.objects.filter(pk=row.pk).update(group=near)


def came():
    return Enrolment.objects.attended().order_by("pk").first()


def learn_more_than_was_taught():
    row = came()
    Enrolment.objects.filter(pk=row.pk).update(hours=row.training.hours + 1)


def learn_with_somebody_elses_mandate():
    row = came()
    other = Mandate.objects.filter(organization=row.organization_id).exclude(person=row.person_id).first()
    Enrolment.objects.filter(pk=row.pk).update(mandate=other)


def learn_at_two_places():
    row = came()
    other = Enrolment.objects.attended().exclude(training=row.training_id).exclude(person=row.person_id)
    other = other.filter(
        training__start_date__lte=row.training.end_date, training__end_date__gte=row.training.start_date
    )
    Enrolment.objects.filter(pk=other.first().pk).update(
        person=row.person_id, mandate=None, organization=row.organization_id
    )


def cancel_without_a_word():
    row = Training.objects.filter(status="planned").first()
    Training.objects.filter(pk=row.pk).update(status="cancelled")


def forget_the_talks():
    ReminderTalk.objects.all().delete()


def raise_a_score():
    row = Evaluation.objects.exclude(score=None).first()
    Evaluation.objects.filter(pk=row.pk).update(score=row.score + 1)


def list_somebody_as_excellent():
    listed = Candidate.objects.first()
    Evaluation.objects.filter(pk=listed.previous_id).update(decided_grade="competent")


BENT = [
    (lose_a_state, {"timelines"}),
    (bend_a_date, {"timelines"}),
    (turn_dates_round, {"timelines"}),
    (change_an_outcome, {"steps"}),
    (lose_a_reply, {"steps"}),
    (lower_a_counter, {"numbers"}),
    (misnumber, {"numbers"}),
    (orphan_a_duty, {"ledger"}),
    (move_a_matter, {"scope"}),
    (mislevel_a_mandate, {"scope"}),
    (place_a_group_next_door, {"scope"}),
    (append_a_false_seal, {"seals"}),
    (lose_a_reception, {"ledger"}),
    (orphan_a_reception, {"ledger"}),
    (credit_another, {"ledger"}),
    (lose_a_line_of_mentoring, {"ledger"}),
    (cancel_a_contact_behind_the_ledger, {"ledger"}),
    (say_it_was_longer, {"ledger"}),
    (elect_too_late, {"receptions"}),
    (seat_somebody_else, {"ledger", "receptions"}),
    (take_a_chair_away, {"receptions"}),
    (hold_a_day_without_anybody, {"ledger", "receptions"}),
    (forget_why, {"receptions"}),
    (forget_the_later_day, {"receptions"}),
    (help_at_two_places, {"receptions"}),
    (learn_more_than_was_taught, {"ledger", "trainings"}),
    (learn_with_somebody_elses_mandate, {"ledger", "trainings"}),
    (learn_at_two_places, {"ledger", "trainings"}),
    (cancel_without_a_word, {"trainings"}),
    (lead_from_outside, {"groups"}),
    (sit_in_a_group_that_is_no_more, {"groups"}),
    (sit_in_the_next_county, {"groups"}),
    (seat_a_provincial_one, {"groups", "sums"}),
    (withdraw_an_honour_behind_the_ledger, {"ledger"}),
    (honour_her_before_she_was_elected, {"files", "ledger"}),
    (answer_without_words, {"files"}),
    (tick_another_year, {"files"}),
    (forget_the_talks, {"appraisals"}),
    (raise_a_score, {"appraisals"}),
    (list_somebody_as_excellent, {"appraisals"}),
]


@pytest.mark.parametrize(("bend", "codes"), BENT, ids=lambda value: getattr(value, "__name__", ""))
def test_one_bent_thing_is_found(scratch, bend, codes):
    bend()
    assert faulty(LOOKING | codes) == codes


def test_no_other_bent_thing_disturbs_what_counts_everything(scratch):
    """All of them at once: if one alone would be reported there, so would it be here."""
    for bend, codes in BENT:
        if not codes & COUNTING:
            bend()
    assert faulty(COUNTING) == set()


def test_the_command_ends_with_a_fault_and_a_sentence(scratch):
    lower_a_counter()
    told = io.StringIO()
    with pytest.raises(CommandError, match="核对不通过"):
        call_command("verify", stdout=told)
    assert "再发会重号" in told.getvalue()


def test_the_command_speaks_json(demo_city):
    told = io.StringIO()
    call_command("verify", "--json", stdout=told)
    answer = json.loads(told.getvalue())
    assert answer["ok"] is True
    assert {check["code"] for check in answer["checks"]} == LOOKING | COUNTING
