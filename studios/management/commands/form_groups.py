import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Organization
from studios.actions import form_groups, plan_groups


class Command(BaseCommand):
    help = "按地方和行业领域，把还没有编组的在任代表编成20名左右的小组，并挂到工作室（站）。"

    def add_arguments(self, parser):
        parser.add_argument("--organization", default="", help="组织代码，如 370783；不填为全市")
        parser.add_argument("--size", type=int, default=settings.GROUP_SIZE, help="每组人数")
        parser.add_argument("--dry-run", action="store_true", help="只看建议，不改动")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args, **options):
        code = options["organization"]
        found = Organization.objects.filter(code=code) if code else Organization.objects.filter(parent=None)
        organization = found.first()
        if organization is None:
            raise CommandError(
                f"没有代码为 {code} 的组织，请核对。" if code else "还没有组织，请先运行 manage.py setup。"
            )
        if options["size"] < 1:
            raise CommandError("每组人数至少为 1。")
        if options["dry_run"]:
            planned = plan_groups(organization, size=options["size"])
        else:
            planned = form_groups(organization, by=Actor.system(), at=timezone.now(), size=options["size"])
        if options["json"]:
            told = [
                {
                    "organization": plan.organization.code,
                    "name": plan.name,
                    "members": len(plan.mandates),
                    "studio": plan.studio.name if plan.studio else None,
                }
                for plan in planned
            ]
            self.stdout.write(json.dumps({"groups": told}, ensure_ascii=False))
            return
        people = sum(len(plan.mandates) for plan in planned)
        self.stdout.write(
            f"{'建议' if options['dry_run'] else '已编'} {len(planned)} 个小组，{people} 名代表。"
        )
