import json

from django.core.management.base import BaseCommand, CommandError

from records.seals import verify_chain


class Command(BaseCommand):
    help = "核验留痕：找出被改动、删除、调序或事后插入的记录，并打印链头封印，供另处保存。"

    def add_arguments(self, parser):
        parser.add_argument("--head", default="", help="以前另处保存的链头封印，核对它仍在链上")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args, **options):
        report = verify_chain(kept_head=options["head"])
        if options["json"]:
            self.stdout.write(json.dumps(vars(report), ensure_ascii=False))
        else:
            self.stdout.write(
                f"封印 {report.seals} 个，留痕 {report.events} 条已封存，{report.pending} 条待封存。"
            )
            self.stdout.write(f"链头封印：{report.head}")
            for fault in report.faults:
                self.stderr.write(fault)
        if report.faults:
            raise CommandError(f"核验不通过：{len(report.faults)} 处问题。")
        if not options["json"]:
            self.stdout.write("核验通过。")
