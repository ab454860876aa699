import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Organization
from studios.actions import form_groups, plan_groups


class Command(BaseCommand):
    help = "按地方、行业领域和层级编组：没有小组的编入，人数偏离的调整，其余不动；新小组挂到工作室（站）。"

    def add_arguments(self, parser):
        parser.add_argument("--organization", default="", help="组织代码，如 370783；不填为全市")
        parser.add_argument("--size", type=int, default=None, help="每组人数；不填按编组设置")
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
        if options["size"] is not None and options["size"] < 1:
            raise CommandError("每组人数至少为 1。")
        if options["dry_run"]:
            plan = plan_groups(organization, size=options["size"])
        else:
            plan = form_groups(organization, by=Actor.system(), at=timezone.now(), size=options["size"])
        if options["json"]:
            told = {
                "groups": [self._told(one) for one in plan.changed],
                "dissolved": [group.name for group in plan.dissolved],
                "unchanged": len(plan.groups) - len(plan.changed),
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(
            f"{'建议' if options['dry_run'] else '已'}新编 {len(plan.new)} 个小组，编入 {plan.newcomers} 名代表，"
            f"调整 {plan.moved} 名，撤并 {len(plan.dissolved)} 个小组；共 {len(plan.groups)} 个小组，"
            f"{len(plan.strays)} 个人数偏离。"
        )

    @staticmethod
    def _told(one):
        return {
            "organization": one.organization.code,
            "name": one.name,
            "is_new": one.is_new,
            "members": len(one.seats),
            "arrivals": len(one.arrivals),
            "studio": one.studio.name if one.studio else None,
            "warning": one.warning,
        }
