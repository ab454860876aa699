"""Open matters of a representative who leaves go to another one, or to the venue."""

from accounts.actions import notify
from petitions.models import Petition
from records.actions import record_event


def hand_over_petitions(petitions, *, to, by, at):
    """Give open matters to another receiving representative, or with `to=None` to the venue alone.

    What is said against an office stays with the one who heard it, and goes to no colleague: those above see to it.
    """
    given = False
    for petition in petitions.select_related("organization", "mandate__person"):
        before, heir = str(petition.mandate), None if petition.is_accusation else to
        given = given or heir is not None
        Petition.objects.filter(pk=petition.pk).update(mandate=heir)
        record_event(
            petition,
            "handed_over" if heir else "left_to_venue",
            by=by,
            at=at,
            organization=petition.organization,
            before={"mandate": before},
            after={"mandate": str(heir) if heir else None},
        )
    if given and to.person.user:
        notify([to.person.user], title="有群众事项移交给您", link="/matters/", at=at)
