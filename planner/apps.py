"""The planner application."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class PlannerConfig(AppConfig):
    name = "planner"
    verbose_name = "Career planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the groups of the desk; keep what was planned before signing in."""
        # Models can be imported only now.
        from planner.roles import make_roles
        from planner.views.kept import claim

        post_migrate.connect(make_roles, sender=self)
        user_logged_in.connect(claim)
