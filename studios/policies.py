"""Which settings of reception days count for a venue: the nearest organisation above it that has some."""

from accounts.scope import STEP
from studios.models import ReceptionPolicy


class Policies:
    """Every policy, read once; `of(studio)` makes no further query. Without any, the model's defaults count."""

    def __init__(self):
        rows = ReceptionPolicy.objects.select_related("organization")
        self._by_path = {policy.organization.path: policy for policy in rows}

    def of(self, studio):
        return self.at(studio.organization)

    def at(self, organization):
        path = organization.path
        for length in range(len(path), 0, -STEP):
            if policy := self._by_path.get(path[:length]):
                return policy
        return ReceptionPolicy()
