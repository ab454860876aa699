"""What stands in the duty files of the demo city beside the ledger: the yearly lists, honours of the first year of the
term, what people wrote down for their lists, and a handful of objections (R7, R73)."""

from datetime import date, timedelta

from accounts.enums import OrganizationKind
from portal.demo.ledger import BATCH, Line
from portal.demo.quotas import scaled
from representatives.enums import DutyKind, HonourLevel, ObjectionKind, ObjectionStatus
from representatives.models import DutyItem, DutyObjection, DutyRecord, DutyTick, Honour
from representatives.setup import load_duty_items

HONOURS = 320
TICKED = 420
"""So many wrote something down for the list of the report's year."""
DAYS = (
    date(2021, 12, 28),
    date(2022, 1, 25),
    date(2022, 3, 8),
    date(2022, 4, 29),
    date(2022, 7, 1),
    date(2022, 9, 28),
)
GIVEN = (
    (HonourLevel.TOWN, 34, "优秀共产党员", "{town}", ""),
    (HonourLevel.TOWN, 18, "为民服务先进个人", "{town}", ""),
    (HonourLevel.COUNTY, 24, "优秀共产党员", "{county}", "委发〔{year}〕{number}号"),
    (HonourLevel.COUNTY, 10, "乡村振兴先进个人", "{county}", ""),
    (HonourLevel.COUNTY, 6, "优秀党代表", "{county}组织部", ""),
    (HonourLevel.CITY, 5, "优秀共产党员", "中共潍坊市委员会", "潍委〔{year}〕{number}号"),
    (HonourLevel.CITY, 2, "劳动模范", "潍坊市", "潍政发〔{year}〕{number}号"),
    (HonourLevel.PROVINCIAL, 1, "担当作为好书记", "中共山东省委组织部", ""),
)
"""(level, weight, title, who gives it, number of the document)"""
EVIDENCE = {
    "联系党员群众": (
        "走访联系的五户，记下两件事",
        "和联系的党员谈近况，送去学习资料",
        "到联系户家里看了看冬季取暖",
    ),
    "调研": ("到村里看集体经济项目，听了七户的意见", "到企业问用工和用电", "到学校看接送时段的交通"),
    "年度述职": ("在支部党员大会上述职，听了评议",),
}
OBJECTIONS = (
    # (kind, text, status, answer, how many days before the story's day)
    (
        ObjectionKind.WRONG,
        "授予日期写成了发文日期，证书上早三天。",
        ObjectionStatus.ACCEPTED,
        "核对了证书，日期已按证书改过。",
        0,
    ),
    (
        ObjectionKind.MISSING,
        "那天在工作室接待了两位群众，档案里没有。",
        ObjectionStatus.ACCEPTED,
        "接待登记补上了，档案已计入。",
        0,
    ),
    (
        ObjectionKind.WRONG,
        "这项是单位的集体荣誉，不是我个人的。",
        ObjectionStatus.REFUSED,
        "查过文件，名单里有您本人，按个人荣誉记。",
        0,
    ),
    (
        ObjectionKind.MISSING,
        "镇里开的座谈会我去了，应该算一次培训。",
        ObjectionStatus.REFUSED,
        "座谈会没有列入培训计划，不计学时，可在清单「调研」里写明。",
        0,
    ),
    (ObjectionKind.MISSING, "上周联系支部的一次没有记上，是电话联系的。", ObjectionStatus.OPEN, "", 3),
    (ObjectionKind.WRONG, "授予单位应是县委组织部，不是镇里。", ObjectionStatus.OPEN, "", 1),
)


def tell_files(seats, staff, clock, now, *, scale, rng):
    """Write lists, honours and their lines, ticks and objections. Returns the events, to be written with all others."""
    for year in range(2022, now.year + 1):
        load_duty_items(year)
    known = {account["username"] for account in staff.published}
    own = [seat for seat in seats if seat.person.user and seat.person.user.username in known]
    honours = _honour(seats, own, clock, scale, rng)
    lines = [_honour_line(honour, seat, staff) for honour, seat in honours]
    lines += _tick(seats, own, staff, clock, now, scale, rng)
    return lines + _object(honours, own, staff, clock, now, rng)


def _honour(seats, own, clock, scale, rng):
    """[(Honour, seat)]; each seat once, the demo's own representatives among them."""
    drawn = rng.sample(seats, min(len(seats), scaled(HONOURS, scale)))
    weights = [row[1] for row in GIVEN]
    honours = []
    for seat in {id(seat): seat for seat in [*own, *drawn]}.values():
        days = [day for day in DAYS if seat.mandate.start_date <= day]
        if not days:
            continue
        day = rng.choice(days)
        level, _weight, title, giver, number = rng.choices(GIVEN, weights)[0]
        words = {
            "town": _committee(seat.home.organization),
            "county": _committee(seat.home.county),
            "year": day.year,
            "number": rng.randint(3, 60),
        }
        recorded = clock.days[clock.position(day) + rng.randint(2, 12)]
        honour = Honour(
            mandate=seat.mandate,
            title=title,
            granted_by=giver.format(**words),
            level=level,
            granted_date=day,
            document_number=number.format(**words),
            recorded_at=clock.moment(recorded, rng),
        )
        honours.append((honour, seat))
    Honour.objects.bulk_create([honour for honour, _seat in honours], batch_size=BATCH)
    DutyRecord.objects.bulk_create(
        (
            DutyRecord(
                mandate=honour.mandate,
                kind=DutyKind.HONOUR,
                on=honour.granted_date,
                source_type=Honour._meta.label_lower,
                source_id=honour.pk,
            )
            for honour, _seat in honours
        ),
        batch_size=BATCH,
    )
    return honours


def _committee(place):
    """中共洛城街道工作委员会, 中共寿光市委员会"""
    is_branch = place.kind == OrganizationKind.DEVELOPMENT_ZONE or place.display_name.endswith("街道")
    return f"中共{place.display_name}{'工作' if is_branch else ''}委员会"


def _honour_line(honour, seat, staff):
    place = seat.home.organization
    after = {
        "title": honour.title,
        "granted_by": honour.granted_by,
        "level": str(honour.level),
        "granted_date": honour.granted_date.isoformat(),
        "document_number": honour.document_number,
    }
    actor = staff.organizers[place.county_path]
    subject = Honour._meta.label_lower
    return Line(honour.recorded_at, "honour", subject, honour, place.pk, actor, "admin", after=after)


def _tick(seats, own, staff, clock, now, scale, rng):
    """Of the report's year by many, of this year by the demo's own."""
    items = {
        (item.year, item.text): item for item in DutyItem.objects.filter(text__in=EVIDENCE).order_by("pk")
    }
    drawn = rng.sample(seats, min(len(seats), scaled(TICKED, scale)))
    days = clock.between(date(2022, 3, 1), date(2022, 10, 27))
    ticks = []
    for seat in drawn:
        for text in rng.sample(list(EVIDENCE), rng.randint(1, 2)):
            ticks.append((_tick_of(items[2022, text], seat, rng.choice(days), clock, rng), seat))
    if now.year > 2022:
        spring = clock.between(date(now.year, 1, 4), now.date() - timedelta(days=1))
        for seat in own:
            if spring and seat.mandate.start_date <= spring[0]:
                item = items[now.year, "调研"]
                ticks.append((_tick_of(item, seat, rng.choice(spring), clock, rng), seat))
    DutyTick.objects.bulk_create([tick for tick, _seat in ticks], batch_size=BATCH)
    return [_tick_line(tick, seat, staff) for tick, seat in ticks]


def _tick_of(item, seat, day, clock, rng):
    return DutyTick(
        item=item,
        mandate=seat.mandate,
        on=max(day, seat.mandate.start_date),
        quantity=rng.randint(2, 5) if item.unit == "名" else 1,
        evidence=rng.choice(EVIDENCE[item.text]),
        recorded_at=clock.moment(day, rng),
        recorded_by=seat.person.user,
    )


def _tick_line(tick, seat, staff):
    place = seat.home.organization
    # Who has no account tells the county's organizer, who writes it down.
    actor = tick.recorded_by or staff.organizers[place.county_path]
    after = {"item": tick.item.text, "on": tick.on.isoformat(), "quantity": tick.quantity}
    door, subject = "portal" if tick.recorded_by else "admin", DutyTick._meta.label_lower
    return Line(tick.recorded_at, "tick", subject, tick, place.pk, actor, door, after=after)


def _object(honours, own, staff, clock, now, rng):
    """By people with an account, each once; to a line of her own honour, or of what is missing."""
    honoured = {seat.mandate.pk: honour for honour, seat in honours}
    free = [seat for seat in own if seat.mandate.pk in honoured]
    free += [seat for _honour, seat in honours if seat.person.user and seat not in own]
    records = dict(DutyRecord.objects.filter(kind=DutyKind.HONOUR).order_by().values_list("source_id", "pk"))
    rows = []
    # The open ones are the demo's own: they can be answered by hand.
    for (kind, text, status, answer, ago), seat in zip(reversed(OBJECTIONS), free, strict=False):
        last = clock.position(now.date() if ago else date(2022, 10, 14))
        made = clock.moment(clock.days[last - (ago or rng.randint(2, 30))], rng)
        objection = DutyObjection(
            mandate=seat.mandate, kind=kind, text=text, status=status, made_at=made, answer=answer
        )
        if kind == ObjectionKind.WRONG:
            objection.record_id = records[honoured[seat.mandate.pk].pk]
        else:
            objection.duty_kind = (
                DutyKind.BRANCH_CONTACT
                if ago
                else (DutyKind.TRAINING if status == ObjectionStatus.REFUSED else DutyKind.RECEPTION)
            )
            objection.on = max(made.date() - timedelta(days=8), seat.mandate.start_date)
        if answer:
            organizer = staff.organizers[seat.home.organization.county_path]
            objection.answered_at, objection.answered_by = clock.later(made, 2, rng), organizer
        rows.append((objection, seat))
    DutyObjection.objects.bulk_create([objection for objection, _seat in rows])
    return [line for objection, seat in rows for line in _objection_lines(objection, seat)]


def _objection_lines(objection, seat):
    place, subject = seat.home.organization, DutyObjection._meta.label_lower
    after = {"kind": str(objection.kind), "about": objection.about}
    yield Line(
        objection.made_at, "raise", subject, objection, place.pk, seat.person.user, "portal", after=after
    )
    if objection.answered_at:
        yield Line(
            objection.answered_at,
            "accept" if objection.status == ObjectionStatus.ACCEPTED else "refuse",
            subject,
            objection,
            place.pk,
            objection.answered_by,
            "admin",
            before={"status": "open"},
            after={"status": str(objection.status)},
            note=objection.answer,
        )
