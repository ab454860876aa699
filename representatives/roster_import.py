"""Importing a roster: which rows are new, changed, unchanged or wrong, and writing them in bulk.

A row is a mandate; its key is the certificate number. Rows with the same name, birth month and phone are one person.
An empty cell leaves what the database has: a roster with fewer details takes nothing away. States, groups and
decisions of a mandate are none of the roster's business.
"""

from accounts.places import PlaceDirectory
from records.bulk import EventRow, record_events
from records.importers import Importer, PlannedRow, may_write
from records.workbooks import Fault
from representatives.models import Congress, Mandate, Person
from representatives.pinyin import initials
from representatives.roster_columns import MANDATE_FIELDS, PERSON_FIELDS, roster_columns
from representatives.roster_matching import KnownRoster, match_people
from representatives.roster_rows import RosterRow, RowChecker, masked

BATCH = 2000


class RosterImporter(Importer):
    kind = "roster"
    label = "党代表花名册"
    title = "党代表花名册"
    list_url = "admin:representatives_mandate_changelist"
    hint = "一行一个代表资格，按代表证号认定；姓名、出生年月、电话都相同的是同一人。"

    def columns(self, *, at):
        return roster_columns(at=at)

    def compare(self, rows, plan, *, by, at):
        checker = RowChecker(PlaceDirectory(), by=by, at=at)
        rows = [RosterRow(sheet_row.number, values) for sheet_row, values in rows]
        numbers = {}
        for row in rows:
            plan.faults += checker.faults(row)
            plan.faults += _check_number(row, numbers)
        rows = _faultless(rows, plan.faults)
        known = KnownRoster.load(rows)
        plan.faults += match_people(rows, known, by=by)
        rows = _faultless(rows, plan.faults)
        plan.faults += _check_seats(rows, known, by=by)
        rows = _faultless(rows, plan.faults)
        for row in rows:
            _sort(row, plan)
        missing = sorted({row.congress_text.name for row in rows if row.congress is None})
        if missing:
            more = " 等" if len(missing) > 5 else ""
            plan.notes.append(f"将新建 {len(missing)} 个届次：{'、'.join(missing[:5])}{more}。")

    def apply(self, plan, *, by, at, progress):
        new = [planned.payload for planned in plan.new]
        changed = [planned.payload for planned in plan.changed]
        _create_congresses(new + changed)
        progress(55, 100, f"正在写入人员，共 {len(new)} 行新增")
        people = _create_people(new)
        progress(70, 100, "正在写入代表资格")
        mandates = _create_mandates(new)
        changed_people, changed_mandates = _update(changed)
        progress(85, 100, "正在写入留痕")
        record_events(Person, people + changed_people, by=by, at=at)
        record_events(Mandate, mandates + changed_mandates, by=by, at=at)


def _faultless(rows, faults):
    bad = {fault.row for fault in faults}
    return [row for row in rows if row.number not in bad]


def _check_number(row, seen):
    number = row.values["certificate_number"]
    first = seen.setdefault(number, row.number) if number else row.number
    if first != row.number:
        yield Fault(row.number, "代表证号", f"证号 {number} 与第 {first} 行重复，请核对。")


def _check_seats(rows, known, *, by):
    """A congress the importer may not set up, and two seats of one person in the same congress."""
    seats = dict(known.seats)
    for row in rows:
        row.congress = known.congresses.get(row.congress_key)
        if row.congress is None and not may_write(by, row.congress_organization):
            message = f"系统里还没有「{row.congress_text.name}」，请上级组织部门先建立这个届次。"
            yield Fault(row.number, "届次", message)
            continue
        number = row.values["certificate_number"]
        holder = seats.setdefault((row.person_key, row.congress_key), number)
        if holder != number:
            message = f"{row.values['name']}在这一届已有代表资格（证号 {holder}），请核对是否重复。"
            yield Fault(row.number, "代表证号", message)


def _sort(row, plan):
    planned = PlannedRow(row.number, row.title, payload=row)
    if row.mandate is None:
        planned.facts = row.facts()
        plan.new.append(planned)
    else:
        planned.changes = row.changes()
        (plan.changed if planned.changes else plan.unchanged).append(planned)


def _create_congresses(rows):
    """Set `congress` on every row; missing ones are created under the name the roster gives them."""
    missing = {}
    for row in rows:
        if row.congress is None and row.congress_key not in missing:
            level, organization, ordinal = row.congress_key
            missing[row.congress_key] = Congress(
                level=level, organization_id=organization, ordinal=ordinal, name=row.congress_text.name
            )
    Congress.objects.bulk_create(missing.values())
    for row in rows:
        row.congress = row.congress or missing[row.congress_key]


def _create_people(rows):
    """One Person for each new identity; sets `person` on every row. Returns events."""
    people, homes = {}, {}
    for row in rows:
        if row.person is None and row.identity not in people:
            fields = {name: row.values[name] or "" for name in PERSON_FIELDS}
            fields |= {name: row.values[name] for name in ("birth_month", "joined_party_month")}
            people[row.identity] = Person(**fields, pinyin=initials(row.values["name"]))
            homes[row.identity] = row.place
    Person.objects.bulk_create(people.values(), batch_size=BATCH)
    for row in rows:
        row.person = row.person or people[row.identity]
    return [
        EventRow(person.pk, "imported", homes[identity].pk, after={"name": masked("name", person.name)})
        for identity, person in people.items()
    ]


def _create_mandates(rows):
    mandates = [
        Mandate(
            person=row.person,
            congress=row.congress,
            organization=row.place,
            certificate_number=row.values["certificate_number"],
            start_date=row.congress.start_date,
            **{name: row.values[name] for name in MANDATE_FIELDS if row.values[name] is not None},
        )
        for row in rows
    ]
    Mandate.objects.bulk_create(mandates, batch_size=BATCH)
    return [
        EventRow(
            mandate.pk,
            "imported",
            row.place.pk,
            after={"certificate_number": mandate.certificate_number, "congress": row.congress.name},
            note=_source(row),
        )
        for mandate, row in zip(mandates, rows, strict=True)
    ]


def _update(rows):
    """Write the changed fields of people and mandates. Returns the events of people and of mandates."""
    people, person_fields, told_of_people = {}, {"pinyin"}, []
    mandates, mandate_fields, told_of_mandates = [], set(), []
    for row in rows:
        if changes := row.person_changes():
            people[row.person.pk] = row.person
            person_fields |= changes.keys()
            told_of_people.append(_change(row.person, row, changes))
        if changes := row.mandate_changes():
            mandates.append(row.mandate)
            mandate_fields |= changes.keys()
            told_of_mandates.append(_change(row.mandate, row, changes))
    if people:
        Person.objects.bulk_update(people.values(), person_fields, batch_size=BATCH)
    if mandates:
        Mandate.objects.bulk_update(mandates, mandate_fields, batch_size=BATCH)
    return told_of_people, told_of_mandates


def _change(subject, row, changes):
    """Set the new values on the subject; the event that tells of it."""
    before, after = {}, {}
    for name, (old, new) in changes.items():
        new = row.congress if name == "congress" else new
        setattr(subject, name, new)
        before[name], after[name] = masked(name, old), masked(name, new)
    if "name" in changes:
        subject.pinyin = initials(subject.name)
    return EventRow(subject.pk, "imported", row.place.pk, before=before, after=after, note=_source(row))


def _source(row):
    return f"花名册第 {row.number} 行"


ROSTER = RosterImporter()
