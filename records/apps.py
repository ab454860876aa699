from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "留痕与档案"

    def ready(self):
        # Upper rooms declare their figures and long jobs; this room only keeps the registers.
        autodiscover_modules("metrics", "jobs")

        from accounts.trail import keep_trail_with
        from records import retention_job, sign_ins  # noqa: F401  (declaring its kind of job)
        from records.actions import record_event
        from records.attachments import register_attachment_owner
        from records.models import Document
        from records.retained import register_own

        register_attachment_owner(Document, organization=lambda document: document.organization)
        keep_trail_with(record_event)
        sign_ins.connect()
        register_own()
