"""Which settings of links count for a place: those of the nearest organisation above it that has some."""

from accounts.scope import STEP
from representatives.models import LinkPolicy


class LinkPolicies:
    """Every policy, read once; `at(organization)` makes no further query. Without any, the model's defaults count."""

    def __init__(self):
        self._by_path = {
            policy.organization.path: policy for policy in LinkPolicy.objects.select_related("organization")
        }

    def at(self, organization):
        return self.at_path(organization.path)

    def at_path(self, path):
        for length in range(len(path), 0, -STEP):
            if policy := self._by_path.get(path[:length]):
                return policy
        return LinkPolicy()
