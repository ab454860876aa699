"""Who sees what: memberships give path prefixes, and every scoped QuerySet starts from them."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts.enums import Role

STEP = 4
ROOT_PREFIX = ""


def successor(path):
    """The first path after everything below `path`; pure digits, so it sorts alike on every engine.

    >>> successor("00010016")
    '00010017'
    """
    return f"{path[:-STEP]}{int(path[-STEP:]) + 1:0{STEP}d}"


def under(field, prefixes):
    """Q for rows whose path in `field` lies in one of the subtrees; no prefixes means no rows."""
    if ROOT_PREFIX in prefixes:
        return ~Q(pk__in=[])
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(**{f"{field}__gte": prefix, f"{field}__lt": successor(prefix)})
    return condition


@dataclass(frozen=True)
class Scope:
    """The roles a user holds today, as (role, path of the organisation)."""

    grants: frozenset

    @classmethod
    def of(cls, user):
        """Read once per user instance, that is once per request."""
        cached = getattr(user, "_scope", None)
        if cached is None:
            cached = user._scope = cls(grants=cls._read(user))
        return cached

    @staticmethod
    def _read(user):
        if user is None or not user.is_authenticated or not user.is_active:
            return frozenset()
        if user.is_superuser:
            return frozenset({(Role.ORGANIZER.value, ROOT_PREFIX), (Role.AUDITOR.value, ROOT_PREFIX)})
        memberships = user.memberships.current(on=timezone.localdate())
        return frozenset(memberships.values_list("role", "organization__path"))

    @property
    def is_everything(self):
        return any(path == ROOT_PREFIX for _role, path in self.grants)

    def prefixes(self, *roles):
        """Paths of the organisations in which the user holds one of the roles (any role, if none is named)."""
        paths = {path for role, path in self.grants if not roles or role in roles}
        return sorted(p for p in paths if not any(p != q and p.startswith(q) for q in paths))

    def has(self, *roles):
        return any(role in roles for role, _path in self.grants)

    def posts(self, *roles):
        """Paths of exactly the organisations in which the user holds one of the roles."""
        return sorted({path for role, path in self.grants if role in roles and path != ROOT_PREFIX})

    @property
    def offices(self):
        """Paths of the organisations whose official the user is; representatives hold no office by that alone."""
        return sorted(
            {path for role, path in self.grants if role != Role.REPRESENTATIVE and path != ROOT_PREFIX}
        )

    def covers(self, organization, *roles):
        return any(organization.path.startswith(p) for p in self.prefixes(*roles))

    @property
    def is_staff(self):
        return self.has(*Role.staff_roles())
