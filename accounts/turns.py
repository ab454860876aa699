"""Runs that must not overlap take turns."""

from accounts.models import Organization


def one_run_at_a_time():
    """Within a transaction: the next run waits here until this one has ended, and then sees what it has sent."""
    list(Organization.objects.filter(parent=None).select_for_update(no_key=True).values_list("pk"))
