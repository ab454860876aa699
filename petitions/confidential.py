"""Complaints about an office: it never learns of them, in no list, count, notice or error (信访 confidentiality rule).

`Petition.objects.visible_to` keeps them from everybody whose office it is; here is what else depends on it.
"""

from django.db.models import Q

from accounts.errors import InvalidInput
from accounts.scope import Scope
from petitions.models import Accused, Assignment, Dispute, Feedback, Petition, Recovery
from petitions.recipients import may_be_told
from petitions.rules import belongs_to_office
from petitions.withholding import take_words_back
from representatives.models import DutyRecord
from representatives.models.ledger import lines_hidden_from

__all__ = [
    "ids_hidden_from",
    "is_hidden_from",
    "kept_from_figures",
    "may_be_told",
    "name_offices",
    "take_words_back",
    "without_unknown_complaints",
]


def name_offices(petition, offices):
    """Write down whom the matter complains about. Refused while one of them has it in hand: it would stay known to it.
    Returns those that are new."""
    if petition.problem_id is not None:
        raise InvalidInput({"accused": ["这件事已经并案，同案的别的事该单位看得到。请先移出并案，再标明。"]})
    known = set(petition.accused_offices.values_list("organization_id", flat=True))
    new = [office for office in offices if office.pk not in known]
    for office in new:
        held = Assignment.objects.active().filter(
            petition=petition, organization__in=type(office).objects.filter(belongs_to_office(office))
        )
        if held.exists():
            raise InvalidInput(
                {"accused": [f"{office.display_name}正在承办或协办这件事。请先改派或解除协办，再标明。"]}
            )
    if not new:
        raise InvalidInput({"accused": ["这些单位已经标明过了，没有新增。"]})
    Accused.objects.bulk_create(Accused(petition=petition, organization=office) for office in new)
    return new


def is_hidden_from(petition, user):
    """Does the matter complain about this user's office?"""
    if not petition.is_accusation:
        return False
    return not Petition.objects.filter(pk=petition.pk).not_about_office_of(user).exists()


def without_unknown_complaints(petitions, user):
    """Those of `petitions` whose existence the user may learn: a complaint about an office only if she may see it."""
    seen = Petition.objects.visible_to(user).filter(is_accusation=True).values("pk")
    return petitions.filter(Q(is_accusation=False) | Q(pk__in=seen))


def ids_hidden_from(user):
    """Ids of the complaints about the user's office: there are few, and their trail is kept from her too."""
    if not Scope.of(user).offices:
        return []
    # Looked for among those that name an office: all other matters need not be gone through.
    named = Accused.objects.order_by().values("petition")
    accusations = Petition.objects.filter(is_accusation=True, pk__in=named)
    seen = accusations.not_about_office_of(user).values("pk")
    return accusations.exclude(pk__in=seen).order_by().values_list("pk", flat=True)


def disputes_hidden_from(user):
    """Ids of the disputes that a complaint about the user's office belongs to."""
    quarrels = Petition.objects.filter(pk__in=ids_hidden_from(user)).exclude(dispute=None)
    return quarrels.order_by().values_list("dispute", flat=True)


def recoveries_hidden_from(user):
    return (
        Recovery.objects.filter(dispute__in=disputes_hidden_from(user))
        .order_by()
        .values_list("pk", flat=True)
    )


def feedbacks_hidden_from(user):
    return Feedback.objects.filter(petition__in=ids_hidden_from(user)).order_by().values_list("pk", flat=True)


def kept_from_figures(user):
    """{model: Q} of what no figure may count for her: the complaints about her office, the disputes one of them
    belongs to, and the lines of the duty ledger about them. The number less the records would tell how many there are.
    One query for whom none concerns."""
    hidden = list(ids_hidden_from(user))
    if not hidden:
        return {}
    quarrels = list(disputes_hidden_from(user))
    return {
        DutyRecord: lines_hidden_from(user),
        Petition: Q(pk__in=hidden),
        Dispute: Q(pk__in=quarrels),
        Recovery: Q(dispute__in=quarrels),
    }
