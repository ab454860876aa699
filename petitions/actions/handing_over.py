"""Open matters of a representative who leaves go to another one, or to the venue."""

from accounts.actions import notify
from petitions.models import Petition
from records.actions import record_event


def hand_over_petitions(petitions, *, to, by, at):
    """Give open matters to another receiving representative, or with `to=None` to the venue alone."""
    verb = "handed_over" if to else "left_to_venue"
    for petition in petitions.select_related("organization", "mandate__person"):
        before = str(petition.mandate)
        Petition.objects.filter(pk=petition.pk).update(mandate=to)
        record_event(
            petition,
            verb,
            by=by,
            at=at,
            organization=petition.organization,
            before={"mandate": before},
            after={"mandate": str(to) if to else None},
        )
    if to and to.person.user:
        notify([to.person.user], title="有群众事项移交给您", link="/matters/", at=at)
