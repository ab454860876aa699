"""Which settings of what follows an appraisal count for a place: those of the nearest organisation above it that has
some."""

from accounts.models import Organization
from accounts.scope import STEP
from evaluations.models import FollowUpPolicy


class FollowUpPolicies:
    """Every policy, read once; `at(organization)` makes no further query. Without any, the model's defaults count."""

    def __init__(self):
        rows = FollowUpPolicy.objects.select_related("organization")
        self._by_path = {policy.organization.path: policy for policy in rows}

    def at(self, organization):
        path = organization.path
        for length in range(len(path), 0, -STEP):
            if policy := self._by_path.get(path[:length]):
                return policy
        return FollowUpPolicy()


def load_follow_up_policy():
    """The city's settings of what follows an appraisal, with their defaults; what staff have changed stays."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    return int(FollowUpPolicy.objects.get_or_create(organization=city)[1]) if city else 0
