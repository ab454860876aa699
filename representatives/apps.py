from django.apps import AppConfig


class RepresentativesConfig(AppConfig):
    name = "representatives"
    verbose_name = "党代表"

    def ready(self):
        from representatives.duty_lines import BRANCH_CONTACTS
        from representatives.ledger import register_ledger_source

        register_ledger_source(BRANCH_CONTACTS)
