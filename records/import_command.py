"""The shape all import commands share; each app's command names its importer."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from accounts.errors import DomainError
from accounts.models import Organization
from records.importers import FaultyRows, LimitedActor, make_plan, read_import, run_import, without_gc
from records.workbooks import write_faults

EXIT_FAULTY = 1
EXIT_REFUSED = 2


class ImportCommand(BaseCommand):
    importer = None
    requires_system_checks = []

    @property
    def help(self):
        return (
            f"Import a {self.importer.kind} workbook ({self.importer.title}), all or nothing. If any row is faulty, "
            "nothing is applied and every fault is listed, unless --skip-faulty is given: then the good rows go in, "
            "in one transaction, and the faulty ones stay out. A second import of the same file changes nothing; "
            "an empty cell never takes anything away. "
            "Exit code: 0 applied, or a dry run was made; 1 faulty rows kept it from being applied (with "
            "--skip-faulty: 0); 2 the file was refused as a whole. --json prints {rows, created, updated, unchanged, "
            "faults: [{row, column, message}]}: what was done, or with --dry-run what would be done for the good "
            "rows; `row` is the row as Excel numbers it."
        )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and compare only, change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and nothing else")
        parser.add_argument(
            "--skip-faulty", action="store_true", help="import the good rows, leave out the faulty"
        )
        parser.add_argument("--organization", metavar="CODE", help="refuse rows outside this organisation")
        parser.add_argument(
            "--faults-to", type=Path, metavar="XLSX", help="write the faulty rows to this workbook"
        )

    def handle(self, *, file, dry_run, json, skip_faulty, organization, faults_to, **_options):
        by = LimitedActor(user=None, door="system", within=self._organization(organization))
        try:
            with file.open("rb") as stream, self._progress(quiet=json) as progress, without_gc():
                plan, applied = self._run(stream, by, progress, dry_run=dry_run, skip_faulty=skip_faulty)
        except DomainError as error:
            raise CommandError(error.message, returncode=EXIT_REFUSED) from error
        except OSError as error:
            raise CommandError(f"读不了文件 {file}：{error.strerror}。", returncode=EXIT_REFUSED) from error
        if faults_to and plan.faults:
            with faults_to.open("wb") as out:
                write_faults(out, plan.sheet, plan.faults)
        self._tell(plan, done=applied or dry_run, as_json=json, dry_run=dry_run)
        if not applied and not dry_run:
            raise SystemExit(EXIT_FAULTY)

    def _organization(self, code):
        if not code:
            return None
        found = Organization.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"没有代码为 {code} 的组织。", returncode=EXIT_REFUSED)
        return found

    def _run(self, stream, by, progress, *, dry_run, skip_faulty):
        """(plan, was it applied?)"""
        at = timezone.now()
        read = read_import(self.importer, stream, at=at, progress=progress)
        if dry_run:
            return make_plan(self.importer, read, by=by, at=at, progress=progress), False
        try:
            return run_import(
                self.importer, read, by=by, at=at, skip_faulty=skip_faulty, progress=progress
            ), True
        except FaultyRows as error:
            return error.plan, False

    def _progress(self, *, quiet):
        return ProgressBar(quiet=quiet)

    def _tell(self, plan, *, done, as_json, dry_run):
        counts = plan.counts() if done else {**plan.counts(), "created": 0, "updated": 0}
        if as_json:
            shown = {key: counts[key] for key in ("rows", "created", "updated", "unchanged")}
            shown["faults"] = [fault.as_dict() for fault in plan.faults]
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        for fault in plan.faults:
            self.stdout.write(f"第 {fault.row} 行 「{fault.column}」 {fault.message}")
        for note in plan.notes if done else ():
            self.stdout.write(note)
        words = "（仅核对，没有写入）" if dry_run else "" if done else "（有问题数据，没有导入任何内容）"
        self.stdout.write(
            f"{self.importer.title}：共 {counts['rows']} 行，新增 {counts['created']}，更新 {counts['updated']}，"
            f"未变 {counts['unchanged']}，有问题 {counts['faulty']}{words}"
        )


class ProgressBar:
    """A progress bar on stderr, or nothing; called as progress(done, total, text)."""

    def __init__(self, *, quiet):
        self.bar = None
        if not quiet:
            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)

    def __enter__(self):
        if self.bar:
            self.bar.start()
            self.task = self.bar.add_task("", total=100)
        return self

    def __exit__(self, *_error):
        if self.bar:
            self.bar.stop()

    def __call__(self, done, total, text):
        if self.bar:
            self.bar.update(self.task, completed=done, total=total, description=text)
