"""Which mandate and which person in the database a row of a roster is about."""

from dataclasses import dataclass, field

from accounts.masking import mask_name
from records.importers import may_write
from records.workbooks import Fault
from representatives.models import Congress, Mandate, Person
from representatives.roster_columns import PERSON_FIELDS

CHUNK = 5000
"""Values in one IN (…); SQLite takes 32,766."""


@dataclass
class KnownRoster:
    """What the database holds about the rows of a file, read in a handful of queries."""

    mandates: dict = field(default_factory=dict)
    """Certificate number → Mandate with person, congress and organisation."""
    people: dict = field(default_factory=dict)
    """(name, birth month, phone) → Person."""
    congresses: dict = field(default_factory=dict)
    """(level, organisation id, ordinal) → Congress."""
    seats: dict = field(default_factory=dict)
    """(person id, congress key) → certificate number."""

    @classmethod
    def load(cls, rows):
        known = cls()
        known.congresses = {(c.level, c.organization_id, c.ordinal): c for c in Congress.objects.all()}
        # One instance for each human being, however many rows she has: changes meet on it.
        by_id = {}
        for chunk in _chunks(sorted({row.values["name"] for row in rows})):
            for person in Person.objects.filter(name__in=chunk):
                by_id[person.pk] = person
                known.people[person.name, person.birth_month, person.phone] = person
        mandates = Mandate.objects.select_related("person", "congress", "organization")
        for chunk in _chunks(sorted({row.values["certificate_number"] for row in rows})):
            for mandate in mandates.filter(certificate_number__in=chunk):
                mandate.person = by_id.setdefault(mandate.person_id, mandate.person)
                known.mandates[mandate.certificate_number] = mandate
        known._load_seats()
        return known

    def _load_seats(self):
        ids = sorted(
            {person.pk for person in self.people.values()} | {m.person_id for m in self.mandates.values()}
        )
        keys = {congress.pk: key for key, congress in self.congresses.items()}
        for chunk in _chunks(ids):
            seats = Mandate.objects.filter(person__in=chunk).values_list(
                "person_id", "congress_id", "certificate_number"
            )
            self.seats.update({(person, keys[congress]): number for person, congress, number in seats})


def _chunks(values):
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def match_people(rows, known, *, by):
    """Set `mandate` and `person` on every row that the database knows; yield faults.

    A certificate number belongs to one human being: two of name, birth month and phone must agree, then the third
    is taken as corrected. A row whose number is new is a new seat of the person with exactly these three.
    """
    claimed = {}
    for row in rows:
        row.mandate = known.mandates.get(row.values["certificate_number"])
        if row.mandate is not None:
            yield from _match_holder(row, known, claimed, by=by)
    for row in rows:
        if row.mandate is None:
            row.person = claimed.get(row.identity) or known.people.get(row.identity)
    yield from _contradictions(rows)


def _match_holder(row, known, claimed, *, by):
    holder = row.mandate.person
    held = (holder.name, holder.birth_month, holder.phone)
    same = sum(old == new for old, new in zip(held, row.identity, strict=True))
    if not may_write(by, row.mandate.organization):
        yield Fault(row.number, "代表证号", "这个证号已由其他单位登记，请核对证号，或请上级组织部门导入。")
    elif same < 2:
        yield Fault(
            row.number,
            "代表证号",
            f"这个证号在系统里是{mask_name(holder.name)}的，与本行的姓名、出生年月、电话对不上，请核对证号。",
        )
    else:
        row.person = holder
        namesake = known.people.get(row.identity)
        if same == 2 and namesake is not None and namesake.pk != holder.pk:
            yield Fault(
                row.number, "姓名", "改后与系统里另一人的姓名、出生年月、电话完全相同，请核对是否同一人。"
            )
        claimed.setdefault(row.identity, holder)


def _contradictions(rows):
    """Rows of one person must tell the same about the person; the later row is the faulty one."""
    told = {}
    for row in rows:
        facts = told.setdefault(row.person_key, {})
        for name, label in PERSON_FIELDS.items():
            value = row.values[name]
            if value in (None, ""):
                continue
            first_value, first_row = facts.setdefault(name, (value, row.number))
            if first_value != value:
                yield Fault(row.number, label, f"与第 {first_row} 行是同一人，但{label}不一致，请核对。")
