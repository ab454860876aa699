"""What the page of a matter says about who has it in hand, and where it went if it was not ours (R60)."""

from petitions.enums import AssignmentRole, Status


def hands_part(petition, user):
    """The units now, with their countersignatures, and those who had it before. None before it was given to anybody."""
    if petition.assigned_at is None and not petition.came_back:
        return None
    rows = list(petition.assignments.select_related("organization", "countersigned_by"))
    now = [row for row in rows if row.ended_at is None]
    return {
        "leads": [row for row in now if row.role == AssignmentRole.LEAD][-1:],
        "helping": [row for row in now if row.role == AssignmentRole.CO],
        "before": [row for row in rows if row.ended_at],
        "waits": petition.status == Status.HANDLING,
    }


def routing_part(petition, user):
    """Where it was sent, whether they took it, and whether the person knows."""
    if petition.status != Status.ROUTED_OUT and not petition.came_back:
        return None
    routings = list(petition.routings.all())
    return {"routings": routings} if routings else None


def accused_part(petition, user):
    """Whom it complains about; shown to nobody of that office, for they do not get the page."""
    if not petition.is_accusation:
        return None
    rows = petition.accused_offices.select_related("organization").order_by("pk")
    return {"offices": [row.organization.display_name for row in rows]}
