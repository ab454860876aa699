from datetime import date

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from accounts.models import Organization
from portal.demo.city import ACCOUNTS_FILE, STEPS, HouseNotEmptyError, build_city, check_house_is_empty
from portal.demo.crowds import finish_texts
from portal.demo.matters import office_now


class Command(BaseCommand):
    help = "建立演示城市：潍坊市各级党代表、工作室（站）和群众事项，只能装进空库。"

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=float, default=1.0, help="规模，1.0 为全市（默认），0.02 为小样")
        parser.add_argument(
            "--today", type=date.fromisoformat, default=None, help="以哪一天为今天，如 2026-11-23"
        )
        parser.add_argument("--seed", type=int, default=20221028, help="随机种子；同一种子得到同一座城市")
        parser.add_argument("--if-empty", action="store_true", help="库里已有内容时什么也不做")

    def handle(self, *, scale, today, seed, if_empty, verbosity, **_options):
        if not 0.005 <= scale <= 3:
            raise CommandError("规模须在 0.005 到 3 之间，全市为 1.0。")
        at = timezone.now()
        today = today or timezone.localdate(at)
        if today < date(2023, 3, 1):
            raise CommandError("今天不能早于 2023-03-01：2022 年的事项到那时才全部办结归档。")
        console = Console(
            file=self.stdout._out, force_terminal=None if verbosity else False, quiet=verbosity == 0
        )
        try:
            check_house_is_empty()
            if not Organization.objects.exists():
                call_command("setup", verbosity=0)
            report = self._build(console, at=at, scale=scale, today=today, seed=seed)
        except HouseNotEmptyError as error:
            if not if_empty:
                raise CommandError(str(error)) from error
        else:
            # `make run` serves next, and that prints the accounts at every start.
            self._tell(console, report, with_accounts=not if_empty)

    def _build(self, console, **options):
        weights = {key: weight for key, _label, weight in STEPS}
        labels = {key: label for key, label, _weight in STEPS}
        order = list(labels)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(labels[order[0]], total=sum(weights.values()))

            def progress(key, done):
                before = sum(weights[name] for name in order[: order.index(key)])
                following = order[min(order.index(key) + (done >= 1), len(order) - 1)]
                bar.update(task, completed=before + weights[key] * done, description=labels[following])

            report = build_city(progress=progress, **options)
            bar.update(task, description="比对文字、学习问题分类")
            # A story that stands in days to come is finished on its own day, not before what it tells of.
            now = office_now(options["today"], timezone.get_default_timezone())
            finish_texts(on=options["today"], at=max(options["at"], now))
            return report

    @staticmethod
    def _tell(console, report, *, with_accounts):
        console.print(
            f"演示城市已建好：代表资格 {report.mandates} 名次，代表 {report.people} 名，代表小组 {report.groups} 个，"
            f"工作室（站）{report.studios} 个，群众事项 {report.petitions} 件，留痕 {report.events} 条。"
        )
        if not with_accounts:
            return
        for account in report.accounts:
            words = (account["role"], account["username"], account["password"], account["organization"])
            console.print("  {:<15} {:<26} {:<28} {}".format(*words), soft_wrap=True, highlight=False)
        for row in report.codes:
            console.print(
                f"  查询码          {row['code']}  {row['number']}", soft_wrap=True, highlight=False
            )
        console.print(f"账号也写在 {settings.DATA_DIR / ACCOUNTS_FILE}（仅本人可读）。", soft_wrap=True)
