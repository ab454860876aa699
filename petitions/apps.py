from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "petitions"
    verbose_name = "意见建议"

    def ready(self):
        from petitions import personal
        from petitions.actions import hand_over_petitions
        from petitions.confidential import (
            disputes_hidden_from,
            feedbacks_hidden_from,
            ids_hidden_from,
            kept_from_figures,
            recoveries_hidden_from,
            without_unknown_complaints,
        )
        from petitions.duty_lines import FED_BACK, RECEIVED
        from petitions.models import BoxOpening, Dispute, Feedback, PastedChat, Petition, Recovery
        from petitions.pages.day import day_part
        from petitions.target_counts import count_received, count_resolved
        from records.attachments import register_attachment_owner
        from records.metrics import keep_back
        from records.models.events import hide_events
        from representatives.ledger import register_ledger_source
        from representatives.models import DutyRecord
        from representatives.models.ledger import hide_lines
        from representatives.open_work import OpenWork, register_open_work
        from studios.enums import TargetKind
        from studios.pages.day import register_day_part
        from studios.target_counts import register_target_counter

        register_open_work(
            OpenWork(
                label="意见建议",
                items=lambda mandate: Petition.objects.open().filter(mandate=mandate),
                shown=without_unknown_complaints,
                hand_over=hand_over_petitions,
            )
        )
        register_attachment_owner(Petition, organization=lambda petition: petition.organization)
        register_attachment_owner(BoxOpening, organization=lambda opening: opening.studio.organization)
        register_attachment_owner(PastedChat, organization=lambda chat: chat.studio.organization)
        register_attachment_owner(Dispute, organization=lambda dispute: dispute.organization)
        register_attachment_owner(Recovery, organization=lambda recovery: recovery.dispute.organization)
        register_target_counter(TargetKind.MATTERS, count_received)
        register_target_counter(TargetKind.RESOLVED, count_resolved)
        register_day_part("admin/petitions/petition/parts/day.html", day_part)
        register_ledger_source(RECEIVED)
        register_ledger_source(FED_BACK)
        hide_events(Petition._meta.label_lower, ids_hidden_from)
        hide_events(Dispute._meta.label_lower, disputes_hidden_from)
        hide_events(Recovery._meta.label_lower, recoveries_hidden_from)
        hide_lines(Petition._meta.label_lower, ids_hidden_from)
        hide_lines(Feedback._meta.label_lower, feedbacks_hidden_from)
        for slips in (BoxOpening, PastedChat):
            hide_events(slips._meta.label_lower, slips.objects.ids_withheld_from)
        keep_back((Petition, Dispute, Recovery, DutyRecord), kept_from_figures)
        personal.register()
