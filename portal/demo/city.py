"""The demo city from nothing to the last sealed event, in one transaction: it is there entirely or not at all."""

import json
import os
import random
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from petitions.enums import Status
from petitions.models import Petition
from portal.demo.appraisal_today import open_todays_appraisal
from portal.demo.appraisals import tell_appraisals
from portal.demo.crowds import plan_crowds
from portal.demo.disputes import DisputeFiling, plan_disputes
from portal.demo.duty_files import tell_files
from portal.demo.filing import Filing
from portal.demo.follow_ups import tell_follow_ups
from portal.demo.grouping import build_groups, choose_officers, group_lines
from portal.demo.ledger import Line, bulk_writing, write_events
from portal.demo.linking import tell_links
from portal.demo.live import live_today
from portal.demo.matters import FIRST_DAY, Planner, office_now
from portal.demo.mentoring import tell_pairs
from portal.demo.receptions.story import tell_receptions
from portal.demo.receptions.today import Desk
from portal.demo.rolls import build_rolls, write_mandates
from portal.demo.schedule import OfficeClock
from portal.demo.sites import survey_sites
from portal.demo.staff import appoint_staff
from portal.demo.stories import plan_stories
from portal.demo.survey_today import survey_today
from portal.demo.trainings.today import TrainingDesk
from portal.demo.trainings.writing import tell_trainings
from portal.demo.venue_appraisals import tell_venue_appraisals
from portal.demo.venues import build_venues, place_groups
from records.bulk import refresh_statistics
from records.models import Event
from records.seals import seal_events
from representatives.enums import Level
from representatives.models import Mandate, Person
from studios.models import Studio
from workdays.queries import load_calendar

STEPS = (
    ("rolls", "人员、代表资格与小组", 3),
    ("venues", "工作室（站）与账号", 3),
    ("plan", "编排群众事项", 5),
    ("matters", "写入群众事项", 6),
    ("receptions", "编排接待日", 5),
    ("trainings", "编排培训", 4),
    ("links", "编排结对", 4),
    ("appraisals", "编排年度考评", 5),
    ("events", "写入时间线", 9),
    ("today", "排下月的班", 3),
    ("seal", "封存时间线", 8),
)
"""(key, what is told meanwhile, share of the time it takes)"""
ACCOUNTS_FILE = "demo-accounts.json"
CODES_FILE = "demo-codes.json"
"""The tracking codes of two matters sent from a phone, to try /track/ with."""


class HouseNotEmptyError(Exception):
    """There is something in the database already; the demo never mixes with it."""

    code = "house-not-empty"

    def __init__(self):
        super().__init__(
            "数据库里已有人员、工作室（站）或群众事项，演示数据只能装进空库。请换一个 DATA_DIR 或数据库后再试。"
        )


@dataclass
class Report:
    mandates: int
    people: int
    studios: int
    groups: int
    petitions: int
    events: int
    accounts: list
    codes: list


def check_house_is_empty():
    if (
        Person.objects.exists()
        or Studio.objects.exists()
        or Petition.objects.exists()
        or Mandate.objects.exists()
    ):
        raise HouseNotEmptyError
    if User.objects.filter(username__in=["guanliyuan", "zuzhi-weifang"]).exists():
        raise HouseNotEmptyError


def build_city(*, at, today=None, scale=1.0, seed=20221028, progress=lambda key, done: None):
    """Build everything and write the list of accounts. `progress(key, done)`: how much of a step is done, 0 to 1.

    `today` is the day on which the story stands, by default that of the moment `at`.

    Raises HouseNotEmptyError. The same seed and day give the same city, but for passwords and public codes.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    now = office_now(today or timezone.localdate(at), zone)
    with bulk_writing(), transaction.atomic():
        check_house_is_empty()
        report = _build(scale, now, seed, progress)
        refresh_statistics()
        seal_events(at=at, progress=lambda sealed: progress("seal", sealed / report.events))
        drafts = {name: _write_private(name, rows) for name, rows in _kept(report).items()}
    for name, draft in drafts.items():
        os.replace(draft, settings.DATA_DIR / name)
    return report


def _build(scale, now, seed, progress):
    def rng(name):
        return random.Random(f"{seed}:{name}")

    sites = survey_sites(rng("sites"))
    seats = build_rolls(sites, scale=scale, rng=rng("rolls"))
    groups = build_groups(seats, scale=scale)
    write_mandates(seats)
    choose_officers(groups)
    progress("rolls", 1)
    studios = build_venues(sites, seats, rng=rng("venues"))
    members_of = place_groups(sites, groups)
    staff = appoint_staff(sites, studios, members_of, rng=rng("staff"))
    progress("venues", 1)
    calendar = load_calendar()
    clock = OfficeClock(
        calendar.is_workday, FIRST_DAY - timedelta(days=60), now.date() + timedelta(days=150), now.tzinfo
    )
    planner = Planner(sites, staff, clock, rng("matters"))
    plans = planner.plan_year(scale) + planner.plan_tail(scale, now) + plan_stories(planner, sites, now)
    plans += plan_crowds(planner, sites, now)
    for plan in plans:
        planner.tell(plan)
    progress("plan", 1)
    filing = Filing(staff, calendar)
    filing.write(plans)
    disputes = DisputeFiling(staff, clock, rng("disputes"))
    disputes.write(plan_disputes([plan for plan in plans if plan.is_clue], scale, rng("quarrels")))
    progress("matters", 1)
    lines = filing.lines + disputes.lines + _roll_lines(seats, staff, clock, rng("lines"))
    lines += group_lines(groups, staff, clock, rng("groups"))
    lines += tell_receptions(
        sites, studios, seats, members_of, staff, clock, calendar, now, scale=scale, rng=rng
    )
    progress("receptions", 1)
    lines += tell_trainings(sites, seats, groups, staff, clock, now, scale=scale, rng=rng)
    progress("trainings", 1)
    lines += tell_links(sites, seats, staff, clock, now, rng=rng("links"))
    lines += tell_pairs(seats, staff, clock, now, scale=scale, rng=rng("pairs"))
    lines += tell_files(seats, staff, clock, now, scale=scale, rng=rng("files"))
    progress("links", 1)
    # Scores are added up from what has just been written.
    refresh_statistics()
    lines += tell_appraisals(sites, staff, clock, now, rng=rng("appraisals"))
    lines += tell_venue_appraisals(sites, staff, clock, now, scale=scale, rng=rng("venue-appraisals"))
    tell_follow_ups(staff, now, rng=rng("follow-ups"))
    progress("appraisals", 1)
    _write_all_events(lines, progress)
    _leave_notices(plans, staff)
    # What follows goes the way of the house: it asks what has just been written.
    refresh_statistics()
    afternoon = _last_afternoon(clock, now)
    codes = live_today(sites, staff, afternoon)
    Desk(staff, clock, calendar, now.date(), afternoon).run(rng("desk"))
    TrainingDesk(staff, now.date(), afternoon, rng("learning")).run()
    open_todays_appraisal(staff, afternoon, rng("reports"))
    survey_today(sites, staff, afternoon, rng("surveys"))
    progress("today", 1)
    return Report(
        mandates=len(seats),
        people=len({seat.person.pk for seat in seats}),
        studios=len(studios),
        groups=len(groups),
        petitions=Petition.objects.count(),
        events=Event.objects.count(),
        accounts=staff.published,
        codes=codes,
    )


def _last_afternoon(clock, now):
    """A quarter past five on the last working day: after what was drawn, and still in office hours."""
    day = clock.days[clock.position(now.date()) - 1]
    return now.replace(year=day.year, month=day.month, day=day.day, hour=17, minute=15)


def _write_all_events(lines, progress):
    written = 0

    def count(number):
        nonlocal written
        written += number
        progress("events", written / len(lines))

    write_events(lines, count)


def _roll_lines(seats, staff, clock, rng):
    """Each person and each mandate was entered from a roster some days after its congress."""
    lines, seen = [], set()
    organizers = staff.organizers
    for seat in seats:
        congress = seat.mandate.congress
        path = (
            congress.organization.path
            if seat.level in (Level.NATIONAL, Level.PROVINCIAL, Level.CITY)
            else seat.home.county.path
        )
        at = clock.moment(clock.days[clock.position(congress.start_date) + 6], rng)
        common = {
            "at": at,
            "verb": "imported",
            "organization_id": seat.home.organization.pk,
            "actor": organizers[path],
            "door": "admin",
        }
        after = {"certificate_number": seat.mandate.certificate_number, "congress": congress.name}
        lines.append(
            Line(subject_type=Mandate._meta.label_lower, subject=seat.mandate, after=after, **common)
        )
        if id(seat.person) not in seen:
            seen.add(id(seat.person))
            lines.append(
                Line(
                    subject_type=Person._meta.label_lower,
                    subject=seat.person,
                    after={"name": f"{seat.person.name[0]}*"},
                    **common,
                )
            )
    return lines


def _leave_notices(plans, staff):
    """What waits for those who can sign in stands at their bell, as the verbs would have put it there."""
    published = {account["username"] for account in staff.published}
    for plan in plans:
        row = plan.row
        if row.status == Status.FEEDBACK and row.fed_back_at is None and plan.seat:
            user, title, link = (
                plan.seat.person.user,
                f"已答复，等您告知群众：{row.title}",
                f"/matters/{row.pk}/",
            )
            at = row.replied_at
        elif row.status == Status.HANDLING:
            user, title = staff.handlers[plan.unit.pk], f"新交办事项：{row.title}"
            link, at = f"/admin/petitions/petition/{row.pk}/change/", row.assigned_at
        elif row.status == Status.RECEIVED:
            user, title = staff.keepers[row.studio_id], f"新事项待登记：{row.title}"
            link, at = f"/admin/petitions/petition/{row.pk}/change/", row.received_at
        else:
            continue
        if user and user.username in published:
            notify([user], title=title, body=row.number, link=link, at=at)


def _kept(report):
    return {ACCOUNTS_FILE: report.accounts, CODES_FILE: report.codes}


def _write_private(name, rows):
    """A list beside its final name, readable by the owner alone; renamed once the city is committed."""
    draft = settings.DATA_DIR / f"{name}.new"
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(rows, out, ensure_ascii=False, indent=2)
    return draft
