"""Importing a roster: which rows are new, changed, unchanged or wrong, and writing them in bulk.

A row is a mandate; its key is the certificate number. Rows with the same name, birth month and phone are one person.
An empty cell leaves what the database has: a roster with fewer details takes nothing away. States, groups and
decisions of a mandate are none of the roster's business.
"""

from accounts.places import PlaceDirectory
from records.actions import build_event
from records.importers import Importer, PlannedRow, may_write, register_importer
from records.models import Event
from records.workbooks import Fault
from representatives.models import Congress, Mandate, Person
from representatives.pinyin import initials
from representatives.roster_columns import MANDATE_FIELDS, PERSON_FIELDS, roster_columns
from representatives.roster_matching import KnownRoster, match_people
from representatives.roster_rows import RosterRow, changes_of, check_row, masked

BATCH = 2000


class RosterImporter(Importer):
    kind = "roster"
    label = "党代表花名册"
    title = "党代表花名册"
    list_url = "admin:representatives_mandate_changelist"

    def columns(self, *, at):
        return roster_columns(at=at)

    def compare(self, rows, plan, *, by, at):
        places = PlaceDirectory()
        spoilt = {fault.row for fault in plan.faults}
        good = []
        seen_numbers = {}
        for sheet_row, values in rows:
            row = RosterRow(sheet_row.number, values)
            faults = list(check_row(row, places, by=by, at=at))
            faults += _check_number(row, seen_numbers)
            plan.faults.extend(faults)
            if not faults and row.number not in spoilt:
                good.append(row)
        known = KnownRoster.load(good)
        good = self._without_faulty(plan, good, match_people(good, known))
        good = self._without_faulty(plan, good, _check_congresses(good, known, places, by=by))
        for row in good:
            self._sort(row, plan)
        names = sorted({row.congress_text.name for row in good if row.congress is None})
        plan.notes += [f"将新建届次：{name}" for name in names]

    @staticmethod
    def _without_faulty(plan, rows, faults):
        faults = list(faults)
        plan.faults.extend(faults)
        bad = {fault.row for fault in faults}
        return [row for row in rows if row.number not in bad]

    @staticmethod
    def _sort(row, plan):
        planned = PlannedRow(row.number, row.title, payload=row)
        if row.mandate is None:
            planned.facts = row.facts()
            plan.new.append(planned)
            return
        planned.changes = changes_of(row)
        (plan.changed if planned.changes else plan.unchanged).append(planned)

    def apply(self, plan, *, by, at, progress):
        new = [planned.payload for planned in plan.new]
        changed = [planned.payload for planned in plan.changed]
        congresses = _create_congresses(new + changed)
        progress(60, 100, f"正在写入人员，共 {len(new)} 行")
        events = _create_people(new, by=by, at=at)
        progress(70, 100, "正在写入代表资格")
        events += _create_mandates(new, congresses, by=by, at=at)
        events += _update(changed, congresses, by=by, at=at)
        progress(85, 100, "正在写入留痕")
        Event.objects.bulk_create(events, batch_size=BATCH)


def _check_number(row, seen):
    number = row.values["certificate_number"]
    if not number:
        return []
    first = seen.setdefault(number, row.number)
    if first == row.number:
        return []
    return [Fault(row.number, "代表证号", f"证号 {number} 与第 {first} 行重复，请核对。")]


def _check_congresses(rows, known, places, *, by):
    """A congress somebody may not set up, and two seats of one person in the same congress."""
    seats = dict(known.seats)
    for row in rows:
        row.congress = known.congresses.get(row.congress_key)
        if row.congress is None and not may_write(by, places.by_id[row.congress_key[1]]):
            message = f"系统里还没有「{row.congress_text.name}」，请上级组织部门先建立这个届次。"
            yield Fault(row.number, "届次", message)
            continue
        seat = (row.person_key, row.congress_key)
        holder = seats.setdefault(seat, row.values["certificate_number"])
        if holder != row.values["certificate_number"]:
            yield Fault(
                row.number, "代表证号", f"{row.values['name']}在这一届已有代表资格（证号 {holder}），请核对是否重复。"
            )


def _create_congresses(rows):
    """Congress by key, for all rows; missing ones are created under the name the roster gives them."""
    found = {row.congress_key: row.congress for row in rows if row.congress is not None}
    missing = {}
    for row in rows:
        if row.congress is None:
            missing.setdefault(row.congress_key, row.congress_text.name)
    Congress.objects.bulk_create(
        [
            Congress(level=level, organization_id=organization, ordinal=ordinal, name=name)
            for (level, organization, ordinal), name in missing.items()
        ]
    )
    for congress in Congress.objects.filter(name__in=set(missing.values())):
        found.setdefault((congress.level, congress.organization_id, congress.ordinal), congress)
    return found


def _create_people(rows, *, by, at):
    """One Person for each new person key; `row.person_id` is set on every row. Returns events."""
    people, home = {}, {}
    for row in rows:
        if row.person_id is None and row.person_key not in people:
            fields = {name: row.values[name] or "" for name in PERSON_FIELDS}
            fields |= {name: row.values[name] for name in ("birth_month", "joined_party_month")}
            people[row.person_key] = Person(**fields, pinyin=initials(row.values["name"]))
            home[row.person_key] = row.place
    Person.objects.bulk_create(people.values(), batch_size=BATCH)
    for row in rows:
        if row.person_id is None:
            row.person_id = people[row.person_key].pk
    return [
        build_event(
            person, "imported", by=by, at=at, organization=home[key], after={"name": masked("name", person.name)}
        )
        for key, person in people.items()
    ]


def _create_mandates(rows, congresses, *, by, at):
    mandates = []
    for row in rows:
        congress = congresses[row.congress_key]
        fields = {name: row.values[name] for name in MANDATE_FIELDS if row.values[name] is not None}
        mandates.append(
            Mandate(
                person_id=row.person_id,
                congress=congress,
                organization=row.place,
                certificate_number=row.values["certificate_number"],
                start_date=congress.start_date,
                **fields,
            )
        )
    Mandate.objects.bulk_create(mandates, batch_size=BATCH)
    return [
        build_event(
            mandate,
            "imported",
            by=by,
            at=at,
            organization=mandate.organization,
            after={"certificate_number": mandate.certificate_number, "congress": mandate.congress.name},
            note=f"花名册第 {row.number} 行",
        )
        for mandate, row in zip(mandates, rows, strict=True)
    ]


def _update(rows, congresses, *, by, at):
    """Write the changed fields of changed rows, of the person and of the mandate each for itself. Returns events."""
    people, mandates, events = {}, [], []
    touched = {"person": set(), "mandate": set()}
    for row in rows:
        if row.person_changes and row.person_id not in people:
            person = people[row.person_id] = Person(pk=row.person_id)
            for name, (_old, value) in row.person_changes.items():
                setattr(person, name, value)
            events.append(_change_event(person, row, row.person_changes, by=by, at=at))
        if row.mandate_changes:
            mandates.append(_changed_mandate(row, congresses))
            events.append(_change_event(mandates[-1], row, row.mandate_changes, by=by, at=at))
    _write_people(people, rows)
    _write_mandates(mandates, rows)
    del touched
    return events
