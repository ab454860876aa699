from accounts.models import Organization
from representatives.models import GroupPolicy, LinkPolicy


def load_link_policy():
    """The city's settings of links, with the defaults and their sources; what staff have changed stays."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return 0
    return int(LinkPolicy.objects.get_or_create(organization=city)[1])


def load_group_policy():
    """The city's settings of groups, with the defaults and their sources; what staff have changed stays."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return 0
    return int(GroupPolicy.objects.get_or_create(organization=city)[1])
