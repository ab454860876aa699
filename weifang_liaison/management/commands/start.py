from django.core.management import call_command
from django.core.management.base import BaseCommand

from weifang_liaison.management.commands.serve import refuse_taken_port


class Command(BaseCommand):
    help = "从空目录到可用的系统：迁移、备好基础数据、空库时建演示城市，然后启动服务（make run）。"
    # They cost half a second of a start that should take seconds; `manage.py check` and the tests run them.
    requires_system_checks = []

    def handle(self, *args, verbosity, **options):
        # Before a minute's work rather than after it.
        refuse_taken_port()
        # One process for all of it: starting Python four times would take longer than the work.
        self.stdout.write("正在准备数据库…")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("setup", verbosity=0)
        call_command("demo", if_empty=True, verbosity=verbosity)
        call_command("serve")
