from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with our own site: who may enter follows from roles, not from flags."""

    default_site = "accounts.admin_site.DeskSite"
