from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "教育培训"

    def ready(self):
        from records.attachments import register_attachment_owner
        from representatives.group_sections import register_group_section
        from representatives.ledger import register_ledger_source
        from representatives.open_work import OpenWork, register_open_work
        from training.duty_lines import ATTENDANCES
        from training.group_sections import SECTIONS
        from training.models import Training
        from training.open_places import free_places, places_ahead
        from training.pair_duty_lines import MENTORING
        from training.pair_open_work import hand_over_pairs, pairs_of

        register_ledger_source(ATTENDANCES)
        register_ledger_source(MENTORING)
        register_open_work(
            OpenWork(
                label="结对帮带",
                items=pairs_of,
                shown=lambda pairs, _user: pairs,  # who mentors whom is no secret within the office
                hand_over=hand_over_pairs,
            )
        )
        register_open_work(
            OpenWork(
                label="培训名额",
                items=places_ahead,
                shown=lambda places, _user: places.none(),
                hand_over=free_places,
            )
        )
        register_attachment_owner(Training, organization=lambda training: training.organization)
        for section in SECTIONS:
            register_group_section(section)
