import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Organization
from evaluations.enums import CycleStatus, SubjectKind
from evaluations.year import run_year
from records.import_command import ProgressBar

KINDS = {
    "representative": (SubjectKind.REPRESENTATIVE,),
    "studio": (SubjectKind.STUDIO,),
    "all": tuple(SubjectKind),
}


class Command(BaseCommand):
    help = (
        "办一个年度的考评：没有的先按常规日期建好，到了日子的开始述职，并按履职记录计算得分；"
        "再运行一次不会改动。等次由党委评定，这里不定。"
    )

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="年度，如 2022")
        parser.add_argument("--organization", default="", help="组织代码，如 370783，含下级；不填为全市")
        parser.add_argument(
            "--kind", choices=list(KINDS), default="representative", help="代表、工作室（站）或全部"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args, **options):
        at = timezone.now()
        year = options["year"]
        if not 2000 <= year <= timezone.localdate(at).year:
            raise CommandError(f"年度须在2000到{timezone.localdate(at).year}之间。")
        with ProgressBar(quiet=options["json"]) as progress:
            runs = run_year(
                year,
                on=timezone.localdate(at),
                by=Actor.system(),
                at=at,
                organization=self._organization(options["organization"]),
                kinds=KINDS[options["kind"]],
                progress=progress,
            )
        if not runs:
            raise CommandError("这个组织不评定等次：考评由市和县市区、开发区办理，请用它们的代码。")
        if options["json"]:
            told = {"year": year, "cycles": [run.as_dict() for run in runs]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._tell(year, runs)

    def _organization(self, code):
        if not code:
            return None
        found = Organization.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"没有代码为 {code} 的组织，请核对。")
        return found

    def _tell(self, year, runs):
        for run in runs:
            spread = "、".join(f"{label} {count}" for label, count in run.grades.items())
            words = [CycleStatus(run.cycle.status).label, f"参加 {run.appraised}", f"得分变动 {run.changed}"]
            self.stdout.write(f"{run.cycle.title}　{'　'.join(words)}　{spread}".rstrip())
            if run.stopped:
                self.stdout.write(f"　　没有开始：{run.stopped}")
        appraised = sum(run.appraised for run in runs)
        changed = sum(run.changed for run in runs)
        self.stdout.write(f"{year}年共 {len(runs)} 次考评，参加 {appraised}，得分变动 {changed}。")
