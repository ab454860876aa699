from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "petitions"
    verbose_name = "意见建议"

    def ready(self):
        from petitions import personal
        from petitions.actions import hand_over_petitions
        from petitions.confidential import ids_hidden_from, without_unknown_complaints
        from petitions.models import BoxOpening, Dispute, PastedChat, Petition, Recovery
        from records.attachments import register_attachment_owner
        from records.models.events import hide_events
        from representatives.open_work import OpenWork, register_open_work

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
        hide_events(Petition._meta.label_lower, ids_hidden_from)
        personal.register()
