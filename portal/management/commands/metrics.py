import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from accounts.enums import OrganizationKind
from accounts.models import Organization
from records.metrics import Pair, compute_all, year_start


class Command(BaseCommand):
    help = "按登记的口径计算全部指标。起始日默认为截至日当年1月1日，截至日默认为今天。"

    def add_arguments(self, parser):
        parser.add_argument("--organization", default="", metavar="CODE", help="组织代码，默认全市")
        parser.add_argument(
            "--from", dest="start", type=date.fromisoformat, metavar="D", help="起始日，如 2022-01-01"
        )
        parser.add_argument(
            "--as-of", dest="as_of", type=date.fromisoformat, metavar="D", help="截至日，如 2022-10-28"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 {代码: 数值}")

    def handle(self, *, organization, start, as_of, **options):
        as_of = as_of or timezone.localdate()
        start = start or year_start(as_of)
        if start > as_of:
            raise CommandError("起始日不能晚于截至日。")
        place = self._organization(organization)
        figures = compute_all(place, start, as_of)
        if options["json"]:
            self.stdout.write(
                json.dumps({figure.metric.code: figure.value for figure in figures}, default=str)
            )
            return
        table = Table(title=f"{place.name}  {start} 至 {as_of}", title_justify="left")
        for heading, justify in (("代码", "left"), ("指标", "left"), ("数值", "right"), ("单位", "left")):
            table.add_column(heading, justify=justify, overflow="fold")
        for pair in Pair:
            for figure in (figure for figure in figures if figure.metric.pair == pair):
                value = "—" if figure.value is None else f"{figure.value:,}"
                table.add_row(figure.metric.code, str(figure.metric.name), value, figure.metric.unit)
            table.add_section()
        Console(file=self.stdout).print(table)

    @staticmethod
    def _organization(code):
        if code:
            found = Organization.objects.filter(code=code).first()
        else:
            found = Organization.objects.filter(kind=OrganizationKind.CITY).order_by("path").first()
        if found is None:
            raise CommandError(
                f"没有代码为 {code} 的组织，请核对后再试。"
                if code
                else "系统里还没有组织，请先运行 manage.py setup。"
            )
        return found
