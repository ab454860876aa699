"""Open matters that may be the same as one that is being typed or looked at (R57), for one reader."""

from dataclasses import dataclass

from django.db.models.functions import Substr

from accounts.scope import under
from petitions import rules
from petitions.models import Petition
from petitions.similarity import READ, Told, find_alike

MOST_COMPARED = 21_000
"""The newest so many open ones that the reader may see; a county has some hundred."""
MOST_SHOWN = 5
MOST_BY_PERSON = 20
SOURCES = 4
"""So many more are compared, since several of them may belong to one problem."""


@dataclass
class SimilarPetition:
    petition: Petition
    reasons: list
    score: float
    may_merge: bool = False
    """Whether the reader may merge into it; set by the door that offers it."""

    @property
    def sentence(self):
        return "、".join(self.reasons)


def similar_to(petition, user, *, most=MOST_SHOWN):
    """Those like a matter that is there already."""
    return find_similar(
        user,
        title=petition.title,
        content=petition.content,
        place=petition.place,
        phone=petition.petitioner_phone if rules.may_unmask(user, petition) else "",
        organization=petition.organization,
        without=petition.pk,
        most=most,
    )


def find_similar(
    user, *, content, title="", place="", phone="", organization=None, without=None, most=MOST_SHOWN
):
    """Open matters of the same county among those the user may see, likeliest first: a list of SimilarPetition.

    Three queries. Nothing of what others wrote leaves this function but the matters themselves.
    """
    rows = Petition.objects.visible_to(user).open().filter(stop_processing_at=None)
    if without is not None:
        rows = rows.exclude(pk=without)
    if organization is not None:
        rows = rows.filter(under("organization__path", [organization.county_path]))
    calls = _of_same_person(rows, user, phone) if len(phone) >= 5 else set()
    # By their ids: as good as by date, and the texts are not sorted.
    newest = rows.order_by("-pk").values_list("pk", "title", Substr("content", 1, READ), "place")
    others = list(map(Told._make, newest[:MOST_COMPARED]))
    found = find_alike(Told(None, title, content, place), others, same_person=calls, most=most * SOURCES)
    petitions = Petition.objects.with_names().in_bulk([alike.key for alike in found])
    return _one_of_each_problem(found, petitions)[:most]


def _one_of_each_problem(found, petitions):
    """Sources of one problem are one thing: the likeliest of them stands for all."""
    shown, problems = [], set()
    for alike in found:
        petition = petitions.get(alike.key)
        if petition is None or petition.problem_id in problems:
            continue
        if petition.problem_id is not None:
            problems.add(petition.problem_id)
        shown.append(SimilarPetition(petition, alike.reasons, alike.score))
    return shown


def _of_same_person(rows, user, phone):
    """Only where the user may look behind the mask: or whoever types numbers would learn whose they are."""
    same = rows.filter(petitioner_phone=phone).with_names()[:MOST_BY_PERSON]
    return {petition.pk for petition in same if rules.may_unmask(user, petition)}
