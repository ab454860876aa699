from dataclasses import dataclass

from accounts.models import User

DOORS = ("admin", "portal", "api", "public", "system")


@dataclass(frozen=True)
class Actor:
    """Who does it, through which door, from which address. Made at the door and handed inwards."""

    user: User | None
    door: str
    address: str | None = None

    @classmethod
    def from_request(cls, request, door):
        user = request.user if request.user.is_authenticated else None
        return cls(user=user, door=door, address=request.META.get("REMOTE_ADDR") or None)

    @classmethod
    def system(cls):
        return cls(user=None, door="system")

    @classmethod
    def public(cls):
        """Somebody without an account, at the public's door: her address is not written down."""
        return cls(user=None, door="public")

    @property
    def label(self):
        if self.user:
            return self.user.label
        return "群众" if self.door == "public" else "系统"
