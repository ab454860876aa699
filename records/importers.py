"""Importing a workbook: read → compare with the database → show → apply, all or nothing.

Apps register one `Importer` per kind of workbook; the command, the job and the admin pages work on any of them.
A plan says what an import would do and is made without changing anything. Applying happens in one transaction,
on a plan that was made inside that same transaction, so that what is applied is what the database looks like then.
"""

import gc
import hashlib
import json
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.enums import Role
from accounts.errors import Conflict, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from records.actions import record_event
from records.bulk import refresh_statistics
from records.workbooks import Fault, Sheet, read_sheet


@dataclass(frozen=True)
class Change:
    """One field of one row: what stands there now, and what the workbook says. Both as shown to people."""

    label: str
    old: str
    new: str


@dataclass
class PlannedRow:
    row: int
    title: str
    """What the row is about, as the preview shows it."""
    facts: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    payload: object = None
    """What the importer needs to apply the row; nobody else looks at it."""


@dataclass
class Plan:
    """What an import would do. Every row of the sheet is in exactly one of new, changed, unchanged, or has faults."""

    kind: str
    sheet: Sheet
    new: list[PlannedRow] = field(default_factory=list)
    changed: list[PlannedRow] = field(default_factory=list)
    unchanged: list[PlannedRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences about the whole, e.g. which congresses will be created."""

    @property
    def faulty_rows(self):
        return sorted({fault.row for fault in self.faults})

    def counts(self):
        return {
            "rows": len(self.sheet.rows),
            "created": len(self.new),
            "updated": len(self.changed),
            "unchanged": len(self.unchanged),
            "faulty": len(self.faulty_rows),
        }

    def fingerprint(self):
        """Equal for two plans if and only if they would do the same: the confirmation is for this one only."""
        told = {
            "new": [row.row for row in self.new],
            "changed": [[row.row, [[c.label, c.old, c.new] for c in row.changes]] for row in self.changed],
            "unchanged": [row.row for row in self.unchanged],
            "faults": [[fault.row, fault.column, fault.message] for fault in self.faults],
            "notes": self.notes,
        }
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


class Importer(ABC):
    """How one kind of workbook becomes rows of the database."""

    kind = ""
    label = ""
    title = ""
    """The name of such a workbook, e.g. 党代表花名册."""
    list_url = ""
    """URL name of the list where the result can be seen."""
    hint = ""
    """A sentence on the upload page: what kind of table this is."""

    @abstractmethod
    def columns(self, *, at):
        """The columns to read, with their cleaners."""

    @abstractmethod
    def compare(self, rows, plan, *, by, at):
        """Sort `rows` ([(SheetRow, clean values)], faultless so far) into `plan`, adding faults it finds."""

    @abstractmethod
    def apply(self, plan, *, by, at, progress):
        """Write `plan.new` and `plan.changed`; called inside a transaction."""


_importers = {}


def register_importer(importer):
    _importers[importer.kind] = importer
    return importer


def all_importers():
    """In the order of the rooms: rolls before venues before matters, as an empty house needs them."""
    return list(_importers.values())


def get_importer(kind):
    return _importers[kind]


class PlanChanged(Conflict):
    code = "import-plan-changed"


class FaultyRows(Conflict):
    code = "import-faulty-rows"


def _no_progress(done, total, text):
    """Nobody watches."""


def read_import(importer, file, *, at, progress=_no_progress):
    """Read the workbook and clean its cells: (sheet, good rows, faults). Raises WorkbookRefused."""
    progress(0, 100, "正在检查文件")
    columns = importer.columns(at=at)
    sheet = read_sheet(file, columns)
    good, faults = [], []
    total = len(sheet.rows)
    for index, row in enumerate(sheet.rows):
        if index % 2000 == 0:
            progress(10 + 40 * index // total, 100, f"正在核对第 {row.number} 行，共 {total} 行")
        values, found = sheet.clean_row(row, columns)
        if found:
            faults.extend(found)
        # A row with faults takes part in the comparison too: all its faults are told at once.
        good.append((row, values))
    return sheet, good, faults


def make_plan(importer, read, *, by, at, progress=_no_progress):
    """Compare what was read with the database as it is now. Changes nothing."""
    sheet, rows, faults = read
    plan = Plan(importer.kind, sheet, faults=list(faults))
    progress(50, 100, "正在与现有数据比对")
    importer.compare(rows, plan, by=by, at=at)
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


def run_import(importer, read, *, by, at, expected=None, skip_faulty=False, progress=_no_progress):
    """Apply what was read, all or nothing; returns the plan that was applied.

    `expected` is the fingerprint of the plan somebody confirmed: PlanChanged if the database has changed since,
    unless nothing is left to do: a job that was cut off after its commit and is run again finds its work done.
    With faulty rows nothing is applied (FaultyRows, carrying the plan) unless `skip_faulty`: then the good rows
    are applied, and the faulty ones stay out.
    """
    check_may_import(by)
    try:
        with transaction.atomic():
            plan = make_plan(importer, read, by=by, at=at, progress=progress)
            work = plan.new or plan.changed
            if work and expected is not None and plan.fingerprint() != expected:
                raise PlanChanged("预览之后数据有了变动，这次没有导入。请看新的预览，核对后再确认。")
            if plan.faults and not skip_faulty:
                error = FaultyRows(f"有 {len(plan.faulty_rows)} 行有问题，没有导入任何内容。请改好后再导入。")
                error.plan = plan
                raise error
            if work:
                importer.apply(plan, by=by, at=at, progress=progress)
                _record_import(importer, plan, by=by, at=at)
    except IntegrityError as error:
        raise PlanChanged("导入时另有人改了同样的数据，这次没有导入任何内容。请重新预览后再确认。") from error
    if len(plan.new) > MANY_ROWS:
        refresh_statistics()
    progress(100, 100, "导入完成")
    return plan


MANY_ROWS = 1000
"""After so many new rows the database's own idea of its tables is too old to plan with."""


@contextmanager
def without_gc():
    """Tens of thousands of rows stay alive until the end: looking through them for garbage is time lost."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def check_may_import(by):
    """Only organizers import; the system (a command at the console) may."""
    if by.user is not None and not Scope.of(by.user).has(Role.ORGANIZER):
        raise NotAllowed("只有组工干部可以导入，请联系本级组织部门。")


@dataclass(frozen=True)
class LimitedActor(Actor):
    """The system, importing for one organisation only (a command's --organization)."""

    within: Organization | None = None


def may_write(by, organization):
    """May `by` import rows of this organisation?"""
    within = getattr(by, "within", None)
    if within is not None and not within.contains(organization):
        return False
    return by.user is None or Scope.of(by.user).covers(organization, Role.ORGANIZER)


def _record_import(importer, plan, *, by, at):
    """One event for the whole, at the organisation whose organizer imported; each object has its own beside it."""
    home = None
    if by.user is not None:
        home = Organization.objects.filter(path__in=Scope.of(by.user).prefixes(Role.ORGANIZER)).first()
    home = home or Organization.objects.order_by("path").first()
    counts = plan.counts()
    record_event(
        home,
        "imported",
        by=by,
        at=at,
        organization=home,
        after={"kind": importer.kind, **counts},
        note=f"{importer.title}：新增 {counts['created']}，更新 {counts['updated']}，未变 {counts['unchanged']}",
    )
