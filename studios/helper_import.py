"""Importing the register of helpers (协助人员名册, R37). A helper is one human being: name and telephone."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.masking import mask_phone
from accounts.places import PlaceDirectory
from records.bulk import EventRow, record_events
from records.importers import Change, Importer, PlannedRow, may_write
from records.workbooks import Column, Fault, cells
from representatives.models import Person
from representatives.pinyin import initials
from studios.enums import HelperKind
from studios.models import Helper, Studio

KINDS = {
    "入党积极分子": HelperKind.ACTIVIST,
    "积极分子": HelperKind.ACTIVIST,
    "社区工作者": HelperKind.COMMUNITY_WORKER,
    "社工": HelperKind.COMMUNITY_WORKER,
    "志愿者": HelperKind.VOLUNTEER,
}
CHUNK = 5000
BATCH = 1000


@dataclass
class HelperRow:
    number: int
    values: dict
    studio: Studio | None = None
    person: Person | None = None
    helper: Helper | None = None
    before: str = ""
    """The kind that the register has now."""

    @property
    def key(self):
        return self.values["name"], self.values["phone"]


class HelperImporter(Importer):
    kind = "helpers"
    label = "协助人员名册"
    title = "协助人员名册"
    list_url = "admin:studios_helper_changelist"
    hint = "一行一个人，按姓名和电话认定；一人只登记在一个工作室（站）。"

    def columns(self, *, at):
        return [
            Column("姓名", cells.person_name, required=True, name="name"),
            Column("电话", cells.phone, required=True, name="phone", aliases=("联系电话", "手机号")),
            Column("类别", cells.choice(KINDS, what="类别"), required=True, name="kind"),
            Column(
                "工作室", cells.line(60), required=True, name="studio", aliases=("工作室（站）", "工作站")
            ),
            Column("县市区", cells.line(60), optional=True, name="county"),
            Column("加入日期", _day_cell(at), required=True, name="joined_date"),
        ]

    def compare(self, rows, plan, *, by, at):
        venues, people, helping = _Venues(by), _known_people(rows), {}
        for helper in Helper.objects.filter(left_date=None).select_related("person", "studio"):
            helping[helper.person_id] = helper
        seen, bad = {}, {fault.row for fault in plan.faults}
        for sheet_row, values in rows:
            row = HelperRow(sheet_row.number, values)
            row.person = people.get(row.key)
            row.helper = helping.get(row.person.pk) if row.person else None
            faults = list(_check(row, venues, seen))
            plan.faults += faults
            if not faults and row.number not in bad:
                _sort(row, plan)

    def apply(self, plan, *, by, at, progress):
        new = [planned.payload for planned in plan.new]
        progress(70, 100, "正在写入协助人员")
        fresh = [row for row in new if row.person is None]
        for row in fresh:
            name, phone = row.key
            row.person = Person(name=name, phone=phone, pinyin=initials(name))
        Person.objects.bulk_create([row.person for row in fresh], batch_size=BATCH)
        for row in new:
            row.helper = Helper(
                person=row.person,
                studio=row.studio,
                kind=row.values["kind"],
                joined_date=row.values["joined_date"],
            )
        Helper.objects.bulk_create([row.helper for row in new], batch_size=BATCH)
        changed = [planned.payload for planned in plan.changed]
        for row in changed:
            row.before, row.helper.kind = row.helper.kind, row.values["kind"]
        Helper.objects.bulk_update([row.helper for row in changed], ["kind"], batch_size=BATCH)
        record_events(Helper, list(_events(new, changed)), by=by, at=at)


def _events(new, changed):
    for row in new:
        yield _event(row, {}, {"studio": row.studio.name, "kind": row.helper.kind})
    for row in changed:
        yield _event(row, {"kind": row.before}, {"kind": row.helper.kind})


def _event(row, before, after):
    note = f"名册第 {row.number} 行"
    return EventRow(
        row.helper.pk, "imported", row.studio.organization_id, before=before, after=after, note=note
    )


def _day_cell(at):
    read = cells.moment(at=at, zone=timezone.get_default_timezone(), label="加入日期")

    def clean(value):
        found = read(value)
        return found.date() if found else None

    return clean


class _Venues:
    """Venues by name; those of one name are told apart by their county, and by who may write there."""

    def __init__(self, by):
        self.places = PlaceDirectory()
        self.by = by
        self.by_name = {}
        for studio in Studio.objects.filter(is_active=True).select_related("organization"):
            self.by_name.setdefault(studio.name, []).append(studio)

    def find(self, name, county_text):
        """(Studio, "") or (None, sentence)"""
        named = self.by_name.get(name, [])
        if not named:
            return None, f"没有「{name[:20]}」这个工作室（站），请按「工作室（站）」列表里的名称填写。"
        if county_text:
            county = self.places.county(county_text)
            if county is None:
                return None, f"没有「{county_text[:20]}」这个县市区，请核对。"
            named = [studio for studio in named if county.contains(studio.organization)]
        own = [studio for studio in named if may_write(self.by, studio.organization)]
        if len(own) == 1:
            return own[0], ""
        if own:
            return None, f"有 {len(own)} 个「{name[:20]}」，请加「县市区」一列写明是哪一个。"
        return None, f"「{name[:20]}」不在您管理的范围内，请交该单位的组织部门导入。"


def _known_people(rows):
    """{(name, telephone): Person}; the oldest row where there are several."""
    names = sorted({values["name"] for _row, values in rows if values["name"]})
    known = {}
    for start in range(0, len(names), CHUNK):
        for person in Person.objects.filter(name__in=names[start : start + CHUNK]).order_by("-pk"):
            known[person.name, person.phone] = person
    return known


def _check(row, venues, seen):
    values = row.values
    if values["studio"]:
        row.studio, words = venues.find(values["studio"], values.get("county") or "")
        if words:
            yield Fault(row.number, "工作室", words)
    if not (values["name"] and values["phone"]):
        return
    first = seen.setdefault(row.key, row.number)
    if first != row.number:
        yield Fault(row.number, "姓名", f"与第 {first} 行是同一人，一人只登记一处，请核对。")
    elif row.helper and row.studio and row.helper.studio_id != row.studio.pk:
        yield Fault(
            row.number,
            "工作室",
            f"这个人已登记在{row.helper.studio.name}，一人只登记一处；要转过来，请先在那边登记退出。",
        )


def _sort(row, plan):
    planned = PlannedRow(row.number, row.values["name"], payload=row)
    kind = HelperKind(row.values["kind"])
    if row.helper is None:
        phone, joined = mask_phone(row.values["phone"]), row.values["joined_date"]
        planned.facts = [row.studio.name, str(kind.label), phone, f"{joined}加入"]
        plan.new.append(planned)
    elif row.helper.kind != kind:
        planned.changes = [Change("类别", row.helper.get_kind_display(), str(kind.label))]
        plan.changed.append(planned)
    else:
        plan.unchanged.append(planned)


HELPERS = HelperImporter()
