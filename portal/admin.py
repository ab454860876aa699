"""The desk's way to the figures."""

from accounts.admin_site import add_navigation
from accounts.scope import Scope
from portal.figures import READERS


def may_read_figures(request):
    return Scope.of(request.user).has(*READERS)


add_navigation("今天", [("指标", "monitoring", "portal:figures", may_read_figures)])
