from django.apps import AppConfig


class StudiosConfig(AppConfig):
    name = "studios"
    verbose_name = "工作室（站）"

    def ready(self):
        from records.attachments import register_attachment_owner
        from representatives.group_sections import register_group_minimum, register_group_section
        from representatives.ledger import register_ledger_source
        from representatives.open_work import OpenWork, register_open_work
        from studios.duty_lines import RECEPTIONS
        from studios.group_sections import MINIMUMS, SECTIONS
        from studios.models import ChecklistResult, ReceptionDay, Studio
        from studios.open_work import duties_ahead, hand_over

        register_open_work(
            OpenWork(
                label="驻室安排",
                items=duties_ahead,
                shown=lambda duties, _user: duties,  # who sits when is no secret within the office
                hand_over=hand_over,
            )
        )
        register_ledger_source(RECEPTIONS)
        register_attachment_owner(Studio, organization=lambda studio: studio.organization)
        register_attachment_owner(ReceptionDay, organization=lambda day: day.studio.organization)
        register_attachment_owner(ChecklistResult, organization=lambda result: result.studio.organization)
        for section in SECTIONS:
            register_group_section(section)
        for minimum in MINIMUMS:
            register_group_minimum(minimum)
