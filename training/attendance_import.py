"""Importing who came to a session from the sheet that was passed round the class room (R28, R33).

A row is one person at one session. She is known by the number of her certificate, by name and telephone, or by her name
alone where only one of that name is on the roster.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from records.bulk import EventRow, record_events
from records.importers import Change, Importer, PlannedRow, may_write
from records.workbooks import CellFault, Column, Fault, cells
from representatives.actions import reverse_duty_records
from representatives.models import Mandate
from training.actions.sessions import settle
from training.audiences import one_seat_each
from training.enums import AttendanceMeans, EnrolmentSource, EnrolmentStatus, TrainingStatus
from training.models import Enrolment, Training

CHUNK = 5000
BATCH = 500
CODE, NAME, CAME, HOURS = "培训班编号", "姓名", "是否参训", "学时"


def hours_cell(value):
    """Hours with one place after the point; None for an empty cell."""
    text = cells.compact(value)
    if not text:
        return None
    try:
        hours = Decimal(text)
    except InvalidOperation:
        raise CellFault(f"「{text[:10]}」不是学时，请写成 8 或 7.5 这样的数。") from None
    if not hours.is_finite() or not 0 < hours <= 400 or hours != round(hours, 1):
        raise CellFault("学时须在 0.5 到 400 之间，最多一位小数，请核对。")
    return round(hours, 1)


@dataclass
class AttendanceRow:
    number: int
    values: dict
    training: Training | None = None
    seat: Mandate | None = None
    enrolment: Enrolment | None = None

    @property
    def came(self):
        """A row without a word about it stands on a sheet of those who came."""
        return self.values.get("came") is not False

    @property
    def hours(self):
        return (self.values.get("hours") or self.training.hours) if self.came else Decimal(0)

    @property
    def status(self):
        return EnrolmentStatus.ATTENDED if self.came else EnrolmentStatus.ABSENT


class AttendanceImporter(Importer):
    kind = "attendances"
    label = "参训登记"
    title = "培训签到表"
    list_url = "admin:training_enrolment_changelist"
    hint = "一行一人一期。写代表证号最稳；没有的写姓名和电话；名单上没有重名的只写姓名也可以。"

    def columns(self, *, at):
        return [
            Column(CODE, cells.code(20), required=True, name="code", aliases=("班次编号", "编号")),
            Column(NAME, cells.person_name, required=True, name="name"),
            Column(
                "代表证号", cells.code(30), optional=True, name="certificate", aliases=("证号", "代表证编号")
            ),
            Column("电话", cells.phone, optional=True, name="phone", aliases=("联系电话", "手机号")),
            Column(CAME, cells.yes_no, optional=True, name="came", aliases=("参训", "到课", "签到")),
            Column(HOURS, hours_cell, optional=True, name="hours", aliases=("实得学时",)),
        ]

    def compare(self, rows, plan, *, by, at):
        known = _Known(rows)
        seen, bad = {}, {fault.row for fault in plan.faults}
        for sheet_row, values in rows:
            row = AttendanceRow(sheet_row.number, values)
            faults = list(_check(row, known, seen, by=by, on=timezone.localdate(at)))
            plan.faults += faults
            if not faults and row.number not in bad:
                _sort(row, plan)

    def apply(self, plan, *, by, at, progress):
        new = [planned.payload for planned in plan.new]
        changed = [planned.payload for planned in plan.changed]
        progress(70, 100, "正在写入参训登记")
        for row in new:
            row.enrolment = Enrolment(
                training=row.training,
                person_id=row.seat.person_id,
                mandate=row.seat,
                organization_id=row.seat.organization_id,
                source=EnrolmentSource.IMPORTED,
                reason="签到表上有，名单上没有",
            )
        for row in (*new, *changed):
            row.enrolment.status, row.enrolment.hours = row.status, row.hours
            row.enrolment.checked_in_by = AttendanceMeans.IMPORTED if row.came else ""
            row.enrolment.checked_in_at = at if row.came else None
            row.enrolment.changed_at = at
        Enrolment.objects.bulk_create([row.enrolment for row in new], batch_size=BATCH)
        fields = ["status", "hours", "checked_in_by", "checked_in_at", "changed_at"]
        Enrolment.objects.bulk_update([row.enrolment for row in changed], fields, batch_size=BATCH)
        events = [_event(row) for row in (*new, *changed)]
        record_events(Enrolment, events, by=by, at=at)
        progress(85, 100, "正在记入履职档案")
        _settle(new, changed, at=at)


def _event(row):
    after = {"training": row.training.pk, "status": str(row.status), "hours": str(row.hours)}
    note = f"签到表第 {row.number} 行"
    return EventRow(row.enrolment.pk, "import", row.training.organization_id, after=after, note=note)


def _settle(new, changed, *, at):
    """Sessions that are over give their people lines and certificates at once; others when they are closed. One held
    some time ago and only now written down is open from here on."""
    trainings = {row.training.pk: row.training for row in (*new, *changed)}
    for training in trainings.values():
        rows = [row.enrolment for row in (*new, *changed) if row.training.pk == training.pk]
        if training.status == TrainingStatus.HELD:
            reverse_duty_records(rows, at=at)
            settle(training, [row for row in rows if row.status == EnrolmentStatus.ATTENDED])
        elif training.status == TrainingStatus.PLANNED:
            waiting = Training.objects.filter(pk=training.pk, status=TrainingStatus.PLANNED)
            waiting.update(status=TrainingStatus.OPEN, published_at=at)


class _Known:
    """The sessions of the sheet, their rosters, and the seats that the sheet may mean; a handful of queries."""

    def __init__(self, rows):
        codes = sorted({values["code"] for _row, values in rows if values["code"]})
        names = sorted({values["name"] for _row, values in rows if values["name"]})
        found = Training.objects.filter(code__in=codes).select_related("organization")
        self.trainings = {training.code: training for training in found}
        self.roster = {}
        for row in Enrolment.objects.filter(training__in=found).select_related("person", "mandate"):
            self.roster.setdefault(row.training_id, {})[row.person_id] = row
        self.seats = {}
        for start in range(0, len(names), CHUNK):
            seats = Mandate.objects.in_office().filter(person__name__in=names[start : start + CHUNK])
            for seat in seats.select_related("person", "organization"):
                self.seats.setdefault(seat.person.name, []).append(seat)

    def people(self, row):
        """Seats of whom the row may mean, one for each person."""
        values = row.values
        seats = self.seats.get(values["name"], [])
        if values.get("certificate"):
            owners = {seat.person_id for seat in seats if seat.certificate_number == values["certificate"]}
            return one_seat_each(seat for seat in seats if seat.person_id in owners)
        if values.get("phone"):
            return one_seat_each(seat for seat in seats if seat.person.phone == values["phone"])
        found = one_seat_each(seats)
        listed = self.roster.get(row.training.pk, {})
        on_roster = [seat for seat in found if seat.person_id in listed]
        return on_roster or found

    def companion(self, row):
        """Somebody on the roster who holds no seat: a young cadre who comes along."""
        listed = self.roster.get(row.training.pk, {}).values()
        found = [
            each for each in listed if each.mandate_id is None and each.person.name == row.values["name"]
        ]
        return found[0] if len(found) == 1 else None


def _check(row, known, seen, *, by, on):
    values = row.values
    if not (values["code"] and values["name"]):
        return
    row.training = known.trainings.get(values["code"])
    if row.training is None or not may_write(by, row.training.organization):
        row.training = None
        yield Fault(
            row.number, CODE, f"没有您主办的「{values['code']}」这个培训班，请按培训班列表里的编号填写。"
        )
        return
    training = row.training
    if training.status == TrainingStatus.CANCELLED:
        yield Fault(row.number, CODE, "这个班已取消，不能登记参训。")
    elif training.start_date > on:
        yield Fault(row.number, CODE, f"这个班{training.start_date}才开始，还不能登记参训。")
    if values.get("hours") and row.came and values["hours"] > training.hours:
        yield Fault(row.number, HOURS, f"这个班共 {training.hours} 学时，不能多于它，请核对。")
    yield from _find_person(row, known, seen)


def _find_person(row, known, seen):
    people = known.people(row)
    if not people and (companion := known.companion(row)):
        row.enrolment = companion
        person = companion.person_id
    elif len(people) != 1:
        words = (
            f"有 {len(people)} 位「{row.values['name']}」代表，请加「代表证号」或「电话」写明是哪一位。"
            if people
            else f"没有这位「{row.values['name']}」代表，请核对姓名、代表证号、电话。"
        )
        yield Fault(row.number, NAME, words)
        return
    else:
        row.seat, person = people[0], people[0].person_id
        row.enrolment = known.roster.get(row.training.pk, {}).get(person)
        if row.enrolment is None and not row.training.organization.contains(row.seat.organization):
            yield Fault(row.number, NAME, "这位代表不在主办单位的范围内，请先在名单上添加。")
            return
    first = seen.setdefault((row.training.pk, person), row.number)
    if first != row.number:
        yield Fault(row.number, NAME, f"与第 {first} 行是同一人同一期，只登记一次，请核对。")


def _sort(row, plan):
    planned = PlannedRow(row.number, row.values["name"], payload=row)
    label = str(row.status.label)
    if row.enrolment is None:
        planned.facts = [row.training.title, label, f"{row.hours} 学时"]
        plan.new.append(planned)
        return
    if row.enrolment.status != row.status:
        planned.changes.append(Change("状态", row.enrolment.get_status_display(), label))
    if row.enrolment.hours != row.hours:
        planned.changes.append(Change(HOURS, str(row.enrolment.hours), str(row.hours)))
    (plan.changed if planned.changes else plan.unchanged).append(planned)


ATTENDANCES = AttendanceImporter()
