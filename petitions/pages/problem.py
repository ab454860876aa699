"""What the pages say about a problem and about matters that may be the same."""

from petitions.enums import Status
from petitions.models import Petition
from petitions.rules import organizer_or_keeper

MERGEABLE = (Status.RECEIVED, Status.REGISTERED, Status.HANDLING)


def sources_of(problem, user):
    """The sources the reader may see, the main one first; one query."""
    rows = Petition.objects.visible_to(user).filter(problem=problem).with_names()
    return sorted(rows, key=lambda row: (row.pk != problem.main_id, row.received_at, row.pk))


def problem_part(petition, user):
    """On the desk's page of a matter. Asks the database only where the matter is part of a problem."""
    if petition.problem_id is None:
        return None
    problem = petition.problem
    sources = sources_of(problem, user)
    return {
        "problem": problem,
        "is_main": problem.main_id == petition.pk,
        "main": next((source for source in sources if source.pk == problem.main_id), None),
        "others": [source for source in sources if source.pk != petition.pk],
    }


def similar_part(petition, user):
    """Only the place for it: the hint itself is asked for once the page stands."""
    if petition.status not in MERGEABLE or petition.problem_id is not None:
        return None
    return {"petition": petition} if organizer_or_keeper(user, petition) else None


def furthest(petitions):
    """Who leads if nobody was chosen: the one that is furthest along, of several the earliest."""
    place = {status: number for number, status in enumerate(Status.stages())}
    return max(petitions, key=lambda one: (place.get(one.status, -1), -one.received_at.timestamp(), -one.pk))


def merged_words(petition):
    """For whoever sees only her own: with how many others it is handled. What is said against an office is no part of
    the number. One query where the matter is part of a problem, else none."""
    if petition.problem_id is None:
        return ""
    others = Petition.objects.filter(problem=petition.problem_id, is_accusation=False).exclude(pk=petition.pk)
    return f"与另外 {others.count()} 件并案办理"
