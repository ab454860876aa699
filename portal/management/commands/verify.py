import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.verification import verify_house


class Command(BaseCommand):
    help = "核对全库：合计关系、时间线、编号、履职记录、接待日与驻室、组织归口和留痕封印。有问题时以退出码 1 结束。"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, **options):
        checks = verify_house(on=timezone.localdate())
        faults = sum(len(check.faults) for check in checks)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"ok": not faults, "checks": [asdict(check) for check in checks]}, ensure_ascii=False
                )
            )
        else:
            for check in checks:
                self.stdout.write(f"{'不通过' if check.faults else '通过'}  {check.name}")
                for fault in check.faults:
                    self.stdout.write(f"        {fault}")
        if faults:
            raise CommandError(f"核对不通过，有 {faults} 处问题，请按上面的提示逐项查清。")
        if not options["json"]:
            self.stdout.write("全部核对通过。")
