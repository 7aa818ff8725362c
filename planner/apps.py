"""The planner application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlannerConfig(AppConfig):
    name = "planner"
    verbose_name = "Career planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the groups of the desk whenever permissions were made."""
        from planner.roles import make_roles  # models can be imported only now

        post_migrate.connect(make_roles, sender=self)
