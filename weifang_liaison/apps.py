from django.apps import AppConfig


class HouseConfig(AppConfig):
    """The house itself: what belongs to no room (serving, limits of sessions, health)."""

    name = "weifang_liaison"
    verbose_name = "系统"

    def ready(self):
        # They listen: the clock of sessions to signing in, the worker's heartbeat to its start.
        from weifang_liaison import heartbeats, sessions  # noqa: F401
