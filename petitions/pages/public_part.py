"""What the desk sees of the person's own doings: is a code out, what did she add, how did she rate."""

from petitions.models import TrackingCode


def public_part(petition, user):
    """None for a matter that did not come by the QR code and that nobody has rated: no query is made for it."""
    from_public = petition.channel.code == "web"
    if not from_public and petition.rating is None and petition.handling_rating is None:
        return None
    return {
        "petition": petition,
        "has_code": from_public and TrackingCode.objects.filter(petition=petition).exists(),
        "supplements": list(petition.supplements.select_related("added_by")) if from_public else [],
        "asks": petition.is_unsatisfied and petition.is_open,
    }
