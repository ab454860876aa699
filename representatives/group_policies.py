"""Which settings of groups count for a place: those of the nearest organisation above it that has some."""

from accounts.scope import STEP
from representatives.grouping import Limits
from representatives.models import GroupPolicy


class GroupPolicies:
    """Every policy, read once; the questions make no further query. Without any, the model's defaults count."""

    def __init__(self):
        self._by_path = {
            policy.organization.path: policy for policy in GroupPolicy.objects.select_related("organization")
        }

    def at(self, organization):
        path = organization.path
        for length in range(len(path), 0, -STEP):
            if policy := self._by_path.get(path[:length]):
                return policy
        return GroupPolicy()

    def limits_at(self, organization):
        """How large groups should be there, as the pure algorithm wants it."""
        policy = self.at(organization)
        return Limits(policy.size, policy.tolerance)
