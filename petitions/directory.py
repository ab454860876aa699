"""Who holds which post today, read once for a whole run of reminders."""

from collections import defaultdict

from accounts.enums import OrganizationKind, Role
from accounts.models import Membership
from accounts.scope import STEP
from petitions.enums import Audience, Status
from petitions.models import Accused
from studios.models import Keeper


class Directory:
    """People by post, in two queries. What the office complained about must not learn is asked with `may_be_told`."""

    def __init__(self, *, on):
        self._in_post = defaultdict(set)
        self._offices = defaultdict(set)
        self._keepers = defaultdict(set)
        posts = Membership.objects.current(on=on).filter(user__is_active=True, user__is_service=False)
        posts = posts.exclude(role=Role.REPRESENTATIVE)
        for user, role, path in posts.values_list("user", "role", "organization__path"):
            self._in_post[role, path].add(user)
            self._offices[user].add(path)
        keepers = Keeper.objects.current(on=on).filter(user__is_active=True)
        in_role = {
            user for (role, _path), users in self._in_post.items() if role == Role.KEEPER for user in users
        }
        for studio, user in keepers.values_list("studio", "user"):
            if user in in_role:
                self._keepers[studio].add(user)

    def audience(self, petition, audience):
        """Ids of those whom a reminder about this matter reaches."""
        home = petition.organization
        return {
            Audience.TURN: lambda: self._whose_turn(petition),
            Audience.ORGANIZER: lambda: self._organizers(home.path),
            Audience.COUNTY: lambda: self._in_post[Role.ORGANIZER, home.county_path],
            Audience.CITY: lambda: self._in_post[Role.ORGANIZER, home.path[:STEP]],
            Audience.LEADER: lambda: self._in_post[Role.LEADER, home.county_path],
        }[audience]()

    def _whose_turn(self, petition):
        """Whoever has to act next; where the post is empty, the organizer who has to fill it."""
        waiting_for = {
            Status.RECEIVED: lambda: self._keepers[petition.studio_id],
            Status.HANDLING: lambda: self._in_post[Role.HANDLER, petition.lead_unit.path],
            Status.FEEDBACK: lambda: self._tellers(petition),
        }.get(petition.status)
        return (waiting_for and waiting_for()) or self._organizers(petition.organization.path)

    def _tellers(self, petition):
        receiver = petition.mandate.person.user if petition.mandate_id else None
        if receiver and receiver.is_active:
            return {receiver.pk}
        return self._keepers[petition.studio_id]

    def _organizers(self, path):
        """Those of the organisation, or of the nearest one above it that has any."""
        for end in range(len(path), 0, -STEP):
            if found := self._in_post[Role.ORGANIZER, path[:end]]:
                return found
        return set()

    def works_at_desk(self, user):
        return user in self._offices

    def may_be_told(self, user, accused):
        """`accused` are (kind, path) of the offices that a matter complains about."""
        for kind, path in accused:
            close = kind in OrganizationKind.close_offices()
            if any(office == path or (close and office.startswith(path)) for office in self._offices[user]):
                return False
        return True


def accused_in(petitions):
    """{petition id: [(kind, path) of the offices complained about]}; no query where there is no such matter."""
    ids = [petition.pk for petition in petitions if petition.is_accusation]
    found = defaultdict(list)
    if ids:
        rows = Accused.objects.filter(petition__in=ids)
        for petition, kind, path in rows.values_list("petition", "organization__kind", "organization__path"):
            found[petition].append((kind, path))
    return found
