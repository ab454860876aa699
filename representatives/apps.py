from django.apps import AppConfig


class RepresentativesConfig(AppConfig):
    name = "representatives"
    verbose_name = "党代表"

    def ready(self):
        from records.attachments import register_attachment_owner
        from representatives.duty_lines import BRANCH_CONTACTS, HONOURS
        from representatives.ledger import register_ledger_source
        from representatives.models import DutyTick, Honour

        register_ledger_source(BRANCH_CONTACTS)
        register_ledger_source(HONOURS)
        for model in (Honour, DutyTick):
            register_attachment_owner(model, organization=lambda row: row.mandate.organization)
