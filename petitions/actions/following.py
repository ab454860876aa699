"""How the sources of a problem follow their main matter: state, dates and rows are brought level with it, and each
keeps what is its own: when it came and was registered, whose it is, how its person was told, its file.
"""

from django.db.models import Q

from accounts.enums import OrganizationKind
from accounts.errors import Conflict, InvalidInput
from petitions import notices
from petitions.actions.moving import next_due
from petitions.enums import AssignmentEnd, Status, Step
from petitions.models import Accused, Assignment, Pause, Petition, Problem, Reply
from records.actions import build_event
from records.models import Event

SHARED = (
    "status",
    "lead_unit_id",
    "due_date",
    "due_explained",
    "outcome",
    "assigned_at",
    "replied_at",
    "resolved_at",
    "paused_at",
    "clock_left",
    "extended_days",
)
"""What the handling decides for all of its sources."""
MIRRORED = frozenset(
    [
        "register",
        "assign",
        "reply",
        "resolve",
        "co_units",
        "countersign",
        "hand_back",
        "decline",
        "hand_on",
        "take_over",
        "pause",
        "resume",
        "approve_extension",
        "reopen",
    ]
)
FOLLOWED = MIRRORED - {"reopen"} | {"extend", "refuse_extension"}
"""What only the main matter can do. A request for more time says that *its* person has been told: the others get the
new date when it is granted."""


def mirror_move(main, verb, *, by, at):
    """After `verb` on a main matter: the same for its sources, in the same transaction."""
    if verb not in MIRRORED | FOLLOWED:
        return
    # Read again: it may have been merged since it was loaded, and the step has waited for that on its row.
    problem = Problem.objects.filter(petitions=main.pk).first()
    if problem is None:
        return
    if problem.main_id != main.pk:
        if verb in FOLLOWED:
            raise Conflict("刚才已有人把这件事并案了，这一步没有执行。请刷新页面，看最新进展。")
        return
    main.problem = problem
    if verb not in MIRRORED:
        return
    followers = _followers(main, verb)
    if not followers:
        return
    check_accused(followers, [main])
    ids = [follower.pk for follower in followers]
    _copy_fields(main, followers, verb, at=at)
    _mirror_assignments(main, ids, at=at)
    _copy_new(Reply, "replied_at", main, ids, at=at)
    _copy_new(Pause, "started_at", main, ids, at=at)
    _close_pauses(main, ids, at=at)
    _record(main, followers, verb, by=by, at=at)
    if verb == "reply":
        for follower in followers:
            notices.tell_receiver(follower, at=at, unless=by.user)


def _followers(main, verb):
    """Whoever has been told, or closed, is done; what turns out to be solved later counts for them too."""
    rows = (
        Petition.objects.select_for_update(of=("self",)).filter(problem=main.problem_id).exclude(pk=main.pk)
    )
    if verb == "resolve":
        rows = rows.filter(status__in=[Status.FEEDBACK, Status.ARCHIVED])
    elif verb == "reopen":
        rows = rows.filter(status=Status.FEEDBACK)
    else:
        rows = rows.filter(status__in=Status.open_states(), fed_back_at=None)
    return list(rows.select_related("organization", "category", "mandate__person__user").order_by("pk"))


def _copy_fields(main, followers, verb, *, at):
    if verb == "resolve":
        shared = {"outcome": main.outcome, "resolved_at": main.resolved_at}
    else:
        shared = {name: getattr(main, name) for name in SHARED}
    if verb == "reopen":
        shared |= {"fed_back_at": None, "rating": None, "handling_rating": None}
    rows = Petition.objects.filter(pk__in=[follower.pk for follower in followers])
    if verb == "register":
        rows.filter(registered_at=None).update(registered_at=at)
        rows.filter(category=None).update(category=main.category_id)
    rows.update(**shared)
    for follower in followers:
        follower.status_before = follower.status
        for name, value in shared.items():
            setattr(follower, name, value)


def _mirror_assignments(main, ids, *, at):
    """Units that came get the sources too, units that went have them no longer; dates and countersignatures follow."""
    theirs = Assignment.objects.active().filter(petition__in=ids)
    for row in Assignment.objects.filter(Q(ended_at=None) | Q(ended_at=at), petition=main):
        same = theirs.filter(organization=row.organization_id, role=row.role)
        same.update(
            due_date=row.due_date,
            countersigned_at=row.countersigned_at,
            countersigned_by=row.countersigned_by_id,
            countersign_content=row.countersign_content,
            ended_at=row.ended_at,
            end_reason=row.end_reason,
        )
    _copy_new(Assignment, "assigned_at", main, ids, at=at)


def _copy_new(model, moment, main, ids, *, at):
    """Rows the step has added to the main matter, once for each source."""
    added = model.objects.filter(petition=main, **{moment: at})
    model.objects.bulk_create(_copy(row, petition) for row in added for petition in ids)


def _copy(row, petition_id):
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)(**values | {"petition_id": petition_id})


def _close_pauses(main, ids, *, at):
    for row in Pause.objects.filter(petition=main, ended_at=at):
        open_ones = Pause.objects.filter(petition__in=ids, ended_at=None)
        open_ones.update(ended_at=at, end_note=row.end_note, new_due=row.new_due)


def _record(main, followers, verb, *, by, at):
    """Each source's own event, with what the main matter's event told."""
    told = Event.objects.about(main).filter(verb=verb, at=at).order_by("-pk").first()
    after = {**(told.after if told else {}), "problem": main.problem.number}
    Event.objects.bulk_create(
        build_event(
            follower,
            verb,
            by=by,
            at=at,
            organization=follower.organization,
            before={"status": follower.status_before},
            after={**after, "status": follower.status},
            note=told.note if told else "",
        )
        for follower in followers
    )


def bring_level(petition, main, *, at):
    """The changes that bring a new source to where the main matter stands; rows of the handling are written here."""
    own = {"status", "lead_unit_id"}
    if petition.status == main.status and main.status in (Status.RECEIVED, Status.REGISTERED):
        own |= {"due_date", "due_explained"}
    changes = {name: getattr(main, name) for name in SHARED if name not in own}
    changes["lead_unit"] = main.lead_unit
    if main.registered_at:
        changes["registered_at"] = petition.registered_at or at
        changes["category"] = petition.category or main.category
    # Dates of its own: it was handed over, and answered, today.
    changes["assigned_at"] = (petition.assigned_at or at) if main.assigned_at else None
    changes["replied_at"] = at if main.replied_at else None
    changes["resolved_at"] = at if main.resolved_at else None
    if main.status == Status.FEEDBACK:
        changes |= next_due(Step.FEEDBACK, petition, at)
        changes |= {"paused_at": None, "clock_left": None}
    _hand_over(petition, main, at=at)
    if main.replied_at:
        for row in main.replies.filter(replied_at=main.replied_at):
            copied = _copy(row, petition.pk)
            copied.replied_at = at
            copied.save(force_insert=True)
    return changes


def _hand_over(petition, main, *, at):
    """The units of the main matter have it in hand from now on, and no others."""
    Assignment.objects.active().filter(petition=petition).update(ended_at=at, end_reason=AssignmentEnd.MERGED)
    copies = []
    for row in Assignment.objects.active().filter(petition=main):
        copied = _copy(row, petition.pk)
        copied.assigned_at, copied.received_at = at, petition.received_at
        copies.append(copied)
    Assignment.objects.bulk_create(copies)


def check_accused(sources, handled):
    """No office may handle, or learn from, what is said against it (信访 confidentiality rule). The sentence names no
    matter: whoever assigns need not know which one it is."""
    accused = list(
        Accused.objects.filter(petition__in=[source.pk for source in sources]).values_list(
            "organization__path", "organization__kind"
        )
    )
    if not accused:
        return
    units = Assignment.objects.active().filter(petition__in=[one.pk for one in handled])
    paths = set(units.values_list("organization__path", flat=True))
    paths |= {one.lead_unit.path for one in handled if one.lead_unit_id}
    for path, kind in accused:
        close = kind in OrganizationKind.close_offices()
        if any(unit == path or (close and unit.startswith(path)) for unit in paths):
            raise InvalidInput({"main": ["承办单位不能办理这组事项，不能并案或交给它。请另选。"]})
