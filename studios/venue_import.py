"""Importing the list of venues (工作室、工作站一览表). The key is organisation and name.

An empty text cell leaves what the database has; an empty cell in a column of ticks means "no".
"""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Organization
from accounts.places import PlaceDirectory
from records.bulk import EventRow, record_events
from records.importers import Change, Importer, PlannedRow, may_write
from records.workbooks import Column, Fault, cells
from studios.enums import StudioKind
from studios.models import ChecklistItem, ChecklistResult, Studio
from studios.reception_rules import adopt_rules, rule_fault

KINDS = {
    "工作室": StudioKind.WORKROOM,
    "工作站": StudioKind.STATION,
    "党代表工作室": StudioKind.WORKROOM,
    "党代表工作站": StudioKind.STATION,
}
FIELDS = {
    "kind": "类别",
    "address": "地址",
    "lead_name": "负责人",
    "reception_text": "接待日规则",
    "is_pilot": "试点",
    "specialty": "特色",
}
BATCH = 1000


@dataclass
class VenueRow:
    number: int
    values: dict
    checks: dict
    """ChecklistItem → met or not, for the columns the sheet has."""
    place: Organization | None = None
    studio: Studio | None = None

    def field_changes(self):
        return {
            name: (getattr(self.studio, name), self.values[name])
            for name in FIELDS
            if self.values[name] not in (None, "") and getattr(self.studio, name) != self.values[name]
        }

    def check_changes(self, known):
        """Item → (old or None, new) where the newest inspection says otherwise."""
        return {
            item: (known.get((self.studio.pk, item.pk)), met)
            for item, met in self.checks.items()
            if known.get((self.studio.pk, item.pk)) is not met
        }


class VenueImporter(Importer):
    kind = "venues"
    label = "工作室、工作站一览表"
    title = "工作室、工作站一览表"
    list_url = "admin:studios_studio_changelist"
    hint = "一行一个工作室或工作站，按所属组织和名称认定；勾选列空着就是没有。"

    def columns(self, *, at):
        items = ChecklistItem.objects.filter(is_active=True)
        return [
            Column("名称", cells.line(60), required=True, name="name"),
            Column("类别", cells.choice(KINDS, what="类别"), required=True, name="kind"),
            Column("县市区", cells.line(60), required=True, name="county"),
            Column("镇街", cells.line(60), name="town"),
            Column("地址", cells.line(120), name="address"),
            Column("负责人", cells.person_name, name="lead_name"),
            Column("接待日规则", cells.line(60), name="reception_text", aliases=("接待日",)),
            *(Column(item.name, cells.tick, optional=True, name=f"check-{item.code}") for item in items),
            Column("试点", cells.tick, optional=True, name="is_pilot"),
            Column("特色", cells.line(60), optional=True, name="specialty"),
        ]

    def compare(self, rows, plan, *, by, at):
        places = PlaceDirectory()
        items = list(ChecklistItem.objects.filter(is_active=True))
        studios = {(studio.organization_id, studio.name): studio for studio in Studio.objects.all()}
        results = ChecklistResult.objects.values_list("studio_id", "item_id", "is_met")
        known = {(studio, item): is_met for studio, item, is_met in results}
        seen = {}
        bad = {fault.row for fault in plan.faults}
        for sheet_row, values in rows:
            checks = {item: values[f"check-{item.code}"] for item in items}
            checks = {item: met for item, met in checks.items() if met is not None}
            row = VenueRow(sheet_row.number, values, checks)
            faults = list(_check(row, places, seen, by=by))
            plan.faults += faults
            if not faults and row.number not in bad:
                row.studio = studios.get((row.place.pk, values["name"]))
                _sort(row, plan, known)

    def apply(self, plan, *, by, at, progress):
        new = [planned.payload for planned in plan.new]
        changed = [planned.payload for planned in plan.changed]
        progress(70, 100, "正在写入工作室、工作站")
        events = _create(new) + _update(changed)
        _write_checks(new + changed)
        adopt_rules([row.studio for row in new + changed], on=timezone.localdate(at))
        record_events(Studio, events, by=by, at=at)


def _check(row, places, seen, *, by):
    county = places.county(row.values["county"] or "")
    town_text = row.values["town"] or ""
    town = places.town(county, town_text) if county and town_text else None
    if row.values["county"] and county is None:
        message = f"没有「{row.values['county'][:20]}」这个县市区，请按本市县市区、开发区的名称填写。"
        yield Fault(row.number, "县市区", message)
    elif town_text and town is None and county:
        yield Fault(
            row.number, "镇街", f"{county.display_name}没有「{town_text[:20]}」，请核对县市区和镇街。"
        )
    row.place = town or county
    if row.place and not may_write(by, row.place):
        message = f"「{row.place.display_name}」不在您管理的范围内，请交该单位的组织部门导入。"
        yield Fault(row.number, "县市区", message)
    if words := rule_fault(row.values["reception_text"]):
        yield Fault(row.number, "接待日规则", words)
    if row.place and row.values["name"]:
        first = seen.setdefault((row.place.pk, row.values["name"]), row.number)
        if first != row.number:
            yield Fault(row.number, "名称", f"与第 {first} 行重复，请核对。")


def _sort(row, plan, known):
    planned = PlannedRow(row.number, row.values["name"], payload=row)
    if row.studio is None:
        met = [item.name for item, is_met in row.checks.items() if is_met]
        missing = [f"缺{item.name.removeprefix('有')}" for item, is_met in row.checks.items() if not is_met]
        state = "、".join(missing) if missing else f"{len(met)} 项齐全" if met else ""
        planned.facts = [
            row.place.display_name,
            str(StudioKind(row.values["kind"]).label),
            *filter(None, [state]),
        ]
        plan.new.append(planned)
        return
    planned.changes = [
        Change(FIELDS[name], _shown(name, old), _shown(name, new))
        for name, (old, new) in row.field_changes().items()
    ] + [
        Change(item.name, _shown(item.code, old), _shown(item.code, new))
        for item, (old, new) in row.check_changes(known).items()
    ]
    (plan.changed if planned.changes else plan.unchanged).append(planned)


def _shown(name, value):
    if name == "kind":
        return str(StudioKind(value).label)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if value else "（空）"


def _create(rows):
    for row in rows:
        fields = {name: row.values[name] for name in FIELDS if row.values[name] is not None}
        row.studio = Studio(name=row.values["name"], organization=row.place, **fields)
    Studio.objects.bulk_create([row.studio for row in rows], batch_size=BATCH)
    return [
        EventRow(
            row.studio.pk,
            "imported",
            row.place.pk,
            after={"name": row.studio.name, "kind": row.studio.kind},
            note=f"一览表第 {row.number} 行",
        )
        for row in rows
    ]


def _update(rows):
    """Set the changed fields of known venues; the events also tell of changed checks."""
    events, fields = [], set()
    results = ChecklistResult.objects.filter(studio__in=[row.studio.pk for row in rows])
    known = {
        (studio, item): met for studio, item, met in results.values_list("studio_id", "item_id", "is_met")
    }
    for row in rows:
        before, after = {}, {}
        for name, (old, new) in row.field_changes().items():
            before[name], after[name] = old, new
            setattr(row.studio, name, new)
            fields.add(name)
        for item, (old, new) in row.check_changes(known).items():
            before[item.code], after[item.code] = old, new
        note = f"一览表第 {row.number} 行"
        events.append(
            EventRow(row.studio.pk, "imported", row.place.pk, before=before, after=after, note=note)
        )
    if fields:
        Studio.objects.bulk_update([row.studio for row in rows], fields, batch_size=BATCH)
    return events


def _write_checks(rows):
    """The newest inspection of each item stands: one row per venue and item, updated in place."""
    results = [
        ChecklistResult(studio=row.studio, item=item, is_met=met, note="由一览表导入")
        for row in rows
        for item, met in row.checks.items()
    ]
    ChecklistResult.objects.bulk_create(
        results,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["studio", "item"],
        update_fields=["is_met", "note"],
    )


VENUES = VenueImporter()
