from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "教育培训"

    def ready(self):
        from records.attachments import register_attachment_owner
        from representatives.ledger import register_ledger_source
        from training.duty_lines import ATTENDANCES
        from training.models import Training

        register_ledger_source(ATTENDANCES)
        register_attachment_owner(Training, organization=lambda training: training.organization)
