"""Which settings of training count for a place: those of the nearest organisation above it that has some."""

from accounts.scope import STEP
from training.models import TrainingDuty, TrainingPolicy
from training.responsibility import DEFAULTS, Duty


class TrainingPolicies:
    """Every policy, read once; `at(organization)` makes no further query."""

    def __init__(self):
        rows = TrainingPolicy.objects.select_related("organization")
        self._by_path = {policy.organization.path: policy for policy in rows}

    def at(self, organization):
        path = organization.path
        for length in range(len(path), 0, -STEP):
            if policy := self._by_path.get(path[:length]):
                return policy
        return TrainingPolicy()


def training_duties():
    """Who trains whom, as staff have set it; the report's rule where nothing is set."""
    rows = [
        Duty(row.level, row.trainer, row.is_frontline_only) for row in TrainingDuty.objects.order_by("pk")
    ]
    return rows or list(DEFAULTS)
