import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import Actor
from accounts.errors import DomainError
from accounts.models import Organization
from records.import_command import ProgressBar
from studios.actions.planning import plan_month, read_month, studios_with_rules
from studios.planning_job import studios_below
from workdays.queries import load_calendar


class Command(BaseCommand):
    help = (
        "排一个月的班：按规则列出接待日，给每个席位选代表。已公布的班和人工指定的尽量不动；"
        "再运行一次不会改动。排好后等联络员看过再公布。"
    )

    def add_arguments(self, parser):
        parser.add_argument("month", help="月份，如 2026-12")
        parser.add_argument("--organization", default="", help="组织代码，如 370783，含下级；不填为全市")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args, **options):
        at = timezone.now()
        studios = self._studios(options["organization"])
        try:
            month = read_month(options["month"], at=at)
            with ProgressBar(quiet=options["json"]) as progress:
                planned = plan_month(
                    month, studios, by=Actor.system(), at=at, calendar=load_calendar(), progress=progress
                )
        except DomainError as fault:
            raise CommandError(fault.message) from fault
        if options["json"]:
            self.stdout.write(json.dumps(planned.as_dict(), ensure_ascii=False))
        else:
            self._tell(planned)

    def _studios(self, code):
        if not code:
            studios = studios_with_rules()
        else:
            organization = Organization.objects.filter(code=code).first()
            if organization is None:
                raise CommandError(f"没有代码为 {code} 的组织，请核对。")
            studios = studios_below(organization)
        if not studios.exists():
            raise CommandError("没有要排班的工作室（站）：请先给它们设定接待日规则。")
        return studios

    def _tell(self, planned):
        told = planned.as_dict()
        for day in told["unfilled"]:
            self.stdout.write(f"未排满　{day['studio']} {day['date']} 缺 {day['seats']} 席：{day['reason']}")
        for duty in told["dropped"]:
            self.stdout.write(f"已调整　{duty['studio']} {duty['date']} {duty['person']}：{duty['reason']}")
        self.stdout.write(
            f"{planned.month.year}年{planned.month.month}月：{told['venues']} 个工作室（站），"
            f"{told['days']} 个接待日（新列 {told['new_days']}），{told['seats']} 个席位，排定 {told['assigned']} 个；"
            f"这次新排 {told['added']}，撤下 {told['removed']}，缺 {sum(day['seats'] for day in told['unfilled'])}。"
            f"同室轮值次数最多相差 {told['widest_spread']} 次。"
        )
