"""What belongs to a venue is the work of its keepers and of the organizers above it; leaders look on."""

from django.core.exceptions import PermissionDenied

from accounts.admin_base import ScopedModelAdmin
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.scope import Scope
from studios.rules import may_staff

STAFF = (Role.ORGANIZER, Role.KEEPER)


def is_staff_of_venues(request):
    """For `add_navigation`: somebody who keeps or organizes venues."""
    return Scope.of(request.user).has(*STAFF)


class VenuePages(DeskPages):
    """Pages of what belongs to a venue."""

    related = ("studio__organization",)

    @staticmethod
    def check_staffs(request, studio):
        """Asked first, so that who only looks on is not told what she left out."""
        if not may_staff(request.user, studio):
            raise PermissionDenied


class StaffedVenueAdmin(VenuePages, ScopedModelAdmin):
    """Rows that change by verbs alone."""

    readers = (*STAFF, Role.LEADER)
    writers = ()

    def has_add_permission(self, request):
        return Scope.of(request.user).has(*STAFF)

    def has_change_permission(self, request, obj=None):
        return False
